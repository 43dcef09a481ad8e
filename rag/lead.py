"""Which official leads among what was found, and what of others comes near."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from rag.retrieval import Found
from store import Passage

# A passage's score counts by this power, so that two good ones outweigh one that is hardly
# better, and many middling ones do not. Measured in DECISIONS.md.
_POWER = 6
_NEAR = 0.72  # share of the best score from which another's passage is worth a look
_MOST = 3


def leading(found: Sequence[Found]) -> list[Found]:
    """What was found of the official for whom it speaks most, in order."""
    votes: dict[str, float] = defaultdict(float)
    for f in found:
        votes[f.hit.passage.official.key] += max(f.hit.score, 0.0) ** _POWER
    if not votes:
        return []
    leader = max(votes, key=lambda key: votes[key])
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
