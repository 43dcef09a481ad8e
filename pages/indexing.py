"""The settings' section on the embedder: another one, and the index made anew for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from pages import access, choosing, session
from pages.wording import say

if TYPE_CHECKING:
    from rag.settings import RagSettings

KINDS = ("builtin", "static", "model", "endpoint")
_EXAMPLES = {"endpoint": "http://127.0.0.1:8080/v1", "model": "BAAI/bge-small-zh-v1.5"}
FIELDS = ("embedder", "embedder_model", "embedder_api_key")


def draw_indexing(settings: RagSettings, lang: str) -> None:
    """The section; while it indexes, its progress and a stop button."""
    count = len(session.desk().library.passages()) if session.ready() else 0
    default = say("embedder_builtin", lang)
    choosing.draw_head("embedder", lang, default, FIELDS, count=count)
    wanted = st.session_state.pop("index_now", None)
    decided = choosing.given()
    kind = st.radio(
        say("settings_embedder", lang),
        KINDS,
        index=KINDS.index(kind_of(settings.embedder)),
        format_func=lambda k: say(f"embedder_{k}", lang),
        captions=[say(f"embedder_{k}_why", lang) for k in KINDS],
        key="set_embedder",
        label_visibility="collapsed",
        disabled="embedder" in decided or wanted is not None,
    )
    _fields(kind, settings, decided, lang)
    if wanted is not None:
        _index(settings, wanted, count, lang)
        st.rerun()
    values = {k: v for k, v in _values(kind, settings).items() if k not in decided}
    changed = any(v != getattr(settings, k) for k, v in values.items())
    again = not changed and session.ready() and _stale()
    st.button(
        say("index_again" if again else "index_change", lang),
        key="index_change",
        type="primary" if again or changed else "secondary",
        disabled=not (changed or again),
        on_click=_start,
        args=(kind, values),
    )


def kind_of(embedder: str) -> str:
    """Which of `KINDS` a setting of the embedder is."""
    name = embedder.strip()
    if name in ("", "builtin", "static"):
        return name or "builtin"
    return "endpoint" if name.lower().startswith(("http://", "https://")) else "model"


def _fields(kind: str, settings: RagSettings, decided: dict[str, str], lang: str) -> None:
    """What the chosen kind of embedder needs."""
    same = kind == kind_of(settings.embedder)
    if kind in ("model", "endpoint"):
        st.text_input(
            say("set_embedder_url" if kind == "endpoint" else "set_embedder_name", lang),
            settings.embedder if same else "",
            key=f"set_{kind}",
            placeholder=_EXAMPLES[kind],
            disabled="embedder" in decided,
        )
    if kind == "endpoint":
        st.text_input(
            say("set_embedder_model", lang),
            settings.embedder_model,
            key="set_embedder_model",
            disabled="embedder_model" in decided,
        )
        there, locked = bool(settings.embedder_api_key), "embedder_api_key" in decided
        choosing.key_field("set_embedder_key", there, locked, lang)


def _values(kind: str, settings: RagSettings) -> dict[str, Any]:
    """The choices as they stand in the fields; a key goes to no other address than its own."""
    if kind in ("builtin", "static"):
        return {"embedder": kind}
    typed = choosing.typed(f"set_{kind}")
    if kind == "model":
        return {"embedder": typed}
    key = choosing.typed("set_embedder_key")
    kept = settings.embedder_api_key if typed == settings.embedder else ""
    model = choosing.typed("set_embedder_model")
    return {"embedder": typed, "embedder_model": model, "embedder_api_key": key or kept}


def _stale() -> bool:
    """Whether the index is of another embedder than the settings'."""
    from store.errors import EmbedderMismatch, StoreError

    try:
        session.desk().library.check()
    except EmbedderMismatch:
        return True
    except StoreError:
        return False
    return False


def _start(kind: str, values: dict[str, Any]) -> None:
    if values.get("embedder") == "":
        word = "set_embedder_url" if kind == "endpoint" else "set_embedder_name"
        lines = {one: say("index_blank", one, what=say(word, one)) for one in ("zh", "en")}
        st.session_state["settings_told"] = {"section": "embedder", "bad": True, **lines}
        return
    st.session_state.pop("settings_told", None)
    st.session_state["index_now"] = values


def _index(settings: RagSettings, values: dict[str, Any], count: int, lang: str) -> None:
    """Index with the new embedder beside the old index, then keep the choice and switch."""
    from store.choice import Choices

    bar = st.progress(0.0, say("index_loading", lang))
    st.button(say("stop", lang), key="index_stop", icon=":material/stop_circle:")

    def progress(what: str, fraction: float) -> None:
        done = round(fraction * count)
        bar.progress(min(fraction, 1.0), say("index_running", lang, done=done, count=count))

    try:
        access.require()
        branches = session.branches()
        here = branches.settings_of(session.branch(), settings)
        library = session.open_library(here.model_copy(update=values))
        library.embedder.embed_query("1")  # fails at once, not after a while
        count = library.reindex(progress)
        Choices(settings.home).keep(values)
        session.renew(library)
    except Exception as error:
        choosing.tell_error("embedder", error)
    else:
        others = len(branches.all()) > 1
        choosing.tell("embedder", "index_done_here" if others else "index_done", count=count)
