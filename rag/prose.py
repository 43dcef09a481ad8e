"""An answer's text as runs: every character literal but the few marks that are meant.

Marks are paragraphs, headings, lists, ``**bold**`` and the ``[1]`` of known citations.
All else, links, images and HTML above all, stands as it was written. The words of a
citation's quote are never read as marks, whatever they contain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rag.answer import Answer, Citation, Claim

Span = tuple[int, int]

_MARKER = re.compile(r"\[(\d{1,4})\]")
_BOLD = re.compile(r"\*\*(?=\S)")
_HEADING = re.compile(r"#{1,6}[ \t]+")
_BULLET = re.compile(r"[ \t]*[-*•][ \t]+")
_NUMBERED = re.compile(r"[ \t]*\d{1,3}[.)][ \t]+")
_QUOTED = re.compile(r"[ \t]*>[ \t]?")
_NOISE = re.compile(r"\[\d{1,4}\]|[\s*#>]")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or list item: `kind` and the `spans` of the text it is made of."""

    kind: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Failing:
    """A sentence that failed the check, and where it stands in the text."""

    start: int
    end: int
    verdict: str


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring characters of one kind, or a citation.

    Attributes:
        text: the characters; "" for a citation.
        bold: whether they are set off.
        number: of the citation that stands here, or 0.
        doubt: whether it belongs to a sentence that failed the check.
        failing: verdicts of the sentences that end here.
    """

    text: str
    bold: bool = False
    number: int = 0
    doubt: bool = False
    failing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prose:
    """A text with all that is known of it, ready to be drawn.

    Attributes:
        text: the answer's Markdown.
        quotes: spans that are a source's own words.
        numbers: citation numbers that are known.
        failing: sentences that failed, in order.
    """

    text: str
    quotes: tuple[Span, ...] = ()
    numbers: frozenset[int] = field(default_factory=frozenset)
    failing: tuple[Failing, ...] = ()

    def quoted(self, at: int) -> int:
        """The end of the quote that covers character `at`, or 0."""
        return next((end for start, end in self.quotes if start <= at < end), 0)

    def cited(self, block: Block) -> list[int]:
        """The known numbers that a block cites, in order."""
        found = []
        for start, end in block.spans:
            for match in _MARKER.finditer(self.text, start, end):
                if int(match[1]) in self.numbers and not self.quoted(match.start()):
                    found.append(int(match[1]))
        return found


def prose_of(answer: Answer) -> tuple[Prose, list[Claim]]:
    """A finished answer ready to be drawn; second, failing claims that stand nowhere in it."""
    failing, lost = place_claims(answer.text, answer.claims) if answer.answered else ((), [])
    known = frozenset(c.number for c in answer.citations)
    return Prose(answer.text, quotes_in(answer.text, answer.citations), known, failing), lost


def quotes_in(text: str, citations: Iterable[Citation]) -> tuple[Span, ...]:
    """Where the citations' quotes stand in the text, without overlaps."""
    taken: list[Span] = []
    quotes = {c.quote for c in citations if len(c.quote) > 1}
    for quote in sorted(quotes, key=lambda q: (-len(q), text.find(q))):
        at = text.find(quote)
        while at >= 0:
            end = at + len(quote)
            if all(end <= s or at >= e for s, e in taken):
                taken.append((at, end))
            at = text.find(quote, end)
    return tuple(sorted(taken))


