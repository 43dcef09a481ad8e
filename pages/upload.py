"""The chooser of files, in the visitor's language and with the settings' limit."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages import session
from pages.wording import say


def choose_files(label: str, types: Sequence[str] | None, key: str, lang: str) -> list[Any]:
    """Let the visitor choose files; those chosen so far.

    Args:
        types: the only kinds that are taken. Streamlit drops others without a word in the
            visitor's language, so None where whoever reads them says what is wrong.
    """
    limit = session.desk().library.settings.max_file_mb
    words = {
        "upload": say("upload_button", lang),
        "upload-hint": say("upload_hint", lang, size=f"{limit:g}"),
    }
    rows = (f"--yj-{k}: {json.dumps(w, ensure_ascii=False)};" for k, w in words.items())
    # Streamlit has these words in English only; `style.css` shows ours in their place.
    st.html(f"<style>:root {{ {' '.join(rows)} }}</style>")
    files: list[Any] = st.file_uploader(
        label,
        type=list(types) if types else None,
        accept_multiple_files=True,
        key=key,
        max_upload_size=math.ceil(limit),
    )
    return files
