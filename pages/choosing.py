"""What the settings' sections share: where a setting is decided, and keeping a choice."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages import access, session
from pages.wording import say

if TYPE_CHECKING:
    from rag.settings import RagSettings


def current() -> RagSettings:
    """The settings as they are now.

    Raises:
        BadSetting: one of them cannot be used.
    """
    from rag.settings import RagSettings

    return RagSettings()


def given() -> dict[str, str]:
    """The settings that the environment or ``.env`` decide, each with where."""
    from rag.settings import RagSettings

    return RagSettings.given()


def draw_head(
    section: str, lang: str, default: str, fields: tuple[str, ...], **why: object
) -> None:
    """A section's heading, what it means, its default, and what decides it instead.

    Args:
        section: ``settings_<section>`` and ``settings_<section>_why`` are its words.
        default: as a person reads it.
        fields: the settings that it chooses.
        why: fills in the explanation.
    """
    decided = given()
    names = " ".join(f"YANJU_{f.upper()}" for f in fields)
    st.html(
        f'<h2 class="yj-heading">{escape(say(f"settings_{section}", lang))}</h2>'
        f'<p class="yj-why">{escape(say(f"settings_{section}_why", lang, **why))}</p>'
        f'<p class="yj-meta">{escape(say("settings_default", lang, value=default))} · '
        f"<code>{escape(names)}</code></p>"
    )
    sources = [decided[f] for f in fields if f in decided]
    if sources:
        line = say("settings_locked", lang, source=say("separator", lang).join(sources))
        st.html(f'<p class="yj-banner" role="note">{escape(line)}</p>')
    told = st.session_state.get("settings_told", {})
    if told.get("section") == section:
        bad = told.get("bad")
        kind = 'class="yj-error" role="alert"' if bad else 'class="yj-banner" role="status"'
        st.html(f"<p {kind}>{escape(told[lang])}</p>")


def typed(name: str) -> str:
    """What stands in a field, without white space around it."""
    return str(st.session_state.get(name) or "").strip()


def key_field(name: str, there: bool, locked: bool, lang: str) -> None:
    """A field for a key, which is never shown back; `there`: whether one is kept."""
    st.text_input(
        say("set_api_key", lang),
        key=name,
        type="password",
        autocomplete="off",
        placeholder=say("key_kept" if there else "key_none", lang),
        disabled=locked,
    )


def tell(section: str, word: str, **values: object) -> None:
    """Say in a section, from the next run on, what came of a choice."""
    lines = {lang: say(word, lang, **values) for lang in ("zh", "en")}
    st.session_state["settings_told"] = {"section": section, **lines}


def tell_error(section: str, error: BaseException) -> None:
    """Say in a section what went wrong."""
    line = session.error_line(error)
    st.session_state["settings_told"] = {"section": section, "bad": True, **line}


def keep(section: str, values: Mapping[str, Any]) -> bool:
    """Keep choices and let them count for everybody; says what came of it, returns whether."""
    from store.choice import Choices

    try:
        access.require()
        Choices(current().home).keep(values)
        session.renew()
    except Exception as error:
        tell_error(section, error)
        return False
    tell(section, "settings_saved")
    return True
