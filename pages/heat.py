"""The heat map of a library: which official speaks of which theme, and in how many paragraphs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from pages.wording import say

if TYPE_CHECKING:
    from rag.theme import Theme
    from store import Official

THEMES = 8  # what a phone's width has room for with figures that can be read
PLACE = "theme"  # in front of a theme's number, in what a click hands over
STEPS = 6  # shades, the palest for one paragraph; from step 5 on the figures are light


def draw_heat(
    themes: Sequence[Theme],
    officials: Sequence[Official],
    names: Mapping[str, str],
    language: str = "zh",
) -> str:
    """A row an official, a column a theme, the count of his paragraphs in the cell.

    A table, so that it is heard as well as seen, prints, and follows light and dark. The
    figures say what the shades say; a cell without a figure is a theme on which the official
    has no paragraph. A theme's name, or a cell under it, hands over ``theme-N`` when clicked.

    Args:
        themes: the columns.
        officials: the rows.
        names: what each official is called, by key.
        language: ``"zh"`` or ``"en"``.
    """
    most = max((t.spoke.get(o.key, 0) for t in themes for o in officials), default=0)
    most = max(most, STEPS)  # two paragraphs are few, also where nobody has more
    head = "".join(
        f'<th scope="col"><button type="button" class="yj-theme" data-open="{PLACE}-{n}">'
        f"<span>{escape(t.name)}</span></button></th>"
        for n, t in enumerate(themes)
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(names[o.key])}</th>'
        + "".join(_cell(n, t.spoke.get(o.key, 0), most) for n, t in enumerate(themes))
        + "</tr>"
        for o in officials
    )
    return (
        f'<h2 class="yj-heading" id="yj-heat">{escape(say("heat_title", language))}</h2>'
        f'<p class="yj-meta">{escape(say("heat_line", language))}</p>'
        f'<div class="yj-picture"><table class="yj-heat" aria-labelledby="yj-heat"><thead><tr>'
        f"<th>{escape(say('compare_official', language))}</th>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def shade(count: int, most: int) -> int:
    """The step of a count above none, 1 to `STEPS`; the largest count has the deepest."""
    return max(1, -(-count * STEPS // most))


def _cell(theme: int, count: int, most: int) -> str:
    if not count:
        return "<td></td>"
    step = shade(count, most)
    return f'<td class="yj-cell s{step}" data-open="{PLACE}-{theme}">{count}</td>'
