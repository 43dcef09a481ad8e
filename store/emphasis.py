"""Titles and headings by how they are set: the larger or bolder line says what it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from store.byline import find_bylines
from store.document import Hint, Line
from store.heading import heading_number

LARGE = 1.06  # from this many body sizes on a line is a heading
TITLE = 1.25  # … and may be a title
LONGEST = 60  # characters of a title or heading
LONGEST_BOLD = 40


@dataclass(frozen=True, slots=True)
class Emphasis:
    """A paragraph and how it is set; `size` is in sizes of the body text."""

    text: str
    size: float
    bold: bool = False


def find_hints(paragraphs: Sequence[Emphasis]) -> list[Hint]:
    """What each paragraph is by its setting, "" where that says nothing.

    Titles are the lines of the size that bylines stand under; without such a size, of one that
    is used once or once for every byline. Other large lines, and bold ones, are headings.
    """
    large = [p.size > LARGE and len(p.text) <= LONGEST and "。" not in p.text for p in paragraphs]
    lines = [Line(n + 1, p.text) for n, p in enumerate(paragraphs)]
    bylines = find_bylines(lines)
    signed = {n for b in bylines for n in range(b.first, b.last + 1)}
    tiers: dict[int, list[int]] = defaultdict(list)
    for n, p in enumerate(paragraphs):
        if large[n] and n not in signed and p.size >= TITLE and not heading_number(p.text)[0]:
            tiers[_tier(p)].append(n)
    title = _title_tier(tiers, signed, len(bylines))
    bold = sum(len(p.text) for p in paragraphs if p.bold)
    mostly_bold = bold > 0.4 * sum(len(p.text) for p in paragraphs)
    hints: list[Hint] = []
    for n, p in enumerate(paragraphs):
        hint: Hint = ""
        if n in signed:
            hint = "byline"
        elif large[n]:
            hint = "title" if _tier(p) >= title and n in tiers[_tier(p)] else "heading"
        elif p.bold and not mostly_bold and len(p.text) <= LONGEST_BOLD:
            hint = "" if p.text[-1] in "。，；：,;:" else "heading"
        hints.append(hint)
    return hints


def _tier(p: Emphasis) -> int:
    return round(10 * p.size)


def _title_tier(tiers: dict[int, list[int]], signed: set[int], bylines: int) -> int:
    """The smallest size of a title, in tenths of the body size; out of reach if there is none."""
    under = {t: sum(bool(signed & {n + 1, n + 2}) for n in at) for t, at in tiers.items()}
    best = max(tiers, key=lambda t: (under[t], t), default=0)
    if best and under[best]:
        return best
    return max((t for t, at in tiers.items() if len(at) in (1, bylines)), default=1 << 30)
