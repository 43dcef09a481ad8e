"""Who spoke when: the pieces of a library by their dates, as far as these are known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.reference import iso_day
from store import Passage

_DATED = re.compile(r"((?:19|20)\d\d)(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
COLUMNS = 24  # periods shown side by side
MONTH, YEAR, DECADE = 7, 4, 3  # characters of ``2031-05-06`` that name a period


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of one official.

    Attributes:
        first: its first passage, which has its official, title, document and file.
        day: ``2031-05-06``, ``2031-05`` or ``2031`` as far as it is known; "" if it is not.
        paragraphs: how many it has.
    """

    first: Passage
    day: str
    paragraphs: int


def day_of(passage: Passage) -> str:
    """When a passage was said or, failing that, published, as `Piece.day` has it."""
    for text in (passage.date, passage.published):
        if found := _DATED.fullmatch(iso_day(text)):
            return found.group()
        if year := _YEAR.search(text):
            return year.group()
    return ""


def chronicle(passages: Iterable[Passage]) -> list[Piece]:
    """Every piece, the earliest first; those without a date come last."""
    grouped: dict[tuple[str, str, str], list[Passage]] = {}
    for p in passages:
        grouped.setdefault((p.document, p.official.key, p.title), []).append(p)
    made = [
        Piece(first := min(group, key=lambda p: p.paragraph), day_of(first), len(group))
        for group in grouped.values()
    ]
    return sorted(made, key=lambda piece: (not piece.day, piece.day, piece.first.id))


def unit_of(pieces: Sequence[Piece]) -> int:
    """The finest of `MONTH`, `YEAR` and `DECADE` by which no more than `COLUMNS` are needed."""
    for unit in (MONTH, YEAR):
        if unit == MONTH and not any(len(piece.day) >= MONTH for piece in pieces):
            continue
        if len(periods(pieces, unit)) <= COLUMNS:
            return unit
    return DECADE


def periods(pieces: Sequence[Piece], unit: int) -> list[str]:
    """The periods from the first dated piece to the last, those without a piece too.

    By month, pieces of which only the year is known have a period of their own (``2031``)
    before the months of that year.
    """
    known = sorted({piece.day[:unit] for piece in pieces if piece.day})
    if unit != MONTH:
        numbers = [int(period) for period in known]
        return [str(n) for n in range(numbers[0], numbers[-1] + 1)] if numbers else []
    months = [_month(period) for period in known if len(period) == MONTH]
    filled = {f"{n // 12}-{n % 12 + 1:02}" for n in range(min(months), max(months) + 1)}
    return sorted(filled | set(known))


def _month(period: str) -> int:
    """Months since the year 0."""
    return int(period[:4]) * 12 + int(period[5:7]) - 1
