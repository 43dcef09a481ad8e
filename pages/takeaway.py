"""The window from which an answer or a whole conversation is taken away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import streamlit as st

from pages.card import copy_button
from pages.wording import say

if TYPE_CHECKING:
    from rag.transcript import Transcript

_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def take_away(transcript: Transcript, word: str, lang: str) -> None:
    """Open the window; `word` is the key of its title."""
    st.dialog(say(word, lang), width="medium")(_window)(transcript, lang)


def file_name(title: str, suffix: str) -> str:
    """A name that every file system takes."""
    return f"{_UNFIT.sub(' ', title).strip(' .')[:60] or 'yanju'}.{suffix}"


def _window(transcript: Transcript, lang: str) -> None:
    from rag.export import as_json, as_markdown
    from rag.manuscript import as_docx
    from rag.reference import gbt7714

    st.caption(say("export_line", lang))
    makers = {
        "docx": (lambda: as_docx(transcript, lang), DOCX),
        "markdown": (lambda: as_markdown(transcript, lang).encode(), "text/markdown"),
        "json": (lambda: as_json(transcript, lang).encode(), "application/json"),
    }
    with st.container(horizontal=True, gap="small"):
        for kind, (make, mime) in makers.items():
            st.download_button(
                say(f"export_{kind}", lang),
                make,
                file_name(transcript.title, "md" if kind == "markdown" else kind),
                mime,
                key=f"export_{kind}",
                icon=":material/download:",
                on_click="ignore",
            )
    cited = (c.passage for m in transcript.messages if m.answer for c in m.answer.citations)
    entries = list(dict.fromkeys(gbt7714(p) for p in cited))
    if entries:
        rows = "\n".join(f"[{n}] {entry}" for n, entry in enumerate(entries, 1))
        st.text_area(say("export_list", lang), rows, height="content", key="export_list")
        st.html(copy_button(rows, "export_copy", lang))
