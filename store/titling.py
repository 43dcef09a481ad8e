"""Which title heads which piece: by place, by neighbours, by shared words, one to one."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from store.block import Block, Blocks

_BESIDE = 4.0  # title and byline touch
_NEIGHBOUR = 0.8  # the text beside the title is this piece's
_EDGE = 1.2  # … and the piece begins or ends there
_WORDS = 6.0  # all the title's words are this piece's own


def match_titles(blocks: Blocks, paths: Sequence[Sequence[int]]) -> list[str]:
    """The title of each piece; "" for a piece whose title is lost.

    Args:
        paths: for each byline, the positions of its content blocks in reading order.
    """
    titles, count = blocks.titles, len(paths)
    if not titles:
        return [""] * count
    score = [[_score(blocks, paths, t, k) for k in range(count)] for t in range(len(titles))]
    chosen = _assign(score, count)
    return [titles[t].line.text if t >= 0 else "" for t in chosen]


def _score(blocks: Blocks, paths: Sequence[Sequence[int]], t: int, k: int) -> float:
    title, byline = blocks.titles[t], blocks.bylines[k]
    value = 0.0
    if title.place == byline.first - 1 or title.place == byline.last + 1:
        value += _BESIDE
    value -= 0.3 * min(6, abs(t - k))
    mine = set(paths[k])
    above = [i for i, b in enumerate(blocks.content) if b.place < title.place]
    below = [i for i, b in enumerate(blocks.content) if b.place > title.place]
    for side, edge in ((above[-1:], paths[k][-1:]), (below[:1], paths[k][:1])):
        if side and side[0] in mine:
            value += _NEIGHBOUR + _EDGE * (side[0] in edge)
    return value + _WORDS * _shared(blocks, paths, title, k)


def _shared(blocks: Blocks, paths: Sequence[Sequence[int]], title: Block, k: int) -> float:
    """How much of the title's words is found in piece k rather than in others, 0..1."""
    words = set(_pairs(title.plain))
    if not words:
        return 0.0
    total = 0.0
    for word in words:
        rate = [
            sum(word in blocks.content[i].plain for i in path) / (len(path) + 1) for path in paths
        ]
        whole = sum(rate)
        total += rate[k] / whole if whole else 0.0
    return total / len(words)


def _pairs(text: str) -> Counter[str]:
    kept = re.sub(r"[^\u4e00-\u9fff]", " ", text)
    return Counter(kept[i : i + 2] for i in range(len(kept) - 1) if " " not in kept[i : i + 2])


def _assign(score: Sequence[Sequence[float]], count: int) -> list[int]:
    """For each piece its title's position or -1: the best one-to-one match, by dynamic programming.

    The number of pieces in a window is small (see `window`), so subsets can be counted.
    """
    rows = len(score)

    @cache
    def best(t: int, taken: int) -> tuple[float, tuple[int, ...]]:
        if t == rows:
            return 0.0, ()
        top = best(t + 1, taken)
        found = (top[0], (-1, *top[1]))
        for k in range(count):
            if not taken >> k & 1:
                rest = best(t + 1, taken | 1 << k)
                value = score[t][k] + 2.0 + rest[0]
                if value > found[0] + 1e-12 or math.isinf(found[0]):
                    found = (value, (k, *rest[1]))
        return found

    owner = best(0, 0)[1]
    chosen = [-1] * count
    for t, k in enumerate(owner):
        if k >= 0:
            chosen[k] = t
    return chosen
