"""Finding passages: lexical and dense, fused.

Scores of either side are scaled by their own best (min-max, as in Lee 1997) and added
with a fixed weight; the weight is measured in DECISIONS.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from store import Hit, Library, Passage

DENSE_WEIGHT = 0.5
CONTEXT_WEIGHT = 0.5  # of a conversation's subject beside a follow-up's own words
HINTED = 1.15  # favour for the kind of organ that a question speaks of
SHOWN = 0.85  # for a passage that the answer before has shown already
POOL = 60


@dataclass(frozen=True, slots=True)
class Found:
    """A hit with the parts of its score.

    `lexical` is BM25 as it comes (0 and up), `dense` a cosine similarity (-1..1).
    """

    hit: Hit
    lexical: float
    dense: float


def retrieve(
    library: Library,
    text: str,
    *,
    context: str = "",
    officials: frozenset[str] | None = None,
    hints: frozenset[str] = frozenset(),
    shown: frozenset[str] = frozenset(),
    instead: bool = False,
    limit: int = 10,
) -> list[Found]:
    """The best passages for a text, best first, scores in 0..1.

    Args:
        context: what the conversation was about; counts beside the text.
        officials: keys to limit to; None means everybody, an empty set nobody.
        hints: keys whose passages are favoured a little.
        shown: ids of passages that were shown before; they step back a little, or are
            left out where something else is asked for (`instead`).
    """
    rows = _fused(library, text, officials)
    if context:
        around = {f.hit.passage.id: f.hit.score for f in _fused(library, context, officials)}
        rows = [
            _scored(f, f.hit.score + CONTEXT_WEIGHT * around.get(f.hit.passage.id, 0.0))
            for f in rows
        ]
    if instead:
        rows = [f for f in rows if f.hit.passage.id not in shown]
    rows = [_scored(f, f.hit.score * _favour(f.hit.passage, hints, shown)) for f in rows]
    rows.sort(key=lambda f: -f.hit.score)
    top = max((f.hit.score for f in rows), default=0.0)
    return [_scored(f, f.hit.score / max(top, 1.0)) for f in rows[:limit]]


def _favour(passage: Passage, hints: frozenset[str], shown: frozenset[str]) -> float:
    factor = HINTED if passage.official.key in hints else 1.0
    return factor * (SHOWN if passage.id in shown else 1.0)


def _scored(found: Found, score: float) -> Found:
    return replace(found, hit=Hit(found.hit.passage, score))


def _fused(library: Library, text: str, officials: frozenset[str] | None) -> list[Found]:
    lexical = {h.passage.id: h for h in library.lexical(text, POOL, officials)}
    dense = {h.passage.id: h for h in library.dense(text, POOL, officials)}
    pool = {i: h.passage for i, h in {**dense, **lexical}.items()}
    if not pool:
        return []
    missing = [p for i, p in pool.items() if i not in dense]
    similar = {i: h.score for i, h in dense.items()}
    similar |= {
        p.id: float(s) for p, s in zip(missing, library.similarities(text, missing), strict=True)
    }
    ids = list(pool)
    sparse = np.array([lexical[i].score if i in lexical else 0.0 for i in ids])
    near = np.array([similar[i] for i in ids])
    fused = (1 - DENSE_WEIGHT) * _scaled(sparse, floor=0.0) + DENSE_WEIGHT * _scaled(near)
    return [
        Found(Hit(pool[i], float(f)), float(s), float(n))
        for i, f, s, n in zip(ids, fused, sparse, near, strict=True)
    ]


def _scaled(scores: np.ndarray, floor: float | None = None) -> np.ndarray:
    """To 0..1 by the pool's own extremes (or a fixed floor)."""
    low = float(scores.min()) if floor is None else floor
    span = float(scores.max()) - low
    return (scores - low) / span if span > 0 else np.zeros_like(scores)
