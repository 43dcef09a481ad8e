"""The choices of a visitor: language, officials, and who writes the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages import access, session
from pages.label import escape_label
from pages.limits import draw_limits, limits
from pages.wording import LANGUAGES, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamlit.delta_generator import DeltaGenerator

    from pages.access import Visitor
    from rag.assistant import Assistant
    from rag.settings import RagSettings
    from store import Official

MANY = 12  # officials, from which on a list of names alone is no longer taken in at a glance


def official_names(officials: Sequence[Official]) -> dict[str, str]:
    """Shown name by official key; namesakes carry their organization."""
    names = [o.name for o in officials]
    return {
        o.key: o.name if names.count(o.name) == 1 else f"{o.name}（{o.office}）" for o in officials
    }


def start_language() -> None:
    """Take the language of the address (``?lang=en``), or the settings', at the first run.

    It stays in the address of every page, so that a reload does not lose it.
    """
    asked = st.query_params.get("lang", "")
    if "lang" not in st.session_state:
        usual = st.session_state["lang_usual"] = _usual_language()
        st.session_state["lang"] = asked if asked in LANGUAGES else usual
    lang = st.session_state["lang"]
    if lang not in (asked, st.session_state.get("lang_usual")):
        st.query_params["lang"] = lang


def draw(who: Visitor) -> DeltaGenerator:
    """The whole sidebar; needs an open desk. Returns the place for the conversations."""
    lang = session.language()
    with st.sidebar:
        place = st.container()
        _scope(lang)
        _engine(who, lang)
        st.segmented_control(
            say("language", lang),
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            key="lang_choice",
            default=lang,
            required=True,
            on_change=_language_chosen,
        )
        access.draw(who, lang)
    return place


def scope() -> list[str]:
    """Keys of the officials that a question is limited to; empty: all."""
    chosen = list(st.session_state.get("scope", []))
    everybody = {o.key for o in session.desk().library.officials()}
    return [] if everybody <= set(chosen) else chosen


def draw_scope_pills(lang: str) -> None:
    """The same limit as in the sidebar, at hand on the first page."""
    names = official_names(session.desk().library.officials())
    st.session_state["scope_pills"] = list(st.session_state.get("scope", []))
    st.pills(
        say("scope_pills", lang),
        list(names),
        selection_mode="multi",
        key="scope_pills",
        format_func=lambda key: escape_label(names[key]),
        on_change=_pills_chosen,
    )


def _pills_chosen() -> None:
    st.session_state["scope"] = list(st.session_state["scope_pills"])


def chosen() -> tuple[Assistant, str]:
    """The assistant that answers this visitor, and the engine it uses."""
    desk = session.desk()
    if st.session_state.get("engine") != "model" or not _spec():
        return desk.assistant, "extractive"
    settings = _settings()
    wanted = (desk.branch, desk.turn, settings.llm, settings.llm_base_url, settings.llm_api_key)
    kept = st.session_state.get("assistant")
    if kept is None or kept[0] != wanted:
        kept = (wanted, session.open_assistant(desk.library, settings))
        st.session_state["assistant"] = kept
    return kept[1], settings.llm


def _usual_language() -> str:
    from rag.settings import RagSettings
    from store.errors import BadSetting

    try:
        return RagSettings().language
    except BadSetting:
        return "zh"  # the page says what is wrong with them


def _language_chosen() -> None:
    st.session_state["lang"] = st.session_state["lang_choice"]
    st.query_params["lang"] = st.session_state["lang"]


def _scope(lang: str) -> None:
    officials = session.desk().library.officials()
    names = official_names(officials)
    if len(officials) > MANY:  # found by typing: a name, a post or an organ
        names = {o.key: f"{o.name} · {o.office}" if o.office else o.name for o in officials}
    chosen = list(st.session_state.get("scope", []))
    if any(key not in names for key in chosen):  # what is left may not be what was meant
        chosen = []
        st.toast(say("scope_changed", lang))
    st.session_state["scope"] = chosen
    st.multiselect(
        say("scope", lang),
        list(names),
        format_func=names.__getitem__,
        select_all=False,
        key="scope",
        placeholder=say("scope_all", lang),
        help=say("scope_help", lang),
    )
    with st.expander(say("limits", lang), expanded=bool(limits("limit"))):
        draw_limits("limit", lang)


def _engine(who: Visitor, lang: str) -> None:
    built_in = session.desk().assistant.engine
    reads = who.role == "reader"
    if reads and built_in == "extractive":  # an address of their own would be the server's call
        st.session_state["engine"] = "extractive"
        return
    if "engine" not in st.session_state:
        st.session_state["engine"] = "extractive" if built_in == "extractive" else "model"
        st.session_state["spec"] = "" if built_in == "extractive" else built_in
    st.radio(
        say("engine", lang),
        ["extractive", "model"],
        format_func=lambda engine: say(f"engine_{engine}", lang),
        key="engine",
    )
    if st.session_state["engine"] != "model" or reads:
        return
    st.text_input(
        say("model_spec", lang),
        key="spec",
        placeholder=say("model_spec_hint", lang),
        persist_state="session",
    )
    st.text_input(say("base_url", lang), key="base_url", persist_state="session")
    st.text_input(
        say("api_key", lang),
        key="api_key",
        type="password",
        autocomplete="off",
        persist_state="session",
    )
    if not _spec():
        st.caption(say("need_spec", lang))
    elif st.button(say("probe", lang), key="probe", width="stretch"):
        _probe(lang)


def _spec() -> str:
    return str(st.session_state.get("spec") or "").strip()


def _settings() -> RagSettings:
    """The settings with this visitor's own model in them."""
    from rag.settings import RagSettings

    address, key = (
        str(st.session_state.get(name) or "").strip() for name in ("base_url", "api_key")
    )
    return RagSettings().with_model(_spec(), address or None, key)


def _probe(lang: str) -> None:
    from rag.model import probe

    try:
        with st.spinner(say("probing", lang)):
            probe(_spec(), _settings())
    except Exception as error:
        st.warning(escape_label(session.error_line(error)[lang]))
    else:
        st.success(say("probe_ok", lang))
