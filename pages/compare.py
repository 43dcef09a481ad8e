"""The page that puts several officials side by side on one theme."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pages import session
from pages.behaviour import behaviour
from pages.branching import empty_line
from pages.card import copy_button
from pages.heading import draw_heading
from pages.label import escape_label
from pages.limits import limits
from pages.pictures import clicked, draw_pictures
from pages.reading import read_piece
from pages.side import PLACE, draw_side
from pages.takeaway import DOCX, file_name
from pages.wording import say

if TYPE_CHECKING:
    from rag.synopsis import Synopsis
    from rag.transcript import Context
    from store import Passage

PAGE = 40  # officials shown at once


def show() -> None:
    """Draw the page."""
    lang = session.language()
    library = session.desk().library
    behaviour(0, _open_asked)
    draw_heading("page_compare", "compare_line", lang, wide=64)
    officials = library.officials()
    if not officials:
        st.html(f'<p class="yj-banner" role="status">{escape(empty_line(lang))}</p>')
        return
    _form(lang)
    if not st.session_state.get("compared"):
        _examples(lang)
        draw_pictures(lang)
        return
    # Folded up anew by each comparison, whose table is what one wants to see then.
    turn = st.session_state.get("compare_turn", 0)
    with st.expander(say("pictures", lang), icon=":material/grid_on:", key=f"pictures_{turn}"):
        draw_pictures(lang)
    table = _table(lang)
    if table is not None:
        _result(table, lang)


def _form(lang: str) -> None:
    """Who and what; Enter compares."""
    officials = session.desk().library.officials()
    names = {o.key: f"{o.name} · {o.office}" if o.office else o.name for o in officials}
    kept = st.session_state.get("compare_officials", [])
    if any(key not in names for key in kept):  # somebody has left the library
        st.session_state["compare_officials"] = [key for key in kept if key in names]
    with st.form("compare", border=False):
        st.multiselect(
            say("compare_officials", lang),
            list(names),
            format_func=names.__getitem__,
            select_all=False,
            key="compare_officials",
            placeholder=say("compare_everybody", lang, count=len(names)),
            persist_state="session",
        )
        st.text_input(
            say("compare_theme", lang),
            key="compare_theme",
            placeholder=say("compare_theme_hint", lang),
            persist_state="session",
        )
        st.form_submit_button(
            say("compare_do", lang), type="primary", icon=":material/compare:", on_click=_compare
        )


def _compare() -> None:
    keys = tuple(st.session_state.get("compare_officials") or ())
    st.session_state["compared"] = (str(st.session_state.get("compare_theme") or ""), keys)
    st.session_state["compare_shown"] = PAGE
    st.session_state["compare_turn"] = st.session_state.get("compare_turn", 0) + 1


def _take(theme: str) -> None:
    st.session_state["compare_theme"] = theme
    _compare()


def _examples(lang: str) -> None:
    """Themes of this library's own headings."""
    themes = [theme.name for theme in session.desk().assistant.themes(6)]
    if not themes:
        return
    st.html(f'<p class="yj-label">{escape(say("compare_try", lang))}</p>')
    with st.container(horizontal=True, gap="small"):
        for at, theme in enumerate(themes):
            st.button(escape_label(theme), key=f"theme_{at}", on_click=_take, args=(theme,))


def _table(lang: str) -> Synopsis | None:
    """The table for what was asked, made anew when the library has changed; None after an error."""
    desk = session.desk()
    asked = (*st.session_state["compared"], limits("limit"), desk.turn, desk.library.version)
    kept: tuple[object, Synopsis] | None = st.session_state.get("comparison")
    if kept is None or kept[0] != asked:
        try:
            with st.spinner(say("answering", lang)):
                kept = (asked, desk.assistant.compare(asked[0], asked[1], asked[2]))
        except Exception as error:
            st.session_state.pop("comparison", None)
            line = session.error_line(error)[lang]
            st.html(f'<p class="yj-error" role="alert">{escape(line)}</p>')
            return None
        st.session_state["comparison"] = kept
    return kept[1]


def _result(table: Synopsis, lang: str) -> None:
    from rag.tabulation import as_docx, as_html, as_markdown, title

    near = sum(bool(r.sayings) and not r.direct for r in table.rows)
    silent = sum(not r.sayings for r in table.rows)
    counts = say("compare_count", lang, heard=table.heard, near=near, silent=silent)
    within = limits("limit").described(lang)
    within = say("limits_now", lang, limits=within) if within else ""
    st.html(
        f'<h2 class="yj-heading">{escape(title(table, lang))}</h2>'
        f'<p class="yj-meta" role="status">{escape(counts)}</p>'
        f'<p class="yj-meta">{escape(within)}</p>'
    )
    ranked = len(table.rows) > 1 and st.checkbox(
        say("compare_ranked", lang), True, key="compare_ranked"
    )
    table = table.ranked() if ranked else table
    shown = int(st.session_state.get("compare_shown", PAGE))
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="side_take"):
        for kind, make, mime in (
            ("docx", lambda: as_docx(table, lang), DOCX),
            ("markdown", lambda: as_markdown(table, lang).encode(), "text/markdown"),
        ):
            st.download_button(
                say(f"compare_{kind}", lang),
                make,
                file_name(title(table, lang), "md" if kind == "markdown" else kind),
                mime,
                key=f"compare_{kind}",
                icon=":material/download:",
                on_click="ignore",
            )
        # What is copied travels with the page at each run: the rows shown, not hundreds.
        part = replace(table, rows=table.rows[:shown])
        word = "compare_copy" if len(part.rows) == len(table.rows) else "compare_copy_shown"
        st.html(
            copy_button(as_markdown(part, lang), word, lang, as_html(part, lang)), width="content"
        )
    st.html(draw_side(table.rows[:shown], session.hue, _context, lang))
    left = len(table.rows) - shown
    if left > 0:
        st.button(
            say("compare_more", lang, count=min(left, PAGE)),
            key="compare_more",
            on_click=lambda: st.session_state.update(compare_shown=shown + PAGE),
        )
    _open_piece(table, lang)


def _context(passage: Passage) -> Context:
    from rag.transcript import Context

    before, after = session.desk().library.neighbours(passage)
    return Context(before.text if before else "", after.text if after else "")


def _open_asked() -> None:
    asked = str(st.session_state["behaviour"].open)
    if not clicked(asked, _take):
        st.session_state["side_piece"] = asked


def _open_piece(table: Synopsis, lang: str) -> None:
    """The piece behind the citation that was clicked."""
    place, _, number = str(st.session_state.pop("side_piece", None) or "").partition("-")
    cited = {str(c.number): c for c in table.citations}
    if place == PLACE and number in cited:
        citation = cited[number]
        read_piece(citation, _context(citation.passage), lang)


if __name__ == "__main__":
    from pages.frame import enter

    enter(show)
