"""The page of the library: what is in it, what comes in, what goes out, and the full texts."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages import access, session
from pages.action import draw_action
from pages.behaviour import behaviour
from pages.branching import draw_bin, draw_branches, sample_line
from pages.desk import SAMPLES
from pages.heading import draw_heading
from pages.intake import draw_intake, draw_results, draw_ways_on, proof_link
from pages.label import escape_label
from pages.piece import draw_contents, draw_piece, pieces
from pages.shelf import counts, draw_pages, draw_search, draw_turn, holdings, matching
from pages.upload import choose_files
from pages.wording import say

if TYPE_CHECKING:
    from store import Passage
    from store.record import DocumentRecord


def show() -> None:
    """Draw the page."""
    lang = session.language()
    library = session.desk().library
    behaviour(0)
    draw_heading("page_library", "library_line", lang)
    draw_branches(lang)
    sample = sample_line(lang)
    if sample:
        st.html(f'<p class="yj-banner" role="status">{escape(sample)}</p>')
    manages = access.manages()
    if manages and session.branch() != SAMPLES:
        draw_intake(lang)
    draw_results(lang)
    if manages:
        draw_ways_on(lang)
    _shelf(library.documents(), manages, lang)
    draw_bin(lang)


def _shelf(documents: list[DocumentRecord], manages: bool, lang: str) -> None:
    """The documents, found and a page at a time."""
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.html(
            f'<h2 class="yj-heading">{escape(say("documents", lang))} '
            f"<small>{len(documents)}</small></h2>",
            width="content",
        )
        if manages:
            draw_action("rescan", "rescan", "sync", lang, _rescan)
    if not documents:
        st.html(f'<p class="yj-meta">{escape(say("no_documents", lang))}</p>')
        return
    held = holdings()
    found = matching(documents, held, *draw_search(len(documents), lang))
    for record in draw_pages(found, len(documents), lang):
        _document(record, held.get(record.id, []), manages, lang)
    draw_turn(found)


def _rescan() -> None:
    try:
        done: list[Any] = list(access.managed().sync())
    except Exception as error:
        done = [{"file": "", **session.error_line(error)}]
    lines = {lang: say("rescan_done", lang) for lang in ("zh", "en")}
    st.session_state["results"] = done or [{"file": "", "calm": "yes", **lines}]


def _document(record: DocumentRecord, held: list[Passage], manages: bool, lang: str) -> None:
    names = say("separator", lang).join(record.officials) or say("nobody", lang)
    sample = f'<span class="yj-state">{escape(say("origin_sample", lang))}</span>'
    note = f'<p class="yj-meta">{escape(record.note)}</p>' if record.note else ""
    with st.container(border=True, key=f"document_{record.id}"):
        st.html(
            f'<div class="yj-document"><b>{escape(record.name)}</b> '
            f"{sample if record.origin == 'sample' else ''}<p>{escape(names)}</p>{note}"
            f'<p class="yj-meta">{escape(counts(record, held, lang))}</p></div>'
        )
        with st.container(horizontal=True, gap="small"):
            is_open = st.session_state.get("reading") == record.id
            st.button(
                say("read_close" if is_open else "read", lang),
                key=f"read_{record.id}",
                icon=":material/menu_book:",
                type="tertiary",
                disabled=not record.passages,
                on_click=_read,
                args=("" if is_open else record.id,),
            )
            if manages:
                proof_link(record, record.id, f"proof_{record.id}", lang)
            if manages and record.origin != "sample":
                _changes(record, lang)
        if st.session_state.get("removing") == record.id:
            _confirm(record, lang)
        if st.session_state.get("replacing") == record.id:
            _replace(record, lang)
        if is_open:
            _text(record, held, lang)


def _changes(record: DocumentRecord, lang: str) -> None:
    """The buttons that change a document of one's own."""
    replacing = st.session_state.get("replacing") == record.id
    for word, icon, act in (
        ("replace", "swap_horiz", _replace_asked),
        ("remove", "delete", _remove_asked),
    ):
        ident = "" if word == "replace" and replacing else record.id
        draw_action(word, f"{word}_{record.id}", icon, lang, act, ident)


def _replace_asked(document: str) -> None:
    st.session_state["replacing"] = document
    st.session_state["replace_turn"] = st.session_state.get("replace_turn", 0) + 1


def _replace(record: DocumentRecord, lang: str) -> None:
    """Choose the file that takes the document's place."""
    turn = st.session_state.get("replace_turn", 0)
    label = say("replace_with", lang, name=escape_label(record.name))
    files = choose_files(label, None, f"replacement_{turn}", lang)
    if not files:
        return
    _replace_asked("")
    new = files[-1]
    bar = st.progress(0.0, escape_label(new.name))

    def progress(what: str, share: float) -> None:
        bar.progress(min(share, 1.0), escape_label(new.name))

    try:
        done: Any = access.managed().replace(record.id, new.name, new.getvalue(), progress)
    except Exception as error:
        done = {"file": record.name, **session.error_line(error)}
    st.session_state["results"] = [done]
    st.rerun()


def _read(document: str) -> None:
    st.session_state["reading"] = document


def _remove_asked(document: str) -> None:
    st.session_state["removing"] = document


def _confirm(record: DocumentRecord, lang: str) -> None:
    question = say("remove_ask", lang, name=record.name)
    st.html(f'<p class="yj-banner" role="alert">{escape(question)}</p>')
    with st.container(horizontal=True, gap="small"):
        st.button(
            say("remove_yes", lang),
            key="remove_yes",
            type="primary",
            on_click=_remove,
            args=(record.id, record.name),
        )
        st.button(say("remove_no", lang), key="remove_no", on_click=_remove_asked, args=("",))


def _remove(document: str, name: str) -> None:
    st.session_state["removing"] = ""
    try:
        st.session_state["removed"] = access.managed().remove(document)
        lines = {lang: say("removed", lang, name=name) for lang in ("zh", "en")}
        st.session_state["results"] = [{"file": "", "calm": "yes", **lines}]
    except Exception as error:
        st.session_state["results"] = [{"file": name, **session.error_line(error)}]


def _text(record: DocumentRecord, held: list[Passage], lang: str) -> None:
    """The pieces of a document, one at a time, each with its sections to jump to."""
    from rag.draft import titled

    found = pieces(held)
    if not found:
        return
    at = 0
    if len(found) > 1:
        at = st.selectbox(
            say("choose_piece", lang),
            range(len(found)),
            key=f"piece_{record.id}",
            format_func=lambda n: found[n][0].official.name + titled(found[n][0].title, lang),
        )
    piece = found[at or 0]
    hue = session.hue(piece[0].official.key)
    st.html(draw_contents(piece, hue, lang) + draw_piece(piece, hue, lang))


if __name__ == "__main__":
    from pages.frame import enter

    enter(show)
