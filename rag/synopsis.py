"""Several officials on one theme as a table: a row each, quoted words with where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answer import Citation
from rag.answerability import content, share
from rag.comparison import Part, chosen, parts, speaking
from rag.draft import joined
from rag.errors import BadQuestion
from rag.extractive import TIGHT
from rag.knowledge import Knowledge
from rag.question import Question, focus_of, quoted
from rag.relevance import terms
from rag.selection import choose
from rag.speech import voices
from rag.understanding import validated
from rag.within import NO_LIMITS, Filter
from store import Library, Official, Passage, fold, searchable

MOST = 1000  # rows: a table beyond that is no comparison


@dataclass(frozen=True, slots=True)
class Saying:
    """Words of a row with their citation; `by` is whose words they repeat, "" for their own."""

    citation: Citation
    by: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What one official said on the theme, as it stands in the source.

    `direct` tells those who use the theme's own words from those whose nearest words only
    come near in meaning; without `sayings` nothing of theirs comes near.
    """

    official: Official
    sayings: tuple[Saying, ...] = ()
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Synopsis:
    """The table: those who spoke on the theme and those who did not, in the order given."""

    theme: str
    rows: tuple[Row, ...]

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation, numbered through the table."""
        return tuple(s.citation for row in self.rows for s in row.sayings)

    @property
    def heard(self) -> int:
        """How many officials spoke on it in so many words."""
        return sum(row.direct for row in self.rows)

    def ranked(self) -> Synopsis:
        """The same with those first who spoke on it, then those who come near."""
        rows = sorted(self.rows, key=lambda r: (not r.direct, not r.sayings))
        return replace(self, rows=tuple(rows))


def synopsis(
    theme: str,
    officials: Sequence[Official],
    library: Library,
    knowledge: Knowledge,
    limits: Filter = NO_LIMITS,
    longest: int = 1000,
) -> Synopsis:
    """Who of some officials said what on a theme.

    Args:
        theme: a few words or a question.
        officials: a row each, in this order; at most `MOST`.
        limits: hold beside them; whoever they shut out has no row.
        longest: characters of the theme.

    Raises:
        BadQuestion: no theme, no official, or too many; the limits leave nobody.
        StoreError: the library cannot be searched.
    """
    asked = validated(theme, longest)
    within = limits.among(knowledge.officials, knowledge.years)
    wanted = [o for o in dict.fromkeys(officials) if within.has(o)]
    if not wanted:
        raise BadQuestion(
            "请先选择要对比的官员（限定条件内没有人时，请放宽条件）。",
            "Choose the officials to compare first (or widen the limits, if they leave nobody).",
        )
    if len(wanted) > MOST:
        raise BadQuestion(
            f"选了 {len(wanted)} 位官员，一次最多对比 {MOST} 位。请缩小范围。",
            f"{len(wanted)} officials are chosen; at most {MOST} fit one table. Choose fewer.",
        )
    focus = focus_of(asked, ()) or asked
    q = Question(asked, focus, focus, "compare", tuple(wanted), quotes=quoted(asked))
    q = replace(q, within=within)
    heard = {
        p.official.key: p for p in speaking(q, parts(q, library, knowledge), knowledge.embedder)
    }
    rows = [_row(q, o, heard.get(o.key), library, knowledge) for o in wanted]
    return Synopsis(asked, _numbered(rows))


def _row(
    q: Question, official: Official, part: Part | None, library: Library, knowledge: Knowledge
) -> Row:
    """One official's row: the passages with the theme's words, else the one that comes nearest."""
    if part is None:
        return Row(official)
    words = {fold(w) for w in content(q.focus)}
    direct = tuple(f for f in part.found if _speaks_of(words, q, f.hit.passage))
    passages = chosen(q, replace(part, found=direct or part.found), knowledge)
    said = [
        s for p in passages[: None if direct else 1] for s in _sayings(q, p, library, knowledge)
    ]
    return Row(official, tuple(said), bool(direct))


def _speaks_of(words: set[str], q: Question, p: Passage) -> bool:
    """Whether a passage has more than half of the theme's words, or those it quotes."""
    text = fold(searchable(p))
    if q.quotes:
        return any(fold(quote) in text for quote in q.quotes)
    return share(words, text) > 0.5 if words else fold(q.focus) in text


def _numbered(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows with their citations numbered through."""
    made, number = [], 0
    for row in rows:
        said = []
        for saying in row.sayings:
            number += 1
            said.append(replace(saying, citation=replace(saying.citation, number=number)))
        made.append(replace(row, sayings=tuple(said)))
    return tuple(made)


def _sayings(q: Question, p: Passage, library: Library, knowledge: Knowledge) -> list[Saying]:
    """The words of a passage that are on the theme, each run by itself."""
    covered = knowledge.relevance.coverage(terms(q.focus), f"{p.section}{p.text}")
    spans = choose(library, knowledge.relevance, q, p, covered >= TIGHT)
    return [
        Saying(Citation(0, p, p.spoken(p.text[start:end].strip())), by)
        for by, part in voices(p, spans)
        for start, end in joined(p.text, part)
    ]
