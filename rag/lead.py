"""Which official leads among what was found, and what of others comes near."""

from __future__ import annotations

from collections.abc import Sequence

from rag.question import Question
from rag.relevance import Relevance, terms
from rag.retrieval import Found, retrieve
from store import Library, Passage, searchable

_NEAR = 0.72  # share of the best score from which another's passage is worth a look
_MOST = 3
# Share of a question's words that another's passage must have, and by how much more than any
# that was found of those asked about.
_WORDED, _MORE = 0.25, 0.2


def leading(found: Sequence[Found]) -> list[Found]:
    """What was found of the official who said the best passage, in order."""
    leader = found[0].hit.passage.official.key if found else ""
    return [f for f in found if f.hit.passage.official.key == leader]


def beside(found: Sequence[Found], used: Sequence[Passage]) -> list[Passage]:
    """Passages of other officials that come near, the best of each; offered, not answered with."""
    taken = {p.official.key for p in used}
    best = max((f.hit.score for f in found), default=0.0)
    near: dict[str, Passage] = {}
    for f in found:
        p = f.hit.passage
        if p.official.key not in taken and f.hit.score >= _NEAR * best:
            near.setdefault(p.official.key, p)
    return list(near.values())[:_MOST]


def others(
    q: Question, found: Sequence[Found], library: Library, relevance: Relevance
) -> list[Passage]:
    """Who speaks of it where those whom the question names do not: the best passage of each.

    Empty where the question names nobody, or where they have its words nearly as well themselves.
    """
    if not (q.named and q.officials):
        return []
    keys, wanted = {o.key for o in q.officials}, terms(q.focus)

    def worded(f: Found) -> float:
        return relevance.coverage(wanted, searchable(f.hit.passage))

    own = max((worded(f) for f in found[:5]), default=0.0)
    near: dict[str, Passage] = {}
    for f in retrieve(library, q.focus, within=q.within, limit=5):
        official = f.hit.passage.official.key
        if official not in keys and worded(f) >= max(_WORDED, own + _MORE):
            near.setdefault(official, f.hit.passage)
    return list(near.values())[:_MOST]
