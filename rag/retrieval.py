"""Finding passages: lexical and dense, fused.

Scores of either side are scaled by their own best (min-max, as in Lee 1997) and added; how much
either counts is decided question by question (`rag.share`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.share import LOOKED_AT, dense_share
from rag.within import EVERYTHING, Within
from store import Candidate, Hit, Passage, searchable

CONTEXT_WEIGHT = 0.5  # of a conversation's subject beside a follow-up's own words
HINTED = 1.15  # favour for the kind of organ that a question speaks of
SHOWN = 0.85  # for a passage that the answer before has shown already
DEEPER = 1.25  # for the same where more of it is asked for
NUMBERED = 1.3  # where it has the number that a thing is named by (12号 is not 21号)
POOL = 60
_NUMBER = re.compile(r"第\d+|\d+(?=[号条款期届批路栋])")


class Source(Protocol):
    """What can be searched: a `Library`, or passages in memory."""

    def candidates(
        self,
        question: str,
        limit: int,
        officials: frozenset[str] | None = None,
        years: frozenset[str] | None = None,
    ) -> list[Candidate]:
        """The `limit` best passages of each search, both scores on each."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """A hit with the parts of its score.

    `lexical` is BM25 as it comes (0 and up), `dense` a cosine similarity (-1..1).
    """

    hit: Hit
    lexical: float
    dense: float


def retrieve(
    source: Source,
    text: str,
    *,
    context: str = "",
    officials: frozenset[str] | None = None,
    within: Within = EVERYTHING,
    hints: frozenset[str] = frozenset(),
    shown: frozenset[str] = frozenset(),
    instead: bool = False,
    deeper: bool = False,
    limit: int = 10,
) -> list[Found]:
    """The best passages for a text, best first, scores in 0..1.

    Args:
        context: what the conversation was about; counts beside the text.
        officials: keys to limit to; None means everybody, an empty set nobody.
        within: a person's own limits; they hold beside `officials`.
        hints: keys whose passages are favoured a little.
        shown: ids of passages that were shown before; they step back a little, or are
            left out where something else is asked for (`instead`), and are favoured where
            more of them is (`deeper`).
    """
    keys = within.only(officials)
    rows = _fused(source, text, keys, within.years)
    if context:
        around = {
            f.hit.passage.id: f.hit.score for f in _fused(source, context, keys, within.years)
        }
        rows = [
            _scored(f, f.hit.score + CONTEXT_WEIGHT * around.get(f.hit.passage.id, 0.0))
            for f in rows
        ]
    if instead:
        rows = [f for f in rows if f.hit.passage.id not in shown]
    numbers, again = _NUMBER.findall(text), DEEPER if deeper else SHOWN

    def favour(p: Passage) -> float:
        return _favour(p, hints, numbers) * (again if p.id in shown else 1.0)

    rows = [_scored(f, f.hit.score * favour(f.hit.passage)) for f in rows]
    rows.sort(key=lambda f: -f.hit.score)
    top = max((f.hit.score for f in rows), default=0.0)
    return [_scored(f, f.hit.score / max(top, 1.0)) for f in rows[:limit]]


def _favour(passage: Passage, hints: frozenset[str], numbers: Sequence[str]) -> float:
    factor = HINTED if passage.official.key in hints else 1.0
    if numbers and all(re.search(rf"(?<!\d){n}(?!\d)", passage.text) for n in numbers):
        factor *= NUMBERED
    return factor


def _scored(found: Found, score: float) -> Found:
    return replace(found, hit=Hit(found.hit.passage, score))


def _fused(
    source: Source, text: str, officials: frozenset[str] | None, years: frozenset[str] | None
) -> list[Found]:
    pool = source.candidates(text, POOL, officials, years)
    return [
        Found(Hit(c.passage, float(score)), c.lexical, c.dense)
        for c, score in zip(pool, fuse(pool, text), strict=True)
    ]


def fuse(
    pool: Sequence[Candidate], text: str, dense_weight: float | None = None
) -> NDArray[np.float64]:
    """One score in 0..1 for each candidate.

    Args:
        text: what was searched.
        dense_weight: 0 goes by words alone, 1 by vectors; None decides by the text.
    """
    if dense_weight is None:
        first = sorted(pool, key=lambda c: -c.lexical)[:LOOKED_AT]
        dense_weight = dense_share(text, [searchable(c.passage) for c in first])
    sparse = _scaled([c.lexical for c in pool], floor=0.0)
    return (1 - dense_weight) * sparse + dense_weight * _scaled([c.dense for c in pool])


def _scaled(scores: Sequence[float], floor: float | None = None) -> NDArray[np.float64]:
    """To 0..1 by the pool's own extremes (or a fixed floor)."""
    values = np.asarray(scores, dtype=np.float64)
    low = float(values.min(initial=np.inf)) if floor is None else floor
    span = float(values.max(initial=-np.inf)) - low
    return (values - low) / span if span > 0 else np.zeros_like(values)
