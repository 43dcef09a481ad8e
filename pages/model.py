"""The settings' section on who writes the answers: the engine, its model, server and key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from pages import choosing, session
from pages.label import escape_label
from pages.wording import say

if TYPE_CHECKING:
    from rag.settings import RagSettings

FIELDS = ("llm", "llm_base_url", "llm_api_key")
ENGINES = ("extractive", "model")


def draw_model(settings: RagSettings, lang: str) -> None:
    """The section."""
    decided = choosing.given()
    choosing.draw_head("engine", lang, say("engine_extractive", lang), FIELDS)
    built_in = settings.llm in ("", "extractive")
    engine = st.radio(
        say("settings_engine", lang),
        ENGINES,
        index=0 if built_in else 1,
        format_func=lambda e: say(f"engine_{e}", lang),
        captions=[say(f"engine_{e}_why", lang) for e in ENGINES],
        key="set_engine",
        label_visibility="collapsed",
        disabled="llm" in decided,
    )
    if engine == "model":
        _fields(settings, decided, lang)
    changed = _values(settings)
    with st.container(horizontal=True, gap="small"):
        st.button(
            say("settings_save", lang),
            key="set_model_save",
            type="primary",
            disabled=not changed,
            on_click=_save,
        )
        asked = engine == "model" and st.button(say("probe", lang), key="set_probe")
        if settings.llm_api_key and "llm_api_key" not in decided:
            st.button(
                say("key_delete", lang), key="set_key_delete", type="tertiary", on_click=_forget
            )
    if asked:
        _probe(settings, lang)


def _fields(settings: RagSettings, decided: dict[str, str], lang: str) -> None:
    st.text_input(
        say("set_spec", lang),
        "" if settings.llm == "extractive" else settings.llm,
        key="set_spec",
        placeholder=say("model_spec_hint", lang),
        help=say("set_spec_help", lang),
        disabled="llm" in decided,
    )
    st.text_input(
        say("set_base_url", lang),
        settings.llm_base_url,
        key="set_base_url",
        placeholder=say("set_base_url_hint", lang),
        disabled="llm_base_url" in decided,
    )
    choosing.key_field("set_api_key", bool(settings.llm_api_key), "llm_api_key" in decided, lang)
    if settings.llm_api_key and not _wanted(settings).llm_api_key:
        st.caption(say("key_moves", lang))


def _wanted(settings: RagSettings) -> RagSettings:
    """The settings with what stands in the fields."""
    return settings.with_model(
        choosing.typed("set_spec"), choosing.typed("set_base_url"), choosing.typed("set_api_key")
    )


def _values(settings: RagSettings) -> dict[str, Any]:
    """The choices that differ from what counts now; keys never come out of here to be shown."""
    if st.session_state.get("set_engine") != "model":
        wanted: dict[str, Any] = {"llm": "extractive"}
    else:
        made = _wanted(settings)
        wanted = {name: getattr(made, name) for name in FIELDS}
    decided = choosing.given()
    return {
        name: value or None
        for name, value in wanted.items()
        if name not in decided and value != getattr(settings, name)
    }


def _save() -> None:
    """Keep the choices, if the model can be understood; nothing is sent anywhere for that."""
    from rag.errors import ModelFailed
    from rag.model import load_model

    try:
        settings = choosing.current()
        if st.session_state.get("set_engine") == "model":
            wanted = _wanted(settings)
            load_model(wanted.llm, wanted)
    except ModelFailed as error:
        if not choosing.typed("set_spec"):
            choosing.tell("engine", "need_spec")
            st.session_state["settings_told"]["bad"] = True
        else:
            choosing.tell_error("engine", error)
        return
    except Exception as error:
        choosing.tell_error("engine", error)
        return
    if choosing.keep("engine", _values(settings)):
        st.session_state["set_api_key"] = ""


def _forget() -> None:
    if choosing.keep("engine", {"llm_api_key": None}):
        choosing.tell("engine", "key_deleted")


def _probe(settings: RagSettings, lang: str) -> None:
    from rag.model import probe

    wanted = _wanted(settings)
    try:
        with st.spinner(say("probing", lang)):
            probe(wanted.llm, wanted)
    except Exception as error:
        st.warning(escape_label(session.error_line(error)[lang]))
    else:
        st.success(say("probe_ok", lang))
