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

_OF_BLOCK = (
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
    "blind agreement",
)
_OF_PIECE = (
    "piece's agreement",
    "piece's blind agreement",
    "piece's wavering",
    "exchange",
    "near exchange",
    "exchange by content",
    "against content",
    "stretches",
    "short piece",
    "exchange refused",
    "exchange in doubt",
)
_OF_ALL = ("document", "blind document", "pieces", "constant")
SIGNS = (*_OF_BLOCK, *_OF_PIECE, *_OF_ALL)
_FAR = 8.0  # nats beyond which a lead says no more
_MOST = 20.0  # nats beyond which an exchange of pieces says no more
_FEW = 5  # blocks of a short piece
_CERTAIN = 0.995  # nothing inferred is surer than this


def signs(
    blocks: Blocks,
    terms: Terms,
    decision: Arrangement,
    lead: tuple[Floats, Floats],
    others: Sequence[Sequence[int]],
    blind: Sequence[int],
    doubtful: Floats,
) -> Floats:
    """Values of `SIGNS` for each content block, shape (blocks, SIGNS).

    Args:
        lead: as from `leads`.
        others: each block's official under other weights, as from `arrangement.reconsidered`.
        blind: the same under weights that hardly look at places (`Weights.blind`).
        doubtful: for each official, how far the nearest question of exchanging their whole piece
            is from being open, in nats (`exchange.exchange_odds`).
    """
    n, count = len(blocks.content), len(decision.paths)
    made = np.zeros((n, len(SIGNS)))
    owner = np.zeros(n, dtype=np.int64)
    for k, path in enumerate(decision.paths):
        owner[list(path)] = k
    agree = np.array([np.asarray(o) == owner for o in others] or [[True] * n], dtype=float)
    same = (np.asarray(blind) == owner).astype(float)
    wavering = np.exp(-np.clip(decision.margin, 0.0, 60.0) / 2)
    size = len(_OF_BLOCK)
    made[:, :size] = _block_signs(blocks, terms, decision, lead, agree, same)
    whole, content = exchanges(terms, decision)
    for k, path in enumerate(decision.paths):
        members = list(path)
        if members:
            stretches = sum(1 for at, b in enumerate(path) if not at or path[at - 1] != b - 1)
            made[members, size : size + len(_OF_PIECE)] = (
                agree[:, members].mean(),
                same[members].mean(),
                wavering[members].mean(),
                math.log1p(max(0.0, whole[k])),
                math.exp(-max(0.0, whole[k]) / 3),
                content[k],
                min(0.0, content[k]),
                math.log(stretches),
                float(len(members) < _FEW),
                min(_FAR, float(doubtful[k])),
                math.exp(-min(_MOST, float(doubtful[k]))),
            )
    made[:, size + len(_OF_PIECE) :] = (wavering.mean(), same.mean(), math.log(count), 1.0)
    return made


def _block_signs(
    blocks: Blocks,
    terms: Terms,
    decision: Arrangement,
    lead: tuple[Floats, Floats],
    agree: Floats,
    blind: Floats,
) -> Floats:
    """Values of `_OF_BLOCK` for each content block."""
    n, count = len(blocks.content), len(decision.paths)
    made = np.zeros((n, len(_OF_BLOCK)))
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
            made[i] = (
                agree[:, i].mean(),
                float(agree[:, i].all()),
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
                blind[i],
            )
    return made


def exchanges(terms: Terms, decision: Arrangement) -> tuple[Floats, Floats]:
    """What is lost where two officials speak each other's whole pieces, the cheapest such exchange
    of each official's piece: by all that counts, and by its content alone, shape (officials,).
    """
    count = len(decision.paths)
    content, place = np.zeros((2, count, count))  # by official and piece
    for k, path in enumerate(decision.paths):
        members = list(path)
        heads = [b for at, b in enumerate(path) if not at or path[at - 1] != b - 1]
        content[:, k] = terms.own[:, members].sum(axis=1)
        place[:, k] = terms.near[:, heads].sum(axis=1)
    made = []
    for table in (content + place, content):
        mine = np.diag(table)
        lost = mine[:, None] + mine[None, :] - table - table.T
        np.fill_diagonal(lost, _MOST)
        made.append(np.clip(lost.min(axis=1, initial=_MOST), -_FAR, _MOST))
    return made[0], made[1]


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
