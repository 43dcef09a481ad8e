"""The passages that a language model is given: more than one search, and each official's share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.comparison import chosen, parts, speaking
from rag.knowledge import Knowledge
from rag.question import Question
from rag.relevance import terms
from rag.retrieval import Found
from store import Hit, Library, Passage, searchable

_MOST = 8
EVERYDAY = 0.3  # coverage of the question's words below which it is put in other words first


def everyday(q: Question, found: Sequence[Found], knowledge: Knowledge) -> bool:
    """Whether a question shares too few words with what was found to trust one search."""
    wanted = terms(q.focus)
    texts = [searchable(f.hit.passage) for f in found[:3]]
    return max((knowledge.relevance.coverage(wanted, t) for t in texts), default=0.0) < EVERYDAY


def merged(
    q: Question,
    found: Sequence[Found],
    others: Sequence[str],
    find: Callable[[Question], list[Found]],
) -> list[Found]:
    """What was found, with what other wordings of the question find; best first.

    A passage's score is the mean over all searches (CombSUM, Fox and Shaw 1994), as each search
    puts its own best at the same height, however little that fits.

    Args:
        others: the wordings.
        find: searches for a question under its officials and limits.
    """
    if not others:
        return list(found)
    total: dict[str, float] = defaultdict(float)
    first: dict[str, Found] = {}
    again = (find(replace(q, search=text, context="", instead=False)) for text in others)
    for f in (f for search in (found, *again) for f in search):
        first.setdefault(f.hit.passage.id, f)
        total[f.hit.passage.id] += f.hit.score / (1 + len(others))
    made = [replace(f, hit=Hit(f.hit.passage, total[ident])) for ident, f in first.items()]
    return sorted(made, key=lambda f: -f.hit.score)


def material(
    q: Question, found: Sequence[Found], library: Library, knowledge: Knowledge
) -> list[Passage]:
    """The passages for the model, the most important first.

    A comparison gives each official who speaks on the theme a share, so that one whose words are
    many does not push out the others.
    """
    if q.kind == "compare":
        heard = speaking(q, parts(q, library, knowledge), knowledge.embedder)
        shares = [chosen(q, part, knowledge) for part in heard]
        first = [passages[0] for passages in shares if passages]
        rest = [p for passages in shares for p in passages[1:]]
        if first:
            return [*first, *rest[: max(0, _MOST - len(first))]]
    return [f.hit.passage for f in found[:_MOST]]
