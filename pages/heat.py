"""The heat map of a library: which official speaks of which theme, and in how many paragraphs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages.wording import say

if TYPE_CHECKING:
    import altair as alt

    from rag.theme import Theme
    from store import Official

ROWS = 20  # officials shown unless others are chosen
THEMES = 8  # what a phone's width has room for with figures that can be read
ROW = 30  # height of a row, in pixels
PALE, DEEP = "#f6e3dc", "#6e2018"  # the least and the most paragraphs, on any ground


def heat(themes: Sequence[Theme], officials: Sequence[Official], language: str) -> alt.LayerChart:
    """A row an official, a column a theme, the count of his paragraphs in the cell.

    The figures say what the colours say, so that it reads in print and without colours;
    a cell without a figure is a theme on which the official has no paragraph.
    """
    import altair as alt

    twice = {name for name, n in Counter(o.name for o in officials).items() if n > 1}
    rows = {o.key: f"{o.name} · {o.office}" if o.name in twice else o.name for o in officials}
    cells = [
        {"theme": t.name, "official": name, "count": t.spoke[key]}
        for t in themes
        for key, name in rows.items()
        if t.spoke.get(key)
    ]
    most = max((int(str(c["count"])) for c in cells), default=1)
    base = alt.Chart(alt.InlineData(values=cells)).encode(
        x=alt.X(
            "theme:N",
            title=None,
            scale=alt.Scale(domain=[t.name for t in themes]),
            axis=alt.Axis(
                orient="top", labelAngle=-50, labelLimit=120, ticks=False, labelOverlap=False
            ),
        ),
        y=alt.Y(
            "official:N",
            title=None,
            scale=alt.Scale(domain=list(rows.values())),
            axis=alt.Axis(labelLimit=110, ticks=False),
        ),
        tooltip=[
            alt.Tooltip("official:N", title=say("compare_official", language)),
            alt.Tooltip("theme:N", title=say("compare_theme", language)),
            alt.Tooltip("count:Q", title=say("heat_count", language)),
        ],
    )
    scale = alt.Scale(domain=[0, most], range=[PALE, DEEP])
    squares = (
        base.mark_rect(cornerRadius=3, cursor="pointer", stroke=DEEP, strokeWidth=0.5)
        .encode(color=alt.Color("count:Q", scale=scale, legend=None))
        .add_params(alt.selection_point("cell", fields=["theme"]))
    )
    # From there on the ground is deep enough for white figures.
    white = alt.condition(alt.datum.count > 0.6 * most, alt.value("#ffffff"), alt.value("#1d0704"))
    figures = base.mark_text(fontSize=13, cursor="pointer").encode(text="count:Q", color=white)
    drawn: alt.LayerChart = (squares + figures).properties(height=ROW * len(rows) + 70)
    return drawn


def in_words(themes: Sequence[Theme], officials: Sequence[Official], language: str) -> str:
    """The same for whoever hears the page: each theme with its officials and counts."""
    names = {o.key: o.name for o in officials}
    between = say("separator", language)
    told = [
        f"{t.name}: "
        + between.join(f"{names[key]} {n}" for key, n in t.spoke.items() if key in names)
        for t in themes
    ]
    return say("heat_alt", language, rows="; ".join(told))


def show_heat(
    themes: Sequence[Theme],
    officials: Sequence[Official],
    take: Callable[[str], None],
    language: str,
) -> None:
    """Draw the map; `take` gets the theme of a cell that is clicked."""
    themes = themes[:THEMES]
    said = Counter[str]()
    for theme in themes:
        said.update(theme.spoke)
    known = {o.key: o for o in officials}
    speaking = [key for key, _ in said.most_common() if key in known]
    if not themes or len(speaking) < 2:
        return
    st.html(
        f'<h2 class="yj-heading">{escape(say("heat_title", language))}</h2>'
        f'<p class="yj-meta">{escape(say("heat_line", language))}</p>'
    )
    shown = speaking[:ROWS]
    if len(known) > ROWS:
        chosen = st.multiselect(
            say("heat_who", language),
            list(known),
            format_func=lambda key: f"{known[key].name} · {known[key].office}",
            key="heat_officials",
            placeholder=say("heat_most", language, count=len(shown), total=len(known)),
        )
        shown = [key for key in chosen if key in known] or shown
    rows = [known[key] for key in shown]

    def picked() -> None:
        state: Any = st.session_state.get(key)
        points = (state or {}).get("selection", {}).get("cell", [])
        if points:
            take(str(points[0]["theme"]))

    key = f"heat_{language}"
    st.altair_chart(
        heat(themes, rows, language),
        alt=in_words(themes, rows, language),
        key=key,
        on_select=picked,
    )
