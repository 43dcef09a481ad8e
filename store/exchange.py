"""Whether the bylines of two officials have changed places: whole pieces given to each other.

The joint decision puts a piece together from neighbours and counts nearness once a stretch, so a
long piece could never leave its byline. Here each two whole pieces are weighed as one question:
what all of a piece says of either official, spread over its length, against how it lies to their
bylines. `training/exchange.py` fits the weights.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from store.affinity import NEARNESS, TIES
from store.block import Blocks

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Paths = Sequence[tuple[int, ...]]

_TOLD = ("office theme", "title theme", "title words", "office names")
EXCHANGE = (
    *_TOLD,
    "after its byline",
    "beside its byline",
    "begins at its byline",
    "touches its byline",
    "constant",
)
_ALIKE = 0.1  # how much each further block of a piece repeats what the others say
_ENOUGH = 6.0  # blocks of a piece, beyond which each counts less …
_LEAST = 0.5  # … but not less than that
_BESIDE = tuple(NEARNESS.index(name) for name in ("after its byline", "just before its byline"))


def spread(own: Floats) -> Floats:
    """Ties as single blocks count: less, the more blocks there are to an official.

    Many blocks of a long piece repeat each other; short ones have hardly anything else to go by.

    Args:
        own: `affinity.ties`, shape (TIES, officials, blocks).
    """
    _, officials, blocks = own.shape
    share = _ENOUGH * officials / max(1, blocks)
    made: Floats = own * min(1.0, max(_LEAST, share))
    return made


def exchange_features(blocks: Blocks, own: Floats, near: Ints, paths: Paths) -> Floats:
    """Values of `EXCHANGE` for each two officials' pieces, shape (EXCHANGE, officials, officials).

    Args:
        own: `affinity.ties`, shape (TIES, officials, blocks).
        near: `affinity.nearness`, shape (officials, blocks).
        paths: each official's blocks in reading order.
    """
    count = len(paths)
    told = [TIES.index(name) for name in _TOLD]
    each = np.zeros((len(EXCHANGE) - 1, count, count))  # by official and piece
    for q, path in enumerate(paths):
        if not path:
            continue
        members = list(path)
        each[: len(told), :, q] = own[told][:, :, members].sum(axis=2)
        each[: len(told), :, q] /= 1 + _ALIKE * (len(path) - 1)
        each[-4, :, q] = (near[:, members] == _BESIDE[0]).mean(axis=1)
        each[-3, :, q] = np.isin(near[:, members], _BESIDE).mean(axis=1)
        places = [blocks.content[b].place for b in path]
        for k, byline in enumerate(blocks.bylines):
            each[-2, k, q] = 0 < places[0] - byline.last <= 2  # a title may stand between
            each[-1, k, q] = byline.last + 1 in places
    mine = np.diagonal(each, axis1=1, axis2=2)
    made = each + each.transpose(0, 2, 1) - mine[:, :, None] - mine[:, None, :]
    return np.concatenate([made, np.ones((1, count, count))])


def exchange_odds(features: Floats, weights: Sequence[float], paths: Paths) -> Floats:
    """How likely each two pieces are each other's, in nats; -inf where there are no two.

    Args:
        features: as from `exchange_features`.
        weights: of `EXCHANGE`.

    Returns:
        Shape (officials, officials), symmetric; an exchange is made where it is positive.
    """
    odds: Floats = np.tensordot(np.asarray(weights, dtype=float), features, 1)
    none = np.array([not path for path in paths])
    odds[none[:, None] | none[None, :]] = -np.inf
    np.fill_diagonal(odds, -np.inf)
    return odds


def exchanged(odds: Floats) -> list[int]:
    """Whose byline's place each official has: the likeliest two exchanged, if any are likely."""
    places = list(range(len(odds)))
    if len(odds) > 1 and odds.max() > 0:
        k, q = np.unravel_index(int(odds.argmax()), odds.shape)
        places[int(k)], places[int(q)] = int(q), int(k)
    return places
