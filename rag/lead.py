"""Which official leads among what was found, and what of others comes near."""

from __future__ import annotations

from collections.abc import Sequence

from rag.retrieval import Found
from store import Passage

_NEAR = 0.72  # share of the best score from which another's passage is worth a look
_MOST = 3


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
