"""A whole piece in a window of its own, opened at the words that were cited."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pages import session
from pages.card import copy_button, draw_facts, draw_passage
from pages.label import escape_label
from pages.piece import draw_piece, pieces
from pages.wording import say

if TYPE_CHECKING:
    from rag import Citation
    from rag.transcript import Context
    from store import Passage


def read_piece(citation: Citation, context: Context, lang: str) -> None:
    """Open the window; the browser scrolls to the marked words."""
    p = citation.passage
    title = escape_label(p.title) or say("untitled", lang)
    st.dialog(title, width="large")(_window)(citation, context, lang)


def _window(citation: Citation, context: Context, lang: str) -> None:
    from rag.reference import gbt7714, plain

    p = citation.passage
    library = session.desk().library
    hue = session.hue(p.official.key)
    st.html(
        f'<div class="yj-reading" style="--hue:var(--yj-{hue})"><b>{escape(p.official.name)}</b>'
        f"<small>{escape(p.official.office)}</small>{draw_facts(p, lang)}"
        f"<footer>{copy_button(plain(citation, lang), 'copy', lang)}"
        f"{copy_button(gbt7714(p), 'copy_gbt', lang)}</footer></div>"
    )
    if library.passage(p.id) is None:
        st.html(f'<p class="yj-banner" role="status">{escape(say("piece_gone", lang))}</p>')
        body = draw_passage(p, citation.quote, context, lang, whole=True)
        st.html(f'<article class="yj-piece" style="--hue:var(--yj-{hue})">{body}</article>')
        return
    st.html(draw_piece(_whole(p), hue, lang, {p.id: citation.quote}))


def read_whole(passage: Passage, lang: str) -> None:
    """Open the piece that a passage is of, from its beginning."""
    title = escape_label(passage.title) or say("untitled", lang)
    st.dialog(title, width="large")(_plainly)(passage, lang)


def _plainly(p: Passage, lang: str) -> None:
    st.html(draw_piece(_whole(p), session.hue(p.official.key), lang))


def _whole(p: Passage) -> list[Passage]:
    """Every passage of the piece, in reading order."""
    return pieces(
        q
        for q in session.desk().library.passages()
        if (q.document, q.official.key, q.title) == (p.document, p.official.key, p.title)
    )[0]
