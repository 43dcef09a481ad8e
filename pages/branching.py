"""The several libraries on the pages: the switch between them, and what a person does to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pages import access, session
from pages.action import draw_action
from pages.desk import MAIN, SAMPLES
from pages.label import escape_label
from pages.wording import say

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from store.branch import Branch

BIN = 10  # deleted libraries listed at once


def draw_switch(key: str, lang: str, place: DeltaGenerator | None = None) -> None:
    """The libraries to choose from, where there are several; `key` tells two places apart."""
    shown = _choices()
    if len(shown) < 2:
        return
    titles = {branch.id: branch.title(lang) for branch in shown}
    st.session_state[key] = session.branch()
    with place or st.container():
        st.selectbox(
            say("branch", lang),
            list(titles),
            format_func=lambda ident: titles.get(ident, ident),
            key=key,
            on_change=_chosen,
            args=(key,),
        )


def here() -> Branch:
    """The library that this visitor is in."""
    from store.branch import Branch

    return session.branches().get(session.branch()) or Branch(MAIN)


def sample_line(lang: str) -> str:
    """What is said above the samples; "" where the library holds a person's own files."""
    if not session.desk().library.is_sample:
        return ""
    return say("samples_line" if session.branch() == SAMPLES else "sample_banner", lang)


def empty_line(lang: str) -> str:
    """What is said where there is nothing to ask; names the library where there are several."""
    if len(_choices()) < 2:
        return say("empty_library", lang)
    return say("empty_branch", lang, name=here().title(lang))


def _choices() -> list[Branch]:
    """The libraries in use; the samples too, unless a first start shows them already."""
    from store.branch import Branch

    there = session.branches().all()
    if len(there) == 1 and session.branch() == MAIN:
        library = session.desk().library if session.ready() else None
        if library is None or library.is_sample or not library.officials():
            return there
    return [*there, Branch(SAMPLES)]


def _chosen(key: str) -> None:
    session.switch(st.session_state[key])


def draw_branches(lang: str) -> None:
    """On the library page: which one this is, and what a manager may do to it."""
    draw_switch("branch_here", lang)
    if not access.manages():
        return
    branch = here()
    with st.container(horizontal=True, gap="small", key="branches"):
        turn = st.session_state.get("branch_turn", 0)  # a popover of another number is closed
        with _popover("branch_new", ":material/add:", f"make_{turn}", lang):
            _name_form("branch_make", "", _make, lang)
        if branch.id != SAMPLES:
            with _popover("branch_rename", ":material/edit:", f"call_{turn}", lang):
                _name_form("branch_rename_do", branch.title(lang), _rename, lang)
        if branch.id not in (MAIN, SAMPLES):
            ask = partial(st.session_state.update, branch_removing=True)
            draw_action("branch_remove", "branch_remove", "delete", lang, ask)
    if st.session_state.get("branch_removing"):
        _ask(
            say("branch_remove_ask", lang, name=branch.title(lang)),
            ("branch_remove_yes", lambda: _remove(branch.id)),
            "branch_removing",
            lang,
        )
    _outcome(lang)
    if branch.id not in (MAIN, SAMPLES):
        folder = session.desk().library.settings.documents
        st.html(f'<p class="yj-meta">{escape(say("branch_folder", lang, folder=folder))}</p>')


def _outcome(lang: str) -> None:
    """What came of the last change, and the way back from a deletion."""
    told = st.session_state.get("branch_told")
    if told:
        bad = told.get("bad")
        kind = 'class="yj-error" role="alert"' if bad else 'class="yj-banner" role="status"'
        st.html(f"<p {kind}>{escape(told[lang])}</p>")
    undo = st.session_state.get("branch_undo")
    if undo:
        st.button(
            say("branch_undo", lang, name=escape_label(undo.title(lang))),
            key="branch_undo_do",
            icon=":material/undo:",
            on_click=_bring_back,
            args=(undo.id,),
        )


