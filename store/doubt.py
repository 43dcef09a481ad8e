"""How far the decision on a block can be trusted: signs of doubt, and the probability they give.

A stray paragraph that lies cleanly inside another piece loses nothing by staying there, so the
margin of the decision alone calls it certain. Other signs know better: what it is about, whether
its neighbours need it, how hard the whole document was, and what other weights, fitted on other
documents, would have said. `training/confidence.py` fits their
weights on shuffled documents of articles that nothing else was fitted on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from store.arrangement import Arrangement
from store.block import Blocks
from store.tally import Terms

Floats = NDArray[np.float64]

SIGNS = (
    "agreement",
    "unanimous",
    "margin",
    "small margin",
    "nearest rival",
    "ties",
    "ties to another",
    "words",
    "before",
    "weak before",
    "after",
    "weak after",
    "near",
    "run",
    "length",
    "piece",
    "left open",
    "neighbours",
    "document",
    "pieces",
    "constant",
)
_FAR = 8.0  # nats beyond which a lead says no more
_CERTAIN = 0.995  # nothing inferred is surer than this


def signs(
    blocks: Blocks,
    terms: Terms,
    decision: Arrangement,
    lead: tuple[Floats, Floats],
    others: Sequence[Sequence[int]],
) -> Floats:
    """Values of `SIGNS` for each content block, shape (blocks, SIGNS).

    Args:
        lead: as from `leads`.
        others: each block's official under other weights, as from `arrangement.reconsidered`.
    """
    n, count = len(blocks.content), len(decision.paths)
    made = np.zeros((n, len(SIGNS)))
    margin = np.minimum(decision.margin, 60.0)
    wavering = np.exp(-np.maximum(margin, 0.0) / 2)
    tied = _tied(terms, decision)
    before, after = lead
    for k, path in enumerate(decision.paths):
        for at, i in enumerate(path):
            block = blocks.content[i]
            elsewhere = [q for q in range(count) if q != k and decision.paths[q]]
            rival = max((float(tied[q, i]) for q in elsewhere), default=0.0)
            words = max((float(terms.own[q, i]) for q in range(count) if q != k), default=0.0)
            beside = [wavering[j] for j in (*path[max(0, at - 1) : at], *path[at + 1 : at + 2])]
            open_end = block.open_end >= 1 and (
                at + 1 == len(path) or blocks.content[path[at + 1]].kind == "heading"
            )
            agree = [other[i] == k for other in others] or [True]
            made[i] = (
                sum(agree) / len(agree),
                float(all(agree)),
                math.log1p(max(0.0, float(margin[i]))),
                wavering[i],
                min(_FAR, float(margin[i])) if decision.rival[i] >= 0 else _FAR,
                float(tied[k, i]) - rival,
                min(0.0, float(tied[k, i]) - rival),
                max(-3.0, min(3.0, float(terms.own[k, i]) - words)),
                before[i],
                min(0.0, before[i]),
                after[i],
                min(0.0, after[i]),
                max(-6.0, float(terms.near[k, i] - terms.near[:, i].max())),
                math.log(_stretch(path, at)),
                math.log10(max(1, len(block.plain))),
                math.log(len(path)),
                float(open_end) + float(block.open_start >= 1 and at == 0),
                max(beside, default=0.0),
                float(wavering.mean()),
                math.log(count),
                1.0,
            )
    return made


def _tied(terms: Terms, decision: Arrangement) -> Floats:
    """Mean tie of each block to the other blocks of each piece, shape (officials, blocks)."""
    n = terms.bond.shape[0]
    made = np.zeros((len(decision.paths), n))
    for k, path in enumerate(decision.paths):
        if path:
            members = list(path)
            inside = np.zeros(n)
            inside[members] = 1.0
            made[k] = terms.bond[:, members].sum(axis=1) / np.maximum(1, len(members) - inside)
    return made


def leads(terms: Terms, decision: Arrangement) -> tuple[Floats, Floats]:
    """How far the junction before each block, and after it, leads over its best rival, in nats."""
    n = terms.follow.shape[0]
    follow = terms.follow.copy()
    np.fill_diagonal(follow, -np.inf)
    before, after = np.zeros(n), np.zeros(n)
    for path in decision.paths:
        for at, i in enumerate(path):
            last, following = path[at - 1] if at else -1, path[at + 1] if at + 1 < len(path) else -1
            before[i] = _lead([*follow[:, i], terms.start[i]], last if at else n)
            after[i] = _lead([*follow[i], terms.end[i]], following if following >= 0 else n)
    return before, after


def _lead(options: Sequence[float], chosen: int) -> float:
    best = max(v for j, v in enumerate(options) if j != chosen)
    return max(-_FAR, min(_FAR, float(options[chosen]) - float(best)))


def _stretch(path: Sequence[int], at: int) -> int:
    """How many blocks around a place follow each other in the file too."""
    first = last = at
    while first and path[first - 1] == path[first] - 1:
        first -= 1
    while last + 1 < len(path) and path[last + 1] == path[last] + 1:
        last += 1
    return last - first + 1


def chances(values: Floats, weights: Sequence[float]) -> Floats:
    """Probability that each block's official is right, from `signs`, shape (blocks,)."""
    sums = np.clip(values @ np.asarray(weights), -30.0, 30.0)
    made: Floats = np.minimum(_CERTAIN, 1 / (1 + np.exp(-sums)))
    return made
