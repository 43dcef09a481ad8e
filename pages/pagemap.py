"""The map of a document: whose its lines are, from the first to the last, at one look."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from pages.proof import Badges, key_of, name_of
from pages.wording import say

if TYPE_CHECKING:
    from store import Line, Remarks

LANES = 20  # officials drawn, those of the most lines
SLOTS = 500  # parts of a long document; a short one has a part a line
WIDE = 3.0  # percent of the document from which a bar has room for its letter


def runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of each unbroken run of ascending numbers."""
    found: list[tuple[int, int]] = []
    for n in numbers:
        if found and n == found[-1][1] + 1:
            found[-1] = (found[-1][0], n)
        else:
            found.append((n, n))
    return found


def draw_pagemap(
    lines: Sequence[Line], remarks: Sequence[Remarks], badges: Badges, language: str = "zh"
) -> str:
    """A lane an official: bars where his lines stand, and in how many places that is.

    A place is a run of lines that no paragraph of another interrupts; titles and bylines
    belong to nobody and interrupt nothing. "" where fewer than two share the document.
    """
    owner = {n: key_of(r.official) for r in remarks for p in r.paragraphs for n in p.lines}
    names = {key_of(r.official): name_of(r, language) for r in remarks if r.paragraphs}
    told = [line.number for line in lines if line.number in owner]
    if len(names) < 2 or not told:
        return ""
    held: dict[str | None, list[int]] = {}
    for at, number in enumerate(told):
        held.setdefault(owner[number], []).append(at)
    # The most speaking have a lane each; they stand in the order of the legend.
    kept = set(sorted(held, key=lambda key: -len(held[key]))[:LANES])
    slots = min(len(told), SLOTS)
    lanes = []
    for key in names:
        if key not in kept:
            continue
        badge = badges[key]
        bars = []
        for first, last in runs(sorted({at * slots // len(told) for at in held[key]})):
            left, width = 100 * first / slots, 100 * (last + 1 - first) / slots
            at, end = -(-first * len(told) // slots), -(-(last + 1) * len(told) // slots) - 1
            place = say("proof_lines", language, lines=f"{told[at]}–{told[end]}")
            sign = escape(badge.letter) if width >= WIDE else ""
            bars.append(
                f'<i style="left:{left:.2f}%;width:{width:.2f}%" '
                f'title="{escape(f"{names[key]} {place}")}">{sign}</i>'
            )
        places = say("pagemap_places", language, n=len(runs(held[key])))
        lanes.append(
            f'<li{badge.style}><span><i class="yj-sign">{escape(badge.letter)}</i> '
            f"<b>{escape(names[key])}</b> <small>{escape(places)}</small></span>"
            f'<div aria-hidden="true">{"".join(bars)}</div></li>'
        )
    left_out = len(held) - len(lanes)
    more = say("pagemap_more", language, n=left_out) if left_out else ""
    ends = say("pagemap_ends", language, first=told[0], last=told[-1])
    return (
        f'<h2 class="yj-heading yj-map">{escape(say("pagemap_title", language))}</h2>'
        f'<p class="yj-meta">{escape(say("pagemap_line", language))} {escape(more)}</p>'
        f'<ul class="yj-lanes">{"".join(lanes)}</ul>'
        f'<p class="yj-meta yj-ends">{escape(ends)}</p>'
    )
