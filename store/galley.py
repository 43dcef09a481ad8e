"""From rows in reading order to paragraphs: lines, columns and pages put together again."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from store.column import Row
from store.document import Line
from store.emphasis import LARGE, TITLE, Emphasis, find_hints
from store.glyph import is_wide

_SAME = 0.08  # share by which the sizes of one paragraph's rows may differ
_INDENT = 0.8  # body sizes
_SLACK = 0.3  # body sizes that edges and rows may differ
# What a line cannot be broken in: opening marks, one character or word, closing marks.
_UNIT = re.compile(
    r"[“‘《〈（(【「『\[]*(?:[0-9A-Za-z%.,+-]+|.)"
    r"[，。、；：！？）》〉”’】」』…—%％,.;:!?)]*"
)
_NUMBERED = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}[、章节部]|[（(][一二三四五六七八九十]{1,3}[)）])"
)


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """Rows that belong together."""

    text: str
    first: Row
    last: Row


class Galley:
    """How this document sets its paragraphs, measured on all its rows.

    Args:
        rows: in reading order.
        body: size of the body text, in points.
    """

    def __init__(self, rows: Sequence[Row], body: float) -> None:
        self._rows = rows
        self._body = body
        self._edges = _edges(rows, body)
        pairs = [
            (a, b)
            for a, b in itertools.pairwise(rows)
            if a.flow == b.flow and self._plain(a) and self._plain(b)
        ]
        steps = [b.y - a.y for a, b in pairs if b.y > a.y]
        self._pitch = median(steps) if steps else 1.6 * body
        after_short = [self._indent(b) for a, b in pairs if not self._full(a, b)]
        self._indented = bool(after_short) and sum(
            _INDENT * body < i < 4 * body for i in after_short
        ) > 0.4 * len(after_short)

    def lines(self) -> tuple[Line, ...]:
        """The paragraphs as lines, numbered from 1, with hints from size and weight."""
        paragraphs = self._paragraphs()
        hints = find_hints(
            [
                Emphasis(p.text, p.first.size / self._body, p.first.bold and p.last.bold)
                for p in paragraphs
            ]
        )
        made: list[Line] = []
        previous: _Paragraph | None = None
        for p, hint in zip(paragraphs, hints, strict=True):
            blank = self._blank(previous, p) if previous else 0
            if made and (hint == "title" or made[-1].hint == "title"):
                blank = 2
            made.append(Line(len(made) + 1, p.text, blank, p.first.page, hint))
            previous = p
        return tuple(made)

    def _paragraphs(self) -> list[_Paragraph]:
        made: list[_Paragraph] = []
        parts: list[Row] = []
        for row in self._rows:
            if parts and not self._goes_on(parts[-1], row):
                made.append(_whole(parts))
                parts = []
            parts.append(row)
        return [*made, _whole(parts)] if parts else made

    def _plain(self, row: Row) -> bool:
        return abs(row.size - self._body) <= _SAME * self._body

    def _indent(self, row: Row) -> float:
        return row.x0 - self._edges[row.flow][0]

    def _full(self, row: Row, following: Row) -> bool:
        """Whether `row` reaches so far that the first word of `following` had no room."""
        room = self._edges[row.flow][1] - row.x1
        unit = _UNIT.match(following.text)
        word = unit.group() if unit else ""
        needed = sum(1.0 if is_wide(c) else 0.6 for c in word)
        return room < (max(1.0, needed) + _SLACK) * row.size

    def _goes_on(self, row: Row, following: Row) -> bool:
        """Whether `following` is the next row of the same paragraph."""
        if abs(row.size - following.size) > _SAME * self._body or _NUMBERED.match(following.text):
            return False
        same = row.flow == following.flow
        step = following.y - row.y
        if row.size > LARGE * self._body:
            near = same and step < 1.9 * row.size and row.bold == following.bold
            if near and row.size >= TITLE * self._body:
                return True
            return (near or not same) and self._full(row, following)
        if row.bold != following.bold and (not self._full(row, following) or self._new(following)):
            return False
        if not self._full(row, following) or self._new(following):
            return False
        return not same or step < (1.6 if self._indented else 1.3) * self._pitch

    def _new(self, row: Row) -> bool:
        return self._indent(row) > _INDENT * row.size

    def _blank(self, a: _Paragraph, b: _Paragraph) -> int:
        """Empty lines between two paragraphs: none, one, or two for a wide space."""
        if a.last.page != b.first.page or a.last.flow != b.first.flow:
            return 1
        free = (b.first.y - a.last.y - self._pitch) / self._body
        return 0 if free < 0.4 else 1 if free < 2.5 else 2


def _edges(rows: Sequence[Row], body: float) -> dict[int, tuple[float, float]]:
    """Where the text of each flow begins and ends on a full row."""
    members: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        members[row.flow].append(row)
    sure: list[tuple[float, float, float, float]] = []
    made: dict[int, tuple[float, float]] = {}
    for flow, found in members.items():
        left, right = min(r.x0 for r in found), _right(found, body)
        if len(found) >= 6:
            sure.append((found[0].left, found[0].right, left, right))
            made[flow] = (left, right)
    known: dict[tuple[int, int], tuple[float, float]] = {}
    for flow, found in members.items():
        if flow in made:
            continue
        row = found[0]
        key = (round(row.left), round(row.right))
        if key not in known:
            alike = [
                (left, right)
                for a, b, left, right in sure
                if abs(a - row.left) < 1.5 * body and abs(b - row.right) < 1.5 * body
            ]
            known[key] = (
                (median(a for a, _ in alike), median(b for _, b in alike))
                if alike
                else (row.left, row.right)
            )
        left, right = known[key]
        made[flow] = (min(left, *(r.x0 for r in found)), max(right, *(r.x1 for r in found)))
    return made


def _right(rows: Sequence[Row], body: float) -> float:
    """The right edge: the outermost place that several rows reach; marks may hang beyond it."""
    ends = sorted((r.x1 for r in rows), reverse=True)
    enough = max(2, len(ends) // 6)
    for x in ends:
        if sum(abs(y - x) < _SLACK * body for y in ends) >= enough:
            return x
    return ends[0]


def _whole(rows: Sequence[Row]) -> _Paragraph:
    text = rows[0].text
    for row in rows[1:]:
        text = joined(text, row.text)
    return _Paragraph(text, rows[0], rows[-1])


def joined(before: str, after: str) -> str:
    """Two halves of a paragraph: Chinese without a space, Latin words with one."""
    if before.endswith("-") and re.search(r"[A-Za-z]-$", before) and re.match(r"[a-z]", after):
        return before[:-1] + after
    spaced = re.search(r"[A-Za-z,.;:)!?]$", before) and re.match(r"[A-Za-z(]", after)
    return f"{before}{' ' if spaced else ''}{after}"


def body_size(weights: Iterable[tuple[float, int]]) -> float:
    """The size most characters have; `weights` are (size, number of characters)."""
    count: Counter[float] = Counter()
    for size, letters in weights:
        count[round(4 * size) / 4] += letters
    return max(count, key=lambda s: (count[s], s), default=10.0)
