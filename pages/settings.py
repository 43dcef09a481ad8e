"""The page of settings: who answers, what finds, how strict, which language, what is kept."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pages import choosing, session
from pages.behaviour import behaviour
from pages.heading import draw_heading
from pages.indexing import draw_indexing
from pages.model import draw_model
from pages.wording import LANGUAGES, say

if TYPE_CHECKING:
    from rag.settings import RagSettings


def show() -> None:
    """Draw the page; it also works where the library cannot be opened, to mend that."""
    lang = session.language()
    settings = choosing.current()
    behaviour(0)
    draw_heading("page_settings", "settings_line", lang, home=settings.home)
    for key, section in (
        ("engine", draw_model),
        ("embedder", draw_indexing),
        ("strict", _strict),
        ("language", _language),
        ("talks", _talks),
    ):
        with st.container(key=f"settings_{key}"):
            section(settings, lang)


def _strict(settings: RagSettings, lang: str) -> None:
    words = {False: say("strict_off", lang), True: say("strict_on", lang)}
    choosing.draw_head("strict", lang, words[False], ("strict",))
    st.radio(
        say("settings_strict", lang),
        list(words),
        index=int(settings.strict),
        format_func=words.__getitem__,
        key="set_strict",
        label_visibility="collapsed",
        disabled="strict" in choosing.given(),
        on_change=_chosen,
        args=("strict", "strict", "set_strict"),
    )


def _chosen(section: str, setting: str, widget: str) -> None:
    choosing.keep(section, {setting: st.session_state[widget]})


def _language(settings: RagSettings, lang: str) -> None:
    choosing.draw_head("language", lang, LANGUAGES["zh"], ("language",))
    st.radio(
        say("settings_language", lang),
        list(LANGUAGES),
        index=list(LANGUAGES).index(settings.language),
        format_func=LANGUAGES.__getitem__,
        key="set_language",
        horizontal=True,
        label_visibility="collapsed",
        disabled="language" in choosing.given(),
        on_change=_language_chosen,
    )


def _language_chosen() -> None:
    """Keep it, and speak it in this window at once."""
    chosen = st.session_state["set_language"]
    if choosing.keep("language", {"language": chosen}):
        st.session_state["lang"] = st.session_state["lang_choice"] = chosen
        st.query_params["lang"] = chosen


def _talks(settings: RagSettings, lang: str) -> None:
    here = session.branches().settings_of(session.branch(), settings)
    home = here.home / "conversations"
    choosing.draw_head("talks", lang, say("value_on", lang), ("keep_conversations",), home=home)
    st.toggle(
        say("talks_keep", lang),
        settings.keep_conversations,
        key="set_talks",
        disabled="keep_conversations" in choosing.given(),
        on_change=_chosen,
        args=("talks", "keep_conversations", "set_talks"),
    )
    archive = session.archive(kept=True) if session.ready() else None
    count = len(archive.entries()) + len(archive.damaged()) if archive else 0
    if not count:
        return
    if not st.session_state.get("clearing"):
        st.button(
            say("talks_clear", lang, count=count),
            key="talks_clear",
            icon=":material/delete:",
            type="tertiary",
            on_click=lambda: st.session_state.update(clearing=True),
        )
        return
    line = say("talks_clear_ask", lang, count=count)
    st.html(f'<p class="yj-banner" role="alert">{escape(line)}</p>')
    with st.container(horizontal=True, gap="small"):
        st.button(
            say("talks_clear_yes", lang), key="talks_clear_yes", type="primary", on_click=_clear
        )
        st.button(
            say("cancel", lang),
            key="talks_clear_no",
            on_click=lambda: st.session_state.update(clearing=False),
        )


def _clear() -> None:
    """Delete what is kept; the conversation in this window begins anew."""
    st.session_state["clearing"] = False
    archive = session.archive(kept=True)
    if archive is None:
        return
    try:
        count = archive.clear()
    except Exception as error:
        choosing.tell_error("talks", error)
        return
    st.session_state.pop("deleted", None)
    st.query_params.pop("c", None)
    session.open_talk()
    choosing.tell("talks", "talks_cleared", count=count)


if __name__ == "__main__":
    from pages.frame import enter

    enter(show)
