"""A long document in stretches that can be decided one after the other."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from store.block import Block, Blocks

PIECES = 7  # most bylines decided together
BLOCKS = 220  # most content blocks decided together, if bylines allow


def windows(blocks: Blocks) -> list[Blocks]:
    """Cut `blocks` between pieces where no sentence is left open on either side.

    Columns move by a page or two, so pieces far apart cannot mix; cost stays linear in the
    document's length.
    """
    bylines = blocks.bylines
    if (len(bylines) <= PIECES and len(blocks.content) <= BLOCKS) or len(bylines) < 2:
        return [blocks]
    made: list[Blocks] = []
    first = 0
    start = 0
    while first < len(bylines):
        last, end = _next_cut(blocks, first, start)
        made.append(_part(blocks, first, last, start, end))
        first, start = last, end
    return made


def _next_cut(blocks: Blocks, first: int, start: int) -> tuple[int, int]:
    """The byline after the window and the place where the window ends (both exclusive)."""
    bylines = blocks.bylines
    if len(bylines) - first <= PIECES and _size(blocks, start, 1 << 60) <= BLOCKS:
        return len(bylines), 1 << 60
    options: list[tuple[float, int, int]] = []
    for last in range(first + 1, min(first + PIECES, len(bylines) - 1) + 1):
        if last == len(bylines):
            break
        cut = _before_byline(blocks, last)
        size = _size(blocks, start, cut)
        if size > BLOCKS and options:
            break
        options.append((_quality(blocks, start, cut) + 0.5 * (last - first), last, cut))
    if not options:
        return len(bylines), 1 << 60
    _, last, cut = max(options)
    return last, cut


def _size(blocks: Blocks, start: int, end: int) -> int:
    return sum(start <= b.place < end for b in blocks.content)


def _before_byline(blocks: Blocks, k: int) -> int:
    """The place of byline k, or of the title right above it."""
    place = blocks.bylines[k].first
    titles = {t.place for t in blocks.titles}
    while place - 1 in titles:
        place -= 1
    return place


def _quality(blocks: Blocks, start: int, cut: int) -> float:
    inside = [b for b in blocks.content if start <= b.place < cut]
    after = [b for b in blocks.content if b.place >= cut]
    if not inside or not after:
        return 0.0
    value = -2.0 * float(inside[-1].open_end) - 2.0 * float(after[0].open_start)
    return value - 1.0 * abs(_left_open(inside)) - (2.0 if after[0].number > 1 else 0.0)


def _left_open(content: Sequence[Block]) -> int:
    """Sentences left open and not obviously taken up by the next block."""
    pairs = itertools.pairwise(content)
    return sum(a.open_end >= 1 and b.kind == "heading" for a, b in pairs)


def _part(blocks: Blocks, first: int, last: int, start: int, end: int) -> Blocks:
    return Blocks(
        tuple(b for b in blocks.content if start <= b.place < end),
        tuple(t for t in blocks.titles if start <= t.place < end),
        blocks.bylines[first:last],
        (),
    )
