"""A quiet button: something that can be done to what stands above it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.wording import say


def draw_action(
    word: str, key: str, icon: str, lang: str, act: Callable[..., Any], *args: object
) -> None:
    """Draw it.

    Args:
        word: key of its label.
        key: Streamlit's, one of its own.
        icon: name of a Material symbol; "" for none.
        act: called with `args` when it is clicked.
    """
    st.button(
        say(word, lang),
        key=key,
        icon=f":material/{icon}:" if icon else None,
        type="tertiary",
        on_click=act,
        args=args,
    )
