"""Limits by organization, place, kind of organ and year, offered as the library has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages import session
from pages.wording import say

if TYPE_CHECKING:
    from rag.within import Filter

FIELDS = ("places", "organizations", "kinds", "years")


def draw_limits(where: str, lang: str) -> None:
    """A box for each limit that this library offers; `where` keeps those of two places apart."""
    offered = session.desk().assistant.offered()
    for field in FIELDS:
        values = getattr(offered, field)
        key = f"{where}_{field}"
        kept = st.session_state.get(key, [])
        if any(value not in values for value in kept):  # it has left the library
            st.session_state[key] = [value for value in kept if value in values]
        if len(values) > 1 or kept:
            st.multiselect(
                say(f"limit_{field}", lang),
                values,
                select_all=False,
                key=key,
                placeholder=say("limit_any", lang),
                persist_state="session",
            )


def limits(where: str) -> Filter:
    """The limits chosen at a place."""
    from rag.within import Filter

    return Filter(**{f: tuple(st.session_state.get(f"{where}_{f}") or ()) for f in FIELDS})
