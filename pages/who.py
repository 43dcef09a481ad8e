"""The page that finds out who said a sentence."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pages import session
from pages.behaviour import behaviour
from pages.branching import empty_line
from pages.heading import draw_heading
from pages.label import escape_label
from pages.trace import draw_trace
from pages.wording import say

if TYPE_CHECKING:
    from store import Passage

MOST = 4000  # characters of a quotation
# A whole sentence that is no aside of an editor.
_SENTENCE = re.compile(r"(?:^|(?<=[。！？]))[^。！？；（）()\n]{12,60}[。！？]")


def show() -> None:
    """Draw the page."""
    lang = session.language()
    behaviour(0)
    draw_heading("page_who", "who_line", lang)
    if not session.desk().library.officials():
        st.html(f'<p class="yj-banner" role="status">{escape(empty_line(lang))}</p>')
        return
    with st.form("who", border=False):
        st.text_area(
            say("who_quote", lang),
            key="quote",
            height=112,
            max_chars=MOST,
            placeholder=say("who_hint", lang),
            persist_state="session",
        )
        st.form_submit_button(
            say("who_look", lang), type="primary", icon=":material/search:", on_click=_look
        )
    quote = str(st.session_state.get("traced") or "")
    if quote:
        _result(quote, lang)
    else:
        _examples(lang)


def _look() -> None:
    st.session_state["traced"] = str(st.session_state.get("quote") or "").strip()


def _take(example: str) -> None:
    st.session_state["quote"] = st.session_state["traced"] = example


def _examples(lang: str) -> None:
    """A sentence each of the first officials, to see what the page does."""
    found: dict[str, str] = {}
    for p in session.desk().library.passages():
        match = _SENTENCE.search(p.text)
        if match and p.official.key not in found:
            found[p.official.key] = match.group()
        if len(found) == 3:
            break
    if found:
        st.html(f'<p class="yj-label">{escape(say("who_try", lang))}</p>')
    with st.container(gap="xsmall"):
        for at, sentence in enumerate(found.values()):
            st.button(
                escape_label(sentence),
                key=f"suggest_{at}",
                width="stretch",
                on_click=_take,
                args=(sentence,),
            )


def _result(quote: str, lang: str) -> None:
    """Looked up anew each time: a document may have come or gone since."""
    from rag.transcript import Context

    library = session.desk().library
    try:
        trace = session.desk().assistant.trace(quote)
    except Exception as error:
        line = session.error_line(error)[lang]
        st.html(f'<p class="yj-error" role="alert">{escape(line)}</p>')
        return

    def context(passage: Passage) -> Context:
        before, after = library.neighbours(passage)
        return Context(before.text if before else "", after.text if after else "")

    st.html(draw_trace(trace, session.hue, context, len(library.passages()), lang))


if __name__ == "__main__":
    from pages.frame import enter

    enter(show)
