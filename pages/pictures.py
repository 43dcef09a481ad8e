"""The pictures of a whole library: who speaks of what, and who spoke when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pages import session, timeline
from pages.heat import PLACE as THEME
from pages.heat import THEMES, draw_heat
from pages.reading import read_whole
from pages.timeline import Timeline, draw_cell, draw_list, draw_timeline
from pages.wording import say

if TYPE_CHECKING:
    from rag.chronicle import Piece
    from store import Official

ROWS = 20  # officials shown unless others are chosen


def draw_pictures(lang: str) -> None:
    """Both pictures, of the officials chosen or of those who speak most."""
    assistant = session.desk().assistant
    officials = {o.key: o for o in session.desk().library.officials()}
    themes, pieces = assistant.themes(THEMES), assistant.chronicle()
    if len(officials) < 2 and len(pieces) < 2:
        return
    names = called(list(officials.values()))
    chosen = _chosen(officials, lang)
    spoke = Counter(dict.fromkeys(officials, 0))
    for theme in themes:
        spoke.update({key: n for key, n in theme.spoke.items() if key in officials})
    rows = chosen or [key for key, n in spoke.most_common(ROWS) if n]
    if themes and len(rows) > 1 - bool(chosen):
        st.html(draw_heat(themes, [officials[key] for key in rows], names, lang))
    _timeline(_line(pieces, chosen, officials, names), lang)


def called(officials: Sequence[Official]) -> dict[str, str]:
    """What each official is called in a picture, by key: namesakes with their office."""
    twice = {name for name, n in Counter(o.name for o in officials).items() if n > 1}
    return {o.key: f"{o.name} · {o.office}" if o.name in twice else o.name for o in officials}


def clicked(asked: str, take: Callable[[str], None]) -> bool:
    """Whether a click was on a picture; `take` gets the theme if it was on one.

    To be called from the callback of the page's `behaviour`, which hands over `asked`.
    """
    place, _, rest = asked.partition("-")
    if place == THEME:
        themes = session.desk().assistant.themes(THEMES)
        if rest.isdecimal() and int(rest) < len(themes):
            take(themes[int(rest)].name)
    elif place == timeline.PLACE:
        st.session_state["time_cell"] = rest
    elif place == timeline.WHOLE:
        st.session_state["whole_piece"] = rest
    return place in (THEME, timeline.PLACE, timeline.WHOLE)


def _chosen(officials: Mapping[str, Official], lang: str) -> list[str]:
    """Keys of the officials that a person wants to see; none where there is nothing to choose."""
    if len(officials) <= ROWS:
        return []
    st.multiselect(
        say("heat_who", lang),
        list(officials),
        format_func=lambda key: f"{officials[key].name} · {officials[key].office}",
        select_all=False,
        key="heat_officials",
        placeholder=say("heat_most", lang, count=ROWS, total=len(officials)),
        on_change=lambda: st.session_state.pop("time_cell", None),
    )
    return [key for key in st.session_state.get("heat_officials", []) if key in officials]


def _line(
    pieces: Sequence[Piece],
    chosen: Sequence[str],
    officials: Mapping[str, Official],
    names: Mapping[str, str],
) -> Timeline:
    """The timeline of those chosen, or of those with the most dated pieces."""
    from rag.chronicle import periods, unit_of

    often = Counter(dict.fromkeys(officials, 0))
    for piece in pieces:
        # Whoever has a date at all comes before whoever has none.
        often[piece.first.official.key] += 1000 if piece.day else 1
    rows = chosen or [key for key, _ in often.most_common(ROWS)]
    shown = [piece for piece in pieces if piece.first.official.key in set(rows)]
    unit = unit_of(shown)
    return Timeline([officials[key] for key in rows], names, periods(shown, unit), unit, shown)


def _timeline(line: Timeline, lang: str) -> None:
    st.html(draw_timeline(line, session.hue, lang))
    place = line.find(str(st.session_state.get("time_cell", "")))
    if place and line.cell(*place):
        st.html(draw_cell(line, place, lang))
    if any(piece.day for piece in line.pieces):
        st.html(draw_list(line, lang))
    if wanted := st.session_state.pop("whole_piece", None):
        first = session.desk().library.passage(str(wanted))
        if first is not None:
            read_whole(first, lang)
        else:
            st.html(f'<p class="yj-banner" role="status">{escape(say("time_gone", lang))}</p>')
