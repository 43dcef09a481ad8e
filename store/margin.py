"""What stands in the margins of every page and is nobody's words: running heads, page numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from store.glyph import Sheet, Strip

ZONE = 0.15  # share of the page's height, at each end, in which margins are looked for
DEEPEST = 3  # rows of one margin, at most
LONGEST = 80  # characters of a running head, at most
_FOLIO = re.compile(
    r"(?:第\s*)?[\dⅠ-ⅿivxlIVXL０-９一二三四五六七八九十百〇○]{1,6}\s*(?:页)?(?:\s*[/／，,]?\s*共?\s*\d+\s*页?)?"
    r"|(?:Page\s*)?\d+(?:\s*of\s*\d+)?"
)
_PRINTED = re.compile(
    r"(?:file|https?)://\S+|^\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4},?\s+(?:[上下]午)?\d{1,2}:\d{2}"
)


@dataclass(frozen=True, slots=True)
class _Edge:
    """A row near the edge of a page: the `depth`-th from there."""

    page: int
    foot: bool
    depth: int
    y: float
    size: float
    strips: tuple[Strip, ...]
    text: str
    gap: float  # baseline to the next row inwards

    @property
    def said(self) -> str:
        """The text without what changes from page to page."""
        return re.sub(r"[\d\s\W]", "", self.text)


def without_margins(sheets: Sequence[Sheet], body: float) -> list[Sheet]:
    """The pages without the rows that repeat at one height, and without page numbers."""
    edges = [e for sheet in sheets for e in _edges(sheet)]
    repeated = _repeated(edges)
    slots: dict[tuple[bool, int], set[int]] = defaultdict(set)
    for e in repeated:
        slots[e.foot, round(e.y / 3)].add(e.page)
    dropped: dict[int, set[Strip]] = defaultdict(set)
    for page, found in _by_page(edges).items():
        for foot in (False, True):
            row = [e for e in found if e.foot == foot]
            gone = 0
            for n, e in enumerate(sorted(row, key=lambda e: e.depth)):
                if e not in repeated and not _is_margin(e, slots, body):
                    break
                # A margin is set apart from the text.
                if e.gap > 1.25 * max(body, e.size) or e.size < 0.93 * body:
                    gone = n + 1
            for e in sorted(row, key=lambda e: e.depth)[:gone]:
                dropped[page].update(e.strips)
    return [
        replace(s, strips=tuple(t for t in s.strips if t not in dropped[s.number])) for s in sheets
    ]


def _edges(sheet: Sheet) -> list[_Edge]:
    rows: list[list[Strip]] = []
    for s in sorted(sheet.strips, key=lambda s: s.y):
        if rows and s.y - rows[-1][0].y < 0.4 * s.size:
            rows[-1].append(s)
        else:
            rows.append([s])
    made = []
    for foot, order in ((False, rows), (True, rows[::-1])):
        for depth, row in enumerate(order[:DEEPEST]):
            y = row[0].y
            if min(y, sheet.height - y) > ZONE * sheet.height:
                break
            if foot != (y > sheet.height / 2):
                break
            text = " ".join(s.text.strip() for s in sorted(row, key=lambda s: s.x0))
            if len(text) > LONGEST and not _PRINTED.search(text):
                break
            beyond = order[depth + 1][0].y if depth + 1 < len(order) else float("inf")
            size = max(s.size for s in row)
            made.append(
                _Edge(sheet.number, foot, depth, y, size, tuple(row), text, abs(beyond - y))
            )
    return made


def _by_page(edges: Sequence[_Edge]) -> dict[int, list[_Edge]]:
    found: dict[int, list[_Edge]] = defaultdict(list)
    for e in edges:
        found[e.page].append(e)
    return found


def _repeated(edges: Sequence[_Edge]) -> set[_Edge]:
    """Rows whose words stand at the same height on another page."""
    alike: dict[tuple[bool, str], list[_Edge]] = defaultdict(list)
    for e in edges:
        if e.said:
            alike[e.foot, e.said].append(e)
    made: set[_Edge] = set()
    for group in alike.values():
        heights: dict[int, set[int]] = defaultdict(set)
        for e in group:
            heights[round(e.y / 3)].add(e.page)
        for e in group:
            at = round(e.y / 3)
            if len(heights[at] | heights[at - 1] | heights[at + 1]) > 1:
                made.add(e)
    return made


def _is_margin(e: _Edge, slots: dict[tuple[bool, int], set[int]], body: float) -> bool:
    """A page number, what a browser prints around a page, or a head where others have theirs."""
    bare = e.text.strip(" -—–·.•|~～_[]()（）《》")
    if not bare or _FOLIO.fullmatch(bare) or _PRINTED.search(e.text):
        return True
    at = round(e.y / 3)
    others = set().union(*(slots.get((e.foot, at + d), set()) for d in (-1, 0, 1)))
    return len(others) >= 3 and len(e.text) <= 40 and e.size < 1.1 * body
