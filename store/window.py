"""A long document in stretches that can be decided one after the other."""

from __future__ import annotations

import itertools
from bisect import bisect_left
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
    places = _Places(blocks)
    while first < len(bylines):
        last, end = _next_cut(blocks, places, first, start)
        made.append(_part(blocks, places, first, last, start, end))
        first, start = last, end
    return made


class _Places:
    """Where content and titles stand, so that a stretch is found without reading all of it."""

    def __init__(self, blocks: Blocks) -> None:
        self.content = [b.place for b in blocks.content]
        self.titles = [t.place for t in blocks.titles]
        self.headed = frozenset(self.titles)

    def size(self, start: int, end: int) -> int:
        """How many content blocks stand from `start` to before `end`."""
        return bisect_left(self.content, end) - bisect_left(self.content, start)


def _next_cut(blocks: Blocks, places: _Places, first: int, start: int) -> tuple[int, int]:
    """The byline after the window and the place where the window ends (both exclusive)."""
    bylines = blocks.bylines
    if len(bylines) - first <= PIECES and places.size(start, 1 << 60) <= BLOCKS:
        return len(bylines), 1 << 60
    options: list[tuple[float, int, int]] = []
    for last in range(first + 1, min(first + PIECES, len(bylines) - 1) + 1):
        if last == len(bylines):
            break
        cut = _before_byline(blocks, places, last)
        size = places.size(start, cut)
        if size > BLOCKS and options:
            break
        options.append((_quality(blocks, places, start, cut) + 0.5 * (last - first), last, cut))
    if not options:
        return len(bylines), 1 << 60
    _, last, cut = max(options)
    return last, cut


def _before_byline(blocks: Blocks, places: _Places, k: int) -> int:
    """The place of byline k, or of the title right above it."""
    place = blocks.bylines[k].first
    while place - 1 in places.headed:
        place -= 1
    return place


def _quality(blocks: Blocks, places: _Places, start: int, cut: int) -> float:
    at = bisect_left(places.content, cut)
    inside = blocks.content[bisect_left(places.content, start) : at]
    if not inside or at == len(blocks.content):
        return 0.0
    after = blocks.content[at]
    value = -2.0 * float(inside[-1].open_end) - 2.0 * float(after.open_start)
    return value - 1.0 * abs(_left_open(inside)) - (2.0 if after.number > 1 else 0.0)


def _left_open(content: Sequence[Block]) -> int:
    """Sentences left open and not obviously taken up by the next block."""
    pairs = itertools.pairwise(content)
    return sum(a.open_end >= 1 and b.kind == "heading" for a, b in pairs)


def _part(blocks: Blocks, places: _Places, first: int, last: int, start: int, end: int) -> Blocks:
    content = slice(bisect_left(places.content, start), bisect_left(places.content, end))
    titles = slice(bisect_left(places.titles, start), bisect_left(places.titles, end))
    return Blocks(blocks.content[content], blocks.titles[titles], blocks.bylines[first:last], ())
