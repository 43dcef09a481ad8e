"""What ties a block to an official apart from its neighbours: the office's words, nearness."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from store.block import Block, Blocks
from store.continuity import plain
from store.remarks import Official

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEARNESS = (
    "after its byline",
    "after one byline more",
    "after two more",
    "after three or more",
    "just before its byline",
    "before one byline more",
    "before two more",
    "before three or more",
)
_CAP = 4.0


def office_words(officials: Sequence[Official], content: Sequence[Block]) -> Floats:
    """How many of an office's own words each block holds, shape (officials, blocks), 0..4.

    Words are runs of two to four characters of the office that no other office of the
    document has; those found in many blocks count little.
    """
    grams = [_grams(plain(o.office)) for o in officials]
    texts = [b.plain for b in content]
    n = len(texts)
    found = np.zeros((len(officials), n))
    for k, mine in enumerate(grams):
        others = set().union(*(g for q, g in enumerate(grams) if q != k))
        for word in mine - others:
            hits = [i for i, text in enumerate(texts) if word in text]
            if hits and len(hits) <= max(2.0, n / 3):
                found[k, hits] += math.log(n / len(hits)) * len(word) / 4
    return np.minimum(found, _CAP)


def _grams(text: str) -> set[str]:
    return {text[i : i + n] for n in (2, 3, 4) for i in range(len(text) - n + 1)}


def nearness(blocks: Blocks) -> Ints:
    """Where each block stands from each byline: positions in `NEARNESS`, shape (bylines, n)."""
    firsts = [b.first for b in blocks.bylines]
    made = np.zeros((len(firsts), len(blocks.content)), dtype=np.int64)
    for i, block in enumerate(blocks.content):
        before = sum(first < block.place for first in firsts) - 1
        for k in range(len(firsts)):
            away = before - k
            made[k, i] = min(3, away) if away >= 0 else 4 + min(3, -away - 1)
    return made