def draw_bin(lang: str) -> None:
    """The libraries that were deleted and can be brought back, for a manager."""
    gone = session.branches().all(removed=True) if access.manages() else []
    if not gone:
        return
    gone.sort(key=lambda branch: branch.removed, reverse=True)
    with st.expander(say("branch_bin", lang, count=len(gone))):
        for branch in gone[:BIN]:
            _gone(branch, lang)


def _gone(branch: Branch, lang: str) -> None:
    try:
        when = datetime.fromisoformat(branch.removed).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        when = branch.removed
    line = say("branch_bin_line", lang, time=when)
    st.html(f"<p><b>{escape(branch.title(lang))}</b> <small>{escape(line)}</small></p>")
    with st.container(horizontal=True, gap="small"):
        ident = branch.id
        draw_action("branch_restore", f"branch_restore_{ident}", "undo", lang, _bring_back, ident)
        ask = partial(st.session_state.update, branch_purging=ident)
        draw_action("branch_purge", f"branch_purge_{ident}", "delete_forever", lang, ask)
    if st.session_state.get("branch_purging") == branch.id:
        _ask(
            say("branch_purge_ask", lang, name=branch.title(lang)),
            ("branch_purge", lambda: _purge(branch.id)),
            "branch_purging",
            lang,
        )


def _popover(word: str, icon: str, key: str, lang: str) -> DeltaGenerator:
    return st.popover(say(word, lang), icon=icon, type="tertiary", key=key)


def _name_form(button: str, name: str, act: Callable[[], None], lang: str) -> None:
    from store.branch import NAME_CHARS

    with st.form(f"form_{button}", border=False):
        st.text_input(
            say("branch_name", lang),
            name,
            key=f"name_{button}",
            max_chars=NAME_CHARS,
            placeholder=say("branch_name_hint", lang),
        )
        st.form_submit_button(say(button, lang), type="primary", on_click=act)


def _ask(question: str, yes: tuple[str, Callable[[], None]], state: str, lang: str) -> None:
    st.html(f'<p class="yj-banner" role="alert">{escape(question)}</p>')
    with st.container(horizontal=True, gap="small"):
        st.button(say(yes[0], lang), key=f"{state}_yes", type="primary", on_click=yes[1])
        st.button(
            say("cancel", lang),
            key=f"{state}_no",
            on_click=lambda: st.session_state.pop(state, None),
        )


def _make() -> None:
    name = str(st.session_state.get("name_branch_make") or "")

    def change() -> Branch:
        made = session.branches().create(name)
        session.switch(made.id)
        return made

    _change("branch_made", change)


def _rename() -> None:
    name = str(st.session_state.get("name_branch_rename_do") or "")
    _change("branch_renamed", lambda: session.branches().rename(session.branch(), name))


def _remove(ident: str) -> None:
    def change() -> Branch:
        gone = session.branches().remove(ident)
        session.switch(MAIN)
        st.session_state["branch_undo"] = gone
        return gone

    _change("branch_removed", change)


def _bring_back(ident: str) -> None:
    def change() -> Branch:
        back = session.branches().bring_back(ident)
        session.switch(ident)
        return back

    _change("branch_back", change)


def _purge(ident: str) -> None:
    def change() -> Branch:
        gone = session.branches().purge(ident)
        session.forget(ident)
        return gone

    _change("branch_purged", change)


def _change(word: str, change: Callable[[], Branch]) -> None:
    """Do it, if this visitor may, and say what came of it."""
    for name in ("branch_removing", "branch_purging", "branch_undo"):
        st.session_state.pop(name, None)
    turn = st.session_state.get("branch_turn", 0)
    try:
        access.require()
        branch = change()
        lines = {lang: say(word, lang, name=branch.title(lang)) for lang in ("zh", "en")}
        st.session_state["branch_told"] = lines
    except Exception as error:
        st.session_state["branch_told"] = {"bad": "yes", **session.error_line(error)}
    st.session_state["branch_turn"] = turn + 1
