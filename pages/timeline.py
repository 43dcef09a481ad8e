"""The timeline of a library: who spoke when, as far as the dates are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from pages.wording import say

if TYPE_CHECKING:
    from rag.chronicle import Piece
    from store import Official

PLACE = "time"  # in front of what a click on a mark hands over
WHOLE = "whole"  # in front of the passage whose piece is to be opened
LISTED = 100  # pieces in the list below
SHAPES = ("●", "■", "▲", "◆", "★", "▼")
HOLLOW = ("○", "□", "△", "◇", "☆", "▽")  # of the same officials, for pieces without a date


@dataclass(frozen=True, slots=True)
class Timeline:
    """What is drawn.

    Attributes:
        officials: the rows.
        names: what each is called, by key.
        columns: the periods, from `rag.chronicle.periods`.
        unit: characters that name a period.
        pieces: of these officials, the earliest first.
    """

    officials: Sequence[Official]
    names: Mapping[str, str]
    columns: Sequence[str]
    unit: int
    pieces: Sequence[Piece]

    def cell(self, row: int, column: int) -> list[Piece]:
        """The pieces of a row in a column; the column after the last has those without a date."""
        key = self.officials[row].key
        period = (*self.columns, "")[column]
        return [
            piece
            for piece in self.pieces
            if piece.first.official.key == key and piece.day[: self.unit] == period
        ]

    def find(self, place: str) -> tuple[int, int] | None:
        """Row and column that a click's ``ROW-COLUMN`` means; None where there is no such mark."""
        row, _, column = place.partition("-")
        if not (row.isdecimal() and column.isdecimal()):
            return None
        if int(row) >= len(self.officials) or int(column) > len(self.columns):
            return None
        return int(row), int(column)


def draw_timeline(line: Timeline, hue: Callable[[str], int], language: str = "zh") -> str:
    """A row an official, a column a period, a mark where he spoke, with the number of pieces.

    Each official has a shape besides a colour, larger for more pieces; hollow ones in the last
    column have no date. A table, so that it is heard as it is seen. A mark hands over
    ``time-ROW-COLUMN`` when clicked.
    """
    dated = sum(bool(piece.day) for piece in line.pieces)
    undated = len(line.pieces) - dated
    people = len(line.officials)
    counts = say("time_count", language, people=people, dated=dated, undated=undated)
    heading = (
        f'<h2 class="yj-heading" id="yj-time">{escape(say("time_title", language))}</h2>'
        f'<p class="yj-meta">{escape(counts)} '
        f"{escape(say('time_line' if dated else 'time_none', language))}</p>"
    )
    if not dated:
        return heading
    most = max(len(group) for row in _rows(line) for group in row)
    body = ""
    for at, row in enumerate(_rows(line)):
        who = line.officials[at]
        shape = SHAPES[at % len(SHAPES)]
        cells = "".join(_cell(line, at, n, group, most, language) for n, group in enumerate(row))
        body += (
            f'<tr style="--hue:var(--yj-{hue(who.key)})"><th scope="row">'
            f'<i aria-hidden="true">{shape}</i> {escape(line.names[who.key])}</th>{cells}</tr>'
        )
    return (
        f'{heading}<div class="yj-picture" tabindex="0" role="region" aria-labelledby="yj-time">'
        f'<table class="yj-time" aria-labelledby="yj-time"><thead>'
        f"{_head(line, bool(undated), language)}</thead><tbody>{body}</tbody></table></div>"
    )


def draw_list(line: Timeline, language: str = "zh") -> str:
    """The same as a table of pieces with their dates, folded up; `LISTED` of them at most."""
    rows = "".join(
        f"<tr><td>{escape(piece.day or say('time_undated', language))}</td>"
        f"<td>{escape(line.names[piece.first.official.key])}</td>"
        f"<td>{_opener(piece, language)}</td><td>{escape(piece.first.file)}</td></tr>"
        for piece in line.pieces[:LISTED]
    )
    left = len(line.pieces) - LISTED
    more = say("time_more", language, n=left) if left > 0 else ""
    head = "".join(
        f'<th scope="col">{escape(say(key, language))}</th>'
        for key in ("date", "compare_official", "title", "source")
    )
    return (
        f'<details class="yj-more"><summary>{escape(say("time_list", language))}</summary>'
        f'<div class="yj-picture" tabindex="0" role="region" '
        f'aria-label="{escape(say("time_list", language))}">'
        f'<table class="yj-dates"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        f'<p class="yj-meta">{escape(more)}</p></details>'
    )