def place_claims(text: str, claims: Sequence[Claim]) -> tuple[tuple[Failing, ...], list[Claim]]:
    """Where the failing sentences stand; second, those that cannot be found in the text."""
    where: list[int] = []
    squeezed = _squeeze(text, where)
    placed: list[Failing] = []
    lost: list[Claim] = []
    cursor = 0
    for claim in claims:
        sentence = _squeeze(claim.sentence)
        at = squeezed.find(sentence, cursor) if sentence else -1
        if at >= 0:
            cursor = at + len(sentence)
        elif sentence:
            at = squeezed.find(sentence)
        if claim.verdict == "supported" or not sentence:
            continue
        if at < 0:
            lost.append(claim)
            continue
        end = where[at + len(sentence) - 1] + 1
        tail = re.match(r"(?:[ \t]*\[\d{1,4}\])+|\*\*", text[end:])
        placed.append(Failing(where[at], end + (tail.end() if tail else 0), claim.verdict))
    return tuple(sorted(placed, key=lambda f: f.start)), lost


def _squeeze(text: str, where: list[int] | None = None) -> str:
    """The text without white space and marks; `where` receives each character's place."""
    kept: list[str] = []
    at = 0
    for match in [*_NOISE.finditer(text), None]:
        end = match.start() if match else len(text)
        kept.append(text[at:end])
        if where is not None:
            where.extend(range(at, end))
        at = match.end() if match else end
    return "".join(kept)


def blocks(prose: Prose) -> list[Block]:
    """The text cut into paragraphs, headings and list items."""
    made: list[tuple[str, list[Span]]] = []
    at, fresh = 0, True
    for line in prose.text.split("\n"):
        start, end = at, at + len(line)
        at = end + 1
        if not line.strip() and not prose.quoted(start):
            fresh = True
            continue
        kind, skip = "p", 0
        if not prose.quoted(start):
            for name, pattern in (
                ("h", _HEADING),
                ("li", _BULLET),
                ("oli", _NUMBERED),
                ("q", _QUOTED),
            ):
                match = pattern.match(prose.text, start, end)
                if match:
                    kind, skip = name, match.end() - start if name != "oli" else 0
                    break
        if kind in ("p", "q") and not fresh and made and made[-1][0] not in ("h",):
            made[-1][1].append((start + skip, end))
        else:
            made.append((kind, [(start + skip, end)]))
        fresh = kind == "h"
    return [Block(kind, tuple(spans)) for kind, spans in made]


def runs(prose: Prose, span: Span) -> Iterator[Run]:
    """What a span is made of, in order."""
    bold = False
    at, end = span
    while at < end:
        step, piece = _next(prose, at, end, bold)
        failing = tuple(f.verdict for f in prose.failing if at < f.end <= step)
        doubt = any(f.start <= at < f.end for f in prose.failing)
        if piece == "**":
            bold = not bold
            if failing:
                yield Run("", failing=failing)
        elif isinstance(piece, int):
            yield Run("", number=piece, doubt=doubt, failing=failing)
        else:
            yield Run(prose.text[at:step], bold=bold, doubt=doubt, failing=failing)
        at = step


def _next(prose: Prose, at: int, end: int, bold: bool) -> tuple[int, str | int]:
    """Where the piece that begins at `at` ends, and what it is: a mark, a number or words."""
    text = prose.text
    stop = prose.quoted(at)
    if not stop:
        mark = _MARKER.match(text, at, end)
        if mark and int(mark[1]) in prose.numbers:
            return mark.end(), int(mark[1])
        if text.startswith("**", at, end) and (bold or _closes(prose, at, end)):
            return at + 2, "**"
    stops = [stop or end, end]
    if not stop:
        stops += [s for s, _ in prose.quotes if s > at]
        stops += [m.start() for m in _MARKER.finditer(text, at + 1, end)][:1]
        star = text.find("**", at + 1, end)
        stops += [star] if star > 0 else []
    for failing in prose.failing:
        stops += [b for b in (failing.start, failing.end) if b > at]
    return min(stops), ""


def _closes(prose: Prose, at: int, end: int) -> bool:
    """Whether bold that opens at `at` is closed within the span."""
    if not _BOLD.match(prose.text, at, end):
        return False
    close = prose.text.find("**", at + 3, end)
    while close >= 0 and prose.quoted(close):
        close = prose.text.find("**", prose.quoted(close), end)
    return close >= 0
