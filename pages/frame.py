"""The frame around every page: navigation, look, and the shared library at hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages import access, branching, history, session, sidebar
from pages.wording import say

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from streamlit.navigation.page import StreamlitPage

    from rag.role import Role

HERE = Path(__file__).resolve().parent
PAGES = {
    "chat": ":material/forum:",
    "who": ":material/record_voice_over:",
    "compare": ":material/compare:",
    "library": ":material/menu_book:",
    "proofreading": ":material/rule:",
    "quality": ":material/fact_check:",
    "settings": ":material/settings:",
}


def main() -> None:
    """Draw the frame and the page that was asked for."""
    sidebar.start_language()
    lang = session.language()
    st.set_page_config(
        page_title=say("brand", lang), page_icon=HERE / "icon.svg", layout="centered"
    )
    st.html(HERE / "style.css")
    st.html(f"<style>{frame_words(lang)}</style>")
    waiting = st.empty()
    try:
        who = access.visitor()
        enters = access.admitted(who)
    except Exception as error:
        _say(error, lang)
        return

    def door() -> None:
        access.draw_door(who, lang)

    page = navigation(lang, who.role, None if enters else door)
    if not enters:
        page.run()  # a button outside of a page would lose its first click
        return
    st.session_state["framed"] = True
    try:
        access.announce()
        if not _opened(waiting, page, who.role, lang):
            return
        place = sidebar.draw(who)
        if st.session_state.pop("to_chat", False) and page.url_path not in ("", "chat"):
            st.switch_page("pages/chat.py")
        page.run()
        with place:
            history.draw(lang)
    except Exception as error:
        _say(error, lang)
    finally:
        st.session_state["framed"] = False


def _opened(waiting: DeltaGenerator, page: StreamlitPage, role: Role | None, lang: str) -> bool:
    """Open the library; where that fails, say why and show the settings, which may mend it."""
    try:
        session.arrive()
        with st.sidebar:
            switch = st.container()  # first: one that cannot be opened has to be left
        try:
            session.desk(waiting)
        finally:
            branching.draw_switch("branch_side", lang, switch)
    except Exception as error:
        _say(error, lang)
        if page.title == say("page_settings", lang):
            page.run()
        elif "settings" in _shown(role):
            st.page_link(
                HERE / "settings.py", label=say("settings_link", lang), icon=PAGES["settings"]
            )
        return False
    return True


def _say(error: Exception, lang: str) -> None:
    line = session.error_line(error)[lang]
    st.html(f'<p class="yj-error" role="alert">{escape(line)}</p>')


def _shown(role: Role | None) -> list[str]:
    """The pages that a visitor may open; who may only ask has none that change something."""
    from rag.settings import RagSettings
    from store.errors import BadSetting

    try:
        all_of_them = RagSettings().settings_page
    except BadSetting:
        all_of_them = True
    hidden = set() if all_of_them else {"settings"}
    if role != "manager":
        hidden |= {"settings", "proofreading"}
    return [name for name in PAGES if name not in hidden]


def navigation(
    lang: str, role: Role | None, door: Callable[[], None] | None = None
) -> StreamlitPage:
    """The pages; the first is where one starts, unless another file was started.

    Who is not let in sees the `door` in the place of each.
    """
    context = get_script_run_ctx()
    started = Path(context.main_script_path).stem if context else ""
    first = started if started in PAGES else "chat"
    return st.navigation(
        [
            st.Page(
                door or HERE / f"{name}.py",
                title=say(f"page_{name}", lang),
                icon=PAGES[name],
                url_path=name,
                default=name == first,
            )
            for name in _shown(role)
        ],
        position="hidden" if door else "top",
    )


def enter(show: Callable[[], None]) -> None:
    """Draw a page inside the frame.

    A file of ``pages/`` that Streamlit runs by itself, as it does once in a fresh
    process, has no frame yet: it is drawn first and then comes back here.
    """
    if st.session_state.get("framed"):
        show()
    else:
        main()


def frame_words(lang: str) -> str:
    """The words that Streamlit's own frame lacks, as CSS variables."""
    words = {"brand": say("brand", lang), "none": say("no_match", lang)}
    rows = (f"--yj-{k}: {json.dumps(w, ensure_ascii=False)};" for k, w in words.items())
    return f":root {{ {' '.join(rows)} }}"