def draw_cell(line: Timeline, place: tuple[int, int], language: str = "zh") -> str:
    """The pieces behind a mark that was clicked, each to be opened."""
    row, column = place
    found = line.cell(row, column)
    when = spelled((*line.columns, "")[column], language)
    who = line.names[line.officials[row].key]
    rows = "".join(
        f"<li>{_opener(piece, language)} <small>{escape(_facts(piece, language))}</small></li>"
        for piece in found[:LISTED]
    )
    left = len(found) - LISTED
    more = f"<p>{escape(say('time_more', language, n=left))}</p>" if left > 0 else ""
    count = say("count_pieces", language, n=len(found))
    return (
        f'<section class="yj-then" role="status"><b>{escape(f"{who} · {when} · {count}")}</b>'
        f"<ul>{rows}</ul>{more}</section>"
    )


def spelled(period: str, language: str = "zh") -> str:
    """A period in words."""
    if not period:
        return say("time_undated", language)
    if len(period) == 3:
        return say("time_decade", language, first=f"{period}0", last=f"{period}9")
    if len(period) == 4:
        return say("time_year", language, year=period)
    month = say("time_months", language).split()[int(period[5:]) - 1]
    return say("time_month", language, year=period[:4], month=month)


def _rows(line: Timeline) -> list[list[list[Piece]]]:
    """The pieces of each cell; the last column has those without a date, if there are any."""
    where: dict[tuple[str, str], list[Piece]] = {}
    for piece in line.pieces:
        where.setdefault((piece.first.official.key, piece.day[: line.unit]), []).append(piece)
    undated = any(not piece.day for piece in line.pieces)
    columns = [*line.columns, ""] if undated else list(line.columns)
    return [[where.get((o.key, c), []) for c in columns] for o in line.officials]


def _cell(
    line: Timeline, row: int, column: int, group: Sequence[Piece], most: int, language: str
) -> str:
    last = ' class="undated"' if column == len(line.columns) else ""
    if not group:
        return f"<td{last}></td>"
    shape = (HOLLOW if last else SHAPES)[row % len(SHAPES)]
    size = 0.9 + 0.9 * (len(group) / most) ** 0.5 if len(group) > 1 else 0.9
    name = line.names[line.officials[row].key]
    when = spelled((*line.columns, "")[column], language)
    count = say("count_pieces", language, n=len(group))
    titles = " ".join(f"《{p.first.title}》" for p in group[:3] if p.first.title)
    label = escape(f"{name} {when} {count}")
    number = f"<b>{len(group)}</b>" if len(group) > 1 else ""
    return (
        f'<td{last}><button type="button" class="yj-mark" data-open="{PLACE}-{row}-{column}"'
        f' aria-label="{label}" title="{escape(f"{when} {titles}")}">'
        f'<i style="font-size:{size:.2f}rem">{shape}</i>{number}</button></td>'
    )


def _head(line: Timeline, undated: bool, language: str) -> str:
    """One row of years or decades, or two: years over their months."""
    two = line.unit == 7
    deep = ' rowspan="2"' if two else ""
    corner = f"<th{deep}>{escape(say('compare_official', language))}</th>"
    last = escape(say("time_undated", language))
    last = f'<th scope="col" class="undated"{deep}>{last}</th>' if undated else ""
    if not two:
        names = (f"{c}0s" if len(c) == 3 else c for c in line.columns)
        cells = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
        return f"<tr>{corner}{cells}{last}</tr>"
    months = say("time_months", language).split()
    years = "".join(
        f'<th scope="colgroup" colspan="{len(list(group))}">{year}</th>'
        for year, group in groupby(line.columns, key=lambda c: c[:4])
    )
    below = "".join(
        f'<th scope="col">{escape(months[int(c[5:]) - 1] if c[5:] else say("time_any", language))}'
        "</th>"
        for c in line.columns
    )
    return f"<tr>{corner}{years}{last}</tr><tr>{below}</tr>"


def _facts(piece: Piece, language: str) -> str:
    count = say("count_passages", language, n=piece.paragraphs)
    return " · ".join(part for part in (piece.day, count, piece.first.file) if part)


def _opener(piece: Piece, language: str) -> str:
    title = f"《{piece.first.title}》" if piece.first.title else say("untitled", language)
    return (
        f'<button type="button" class="yj-goto" data-open="{WHOLE}-{escape(piece.first.id)}">'
        f"{escape(title)}</button>"
    )
