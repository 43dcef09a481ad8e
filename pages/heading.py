"""What stands above every page but the chat: its name, a line on what it is for, and where."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages import branching, session
from pages.desk import MAIN
from pages.wording import say


def draw_heading(title: str, line: str, lang: str, wide: int = 0, **values: object) -> None:
    """Draw it.

    Args:
        title, line: keys of the words; `values` fills in the line.
        wide: the page's width in rem, where it has more than text; 0 for that of text.
    """
    if wide:
        st.html(f"<style>.stMainBlockContainer {{ max-width: {wide}rem; }}</style>")
    place = "" if title == "page_library" else where(lang)  # it has a box that says so
    st.html(
        f'<h1 class="yj-title">{escape(say(title, lang))}</h1>'
        f'<p class="yj-meta">{escape(say(line, lang, **values))}{place}</p>'
    )


def where(lang: str) -> str:
    """HTML of the library that the window is in, if it is another than the first: a phone shows
    no sidebar."""
    if session.branch() == MAIN:
        return ""
    name = say("branch_now", lang, name=branching.here().title(lang))
    return f' <span class="yj-state">{escape(name)}</span>'
