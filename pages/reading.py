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
    there = session.desk().library.passage(p.id) is not None
    hue = session.hue(p.official.key)
    st.html(
        f'<div class="yj-reading" style="--hue:var(--yj-{hue})"><b>{escape(p.official.name)}</b>'
        f"<small>{escape(p.official.office)}</small>{draw_facts(p, lang)}"
        f"<footer>{copy_button(plain(citation, lang), 'copy', lang)}"
        f"{copy_button(gbt7714(p), 'copy_gbt', lang)}"
        f"{copy_button(p.id, 'copy_link', lang, link=True) if there else ''}</footer></div>"
    )
    if not there:
        st.html(f'<p class="yj-banner" role="status">{escape(say("piece_gone", lang))}</p>')
        body = draw_passage(p, citation.quote, context, lang, whole=True)
        st.html(f'<article class="yj-piece" style="--hue:var(--yj-{hue})">{body}</article>')
        return
    st.html(draw_piece(_whole(p), hue, lang, {p.id: citation.quote}))


def read_linked(lang: str) -> bool:
    """Open the paragraph that the address names (``?p=``), once; whether it names one."""
    wanted = str(st.query_params.get("p", ""))
    if not wanted:
        return False
    from rag import Citation
    from rag.transcript import Context

    st.query_params.pop("p", None)
    found = session.desk().library.passage(wanted)
    if found is None:
        st.toast(say("link_gone", lang), icon=":material/error:")
    else:
        read_piece(Citation(1, found, found.spoken(found.text)), Context(), lang)
    return True


def read_whole(passage: Passage, lang: str) -> None:
    """Open the piece that a passage is of, from its beginning."""
    title = escape_label(passage.title) or say("untitled", lang)
    st.dialog(title, width="large")(_plainly)(passage, lang)


def _plainly(p: Passage, lang: str) -> None:
    from rag.reference import gbt7714

    hue = session.hue(p.official.key)
    st.html(
        f"{draw_piece(_whole(p), hue, lang)}"
        f'<div class="yj-reading" style="--hue:var(--yj-{hue})"><footer>'
        f"{copy_button(gbt7714(p), 'copy_gbt', lang)}"
        f"{copy_button(p.id, 'copy_link', lang, link=True)}</footer></div>"
    )


def _whole(p: Passage) -> list[Passage]:
    """Every passage of the piece, in reading order."""
    return pieces(
        q
        for q in session.desk().library.passages()
        if (q.document, q.official.key, q.title) == (p.document, p.official.key, p.title)
    )[0]
