"""The reading order of a page, from where its strips stand.

A recursive cut (after Nagy and Seth's XY-cut, 1984): the gutter that most neighbouring strips
keep free divides a region; what crosses it (a title over all columns) divides the region into
bands, which are read from the top; in each band the left side is read before the right.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from store.glyph import Strip

GUTTER = 0.7  # narrowest gutter, in body sizes
COLUMN = 6.0  # narrowest column, in body sizes
VOTES = 3  # neighbours that must keep a gutter free, if it is not known from other pages
_HEADING = 1.05  # smallest heading over all columns, in body sizes
_ROOM = 0.45  # … and the space above and below it, in its size
_SOLO = 0.2  # clear space above and below a line that stands alone, in its size


@dataclass(frozen=True, slots=True)
class Row:
    """One line of text in one column; `left` and `right` are the column's edges on its page."""

    page: int
    x0: float
    x1: float
    y: float
    size: float
    text: str
    bold: bool
    left: float
    right: float
    flow: int = 0


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a page between two vertical edges."""

    left: float
    right: float
    strips: tuple[Strip, ...]


def flows(
    strips: Sequence[Strip], left: float, right: float, body: float, known: Sequence[float]
) -> list[Region]:
    """The stretches of a page that are each read from top to bottom, in reading order.

    Args:
        strips: of the page, without running heads.
        left, right: edges of the text.
        body: size of the body text, in points.
        known: gutters found on other pages.
    """
    if not strips:
        return []
    region = Region(left, right, tuple(sorted(strips, key=lambda s: (s.y, s.x0))))
    for gutter in gutters(region, body, known):
        parts = _bands(region, gutter, body)
        if len(parts) > 1:
            return [
                f for part in parts for f in flows(part.strips, part.left, part.right, body, known)
            ]
    return [region]


def gutters(region: Region, body: float, known: Sequence[float] = ()) -> list[float]:
    """Where columns may part, the likeliest first: (fewest strips crossing, most beside it)."""
    gaps = _gaps(region, body)
    found: list[tuple[float, float]] = []
    while gaps:
        best, votes, crossing = _most(gaps, region.strips)
        if votes < 1:
            break
        around = [g for g in gaps if g[0] < best < g[1]]
        low, high = max(g[0] for g in around), min(g[1] for g in around)
        gaps = [g for g in gaps if not g[0] < best < g[1]]
        middle = (low + high) / 2
        familiar = any(low - 2 <= k <= high + 2 for k in known)
        wide = min(middle - region.left, region.right - middle) >= COLUMN * body
        if wide and (votes >= VOTES or familiar) and votes > crossing * (1 - 0.5 * familiar):
            found.append((crossing - votes - VOTES * familiar, middle))
    return [middle for _, middle in sorted(found)]


def _gaps(region: Region, body: float) -> list[tuple[float, float]]:
    """The free space between each strip and its nearest neighbour to the right."""
    strips = region.strips
    made = []
    for n, s in enumerate(strips):
        near: float | None = None
        for step in (-1, 1):
            m = n + step
            while 0 <= m < len(strips) and abs(strips[m].y - s.y) < 2 * max(body, s.size):
                t = strips[m]
                m += step
                if t.x0 >= s.x1 and t.top < s.bottom and s.top < t.bottom:
                    near = t.x0 if near is None else min(near, t.x0)
        if near is not None and near - s.x1 >= GUTTER * body:
            made.append((s.x1, near))
    return made


def _most(gaps: Sequence[tuple[float, float]], strips: Sequence[Strip]) -> tuple[float, int, int]:
    """The place most gaps have in common, how many, and how many strips cross it."""
    best, lead = (0.0, 0, 0), float("-inf")
    edges = sorted({round(e, 1) for gap in gaps for e in gap})
    for a, b in itertools.pairwise(edges):
        x = (a + b) / 2
        votes = sum(g[0] < x < g[1] for g in gaps)
        if votes < best[1] / 2 or not votes:
            continue
        crossing = sum(s.x0 < x < s.x1 for s in strips)
        if votes - crossing > lead:
            best, lead = (x, votes, crossing), votes - crossing
    return best


def _bands(region: Region, gutter: float, body: float) -> list[Region]:
    """Cut at everything that crosses the gutter or stands alone above both sides."""
    across = [s for s in region.strips if s.x0 < gutter < s.x1]
    across += _titles(region, gutter, body, across)
    zones: list[list[float]] = []
    for s in sorted(across, key=lambda s: s.top):
        if zones and s.top - zones[-1][1] < 1.2 * body:
            zones[-1][1] = max(zones[-1][1], s.bottom)
        else:
            zones.append([s.top, s.bottom])
    parts: list[Region] = []
    rest = list(region.strips)
    for top, bottom in [*zones, [float("inf"), float("inf")]]:
        above = [s for s in rest if (s.top + s.bottom) / 2 < top]
        inside = [s for s in rest if top <= (s.top + s.bottom) / 2 <= bottom]
        rest = [s for s in rest if (s.top + s.bottom) / 2 > bottom]
        for side, left, right in ((0, region.left, gutter), (1, gutter, region.right)):
            half = tuple(s for s in above if ((s.x0 + s.x1) / 2 > gutter) == bool(side))
            if half:
                parts.append(Region(left, right, half))
        if inside:
            parts.append(Region(region.left, region.right, tuple(inside)))
    return parts


def _titles(region: Region, gutter: float, body: float, across: Sequence[Strip]) -> list[Strip]:
    """Short lines that cross nothing but belong over all columns: alone at their height.

    A title is larger than the body; a byline follows a title or begins the region. Below and
    above, up to whatever crosses, there must be text on both sides or, above, none.
    """
    made: list[Strip] = []
    sides = [[s for s in region.strips if (s.x0 > gutter) == side] for side in (False, True)]
    walls = [(s.top, s.bottom) for s in across]
    for s in region.strips:
        if s in across:
            continue
        other = sides[s.x0 < gutter]
        clear = _SOLO * s.size
        if not _clear(s, other):
            continue
        # Of a heading of two lines in one column, one can stand alone by chance.
        if not all(_clear(mate, other) for mate in _mates(s, sides[s.x0 > gutter])):
            continue
        above = max((b for t, b in walls if b <= s.top + 1), default=float("-inf"))
        below = min((t for t, b in walls if t >= s.bottom - 1), default=float("inf"))
        over = [sum(above < t.y < s.y - clear for t in side) for side in sides]
        under = [sum(s.y + clear < t.y < below for t in side) for side in sides]
        if not all(under):
            continue
        follows = above > float("-inf") and s.top - above < 2.5 * body and not any(over)
        first = not any(over) and above == float("-inf")
        short = s.x1 - s.x0 < 0.7 * min(gutter - region.left, region.right - gutter)
        short |= abs(s.x0 + s.x1 - region.left - region.right) < 2 * body
        # A line that begins where a column's other lines begin is one of them.
        short &= sum(abs(t.x0 - s.x0) < 0.1 * body for t in region.strips) < 5
        large = s.size >= 1.25 * body and (all(over) or not any(over))
        # A heading over all columns is hardly larger than the body, but more space is kept free.
        large |= s.size >= _HEADING * body and all(over) and _alone(s, other)
        if large or (short and (follows or first)):
            made.append(s)
            walls.append((s.top, s.bottom))
    return made


def _clear(s: Strip, other: Sequence[Strip]) -> bool:
    """Whether nothing of `other` stands at the height of a line."""
    clear = _SOLO * s.size
    return not any(t.top < s.bottom + clear and s.top - clear < t.bottom for t in other)


def _mates(s: Strip, side: Sequence[Strip]) -> list[Strip]:
    """The lines right above and below one, of its size."""
    return [
        t
        for t in side
        if t is not s
        and abs(t.size - s.size) < 0.05 * s.size
        and max(t.top - s.bottom, s.top - t.bottom) < 0.8 * s.size
    ]


def _alone(s: Strip, other: Sequence[Strip]) -> bool:
    """Whether the other columns are free beside a line and well above and below it."""
    space = _ROOM * s.size
    return not any(t.top < s.bottom + space and s.top - space < t.bottom for t in other)


def rows(region: Region, page: int, flow: int) -> list[Row]:
    """The lines of a region from top to bottom, strips on one baseline put together."""
    groups: list[list[Strip]] = []
    for s in sorted(region.strips, key=lambda s: s.y):
        # A raised or lowered figure belongs to the line whose height it shares.
        if groups and s.y - groups[-1][-1].y < 0.45 * max(s.size, groups[-1][-1].size):
            groups[-1].append(s)
        else:
            groups.append([s])
    return [_row(group, region, page, flow) for group in groups]


def _row(group: list[Strip], region: Region, page: int, flow: int) -> Row:
    group.sort(key=lambda s: s.x0)
    text = ""
    end = group[0].x0
    for s in group:
        gap = s.x0 - end
        apart = gap > 0.8 * s.size or (
            gap > 0.15 * s.size and text[-1:].isascii() and s.text[:1].isascii()
        )
        text += (" " if text and apart else "") + s.text
        end = s.x1
    main = max(group, key=lambda s: len(s.text))
    left, right = region.left, region.right
    words = " ".join(text.split(" ")) if "  " not in text else " ".join(text.split())
    return Row(
        page, group[0].x0, end, main.y, main.size, words.strip(), main.bold, left, right, flow
    )
