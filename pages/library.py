"""The page of the library: what is in it, what comes in, what goes out, and the full texts."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages import access, session
from pages.behaviour import behaviour
from pages.label import escape_label
from pages.piece import draw_piece, pieces
from pages.proofreading import open_proof
from pages.upload import choose_files
from pages.wording import say

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from store.record import DocumentRecord, IngestResult

TYPES = ["pdf", "docx", "html", "htm", "txt", "md", "markdown"]
PAGE = 20  # documents shown at once


def show() -> None:
    """Draw the page."""
    lang = session.language()
    library = session.desk().library
    behaviour(0)
    st.html(
        f'<h1 class="yj-title">{escape(say("page_library", lang))}</h1>'
        f'<p class="yj-meta">{escape(say("library_line", lang))}</p>'
    )
    if library.is_sample:
        st.html(f'<p class="yj-banner" role="status">{escape(say("sample_banner", lang))}</p>')
    manages = access.manages()
    if manages:
        _upload(lang)
    _results(lang)
    documents = library.documents()
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.html(
            f'<h2 class="yj-heading">{escape(say("documents", lang))} '
            f"<small>{len(documents)}</small></h2>",
            width="content",
        )
        if manages:
            st.button(
                say("rescan", lang),
                icon=":material/sync:",
                type="tertiary",
                key="rescan",
                on_click=_rescan,
            )
    if not documents:
        st.html(f'<p class="yj-meta">{escape(say("no_documents", lang))}</p>')
    shown = int(st.session_state.setdefault("shown", PAGE))
    for record in documents[:shown]:
        _document(record, manages, lang)
    if len(documents) > shown:
        st.button(say("show_more", lang), key="more", on_click=_show_more)


def _show_more() -> None:
    st.session_state["shown"] += PAGE


def _upload(lang: str) -> None:
    """Take in what was chosen, at once, then empty the chooser for the next files."""
    turn = int(st.session_state.setdefault("upload_turn", 0))
    with st.container(key=f"upload_{lang}"):
        files = choose_files(say("upload", lang), TYPES, f"files_{turn}", lang)
    if not files:
        return
    place = st.empty()
    most = session.desk().library.settings.max_upload_files
    taken, left = files[:most], files[most:]
    results: list[Any] = [
        _take(file, place, at / len(taken), 1 / len(taken), lang) for at, file in enumerate(taken)
    ]
    if left:
        lines = {
            one: say("too_many_files", one, limit=most, left=len(left)) for one in ("zh", "en")
        }
        results.insert(0, {"file": left[0].name, **lines})
    st.session_state["results"] = results
    place.empty()
    st.session_state["upload_turn"] = turn + 1
    st.rerun()


def _take(
    file: Any, place: DeltaGenerator, start: float, share: float, lang: str
) -> IngestResult | dict[str, str]:
    """One uploaded file; `start` and `share` are its part of the progress bar."""
    line = escape_label(say("uploading", lang, name=file.name))
    bar = place.progress(start, line)

    def progress(what: str, fraction: float) -> None:
        bar.progress(min(max(start + share * fraction, 0.0), 1.0), line)

    try:
        return access.managed().upload(file.name, file.getvalue(), progress)
    except Exception as error:
        return {"file": file.name, **session.error_line(error)}


def _rescan() -> None:
    try:
        done: list[Any] = list(access.managed().sync())
    except Exception as error:
        done = [{"file": "", **session.error_line(error)}]
    lines = {lang: say("rescan_done", lang) for lang in ("zh", "en")}
    st.session_state["results"] = done or [{"file": "", "calm": "yes", **lines}]


def _results(lang: str) -> None:
    """A line for each file of the last upload, scan or removal."""
    rows = []
    for result in st.session_state.get("results", []):
        if isinstance(result, dict):
            state = "" if result.get("calm") else say("state_failed", lang)
            bad, name, line = not result.get("calm"), result["file"], result[lang]
        else:
            bad = result.state in ("failed", "no_official")
            state, name = say(f"state_{result.state}", lang), result.file
            line = result.message(lang)
        rows.append(
            f'<li class="{"bad" if bad else ""}"><b>{escape(name)}</b> '
            + (f'<span class="yj-state">{escape(state)}</span> ' if state else "")
            + f"<p>{escape(line)}</p></li>"
        )
    if rows:
        st.html(f'<ul class="yj-results" role="status">{"".join(rows)}</ul>')
    known = {r.id for r in session.desk().library.documents()}
    for n, result in enumerate(st.session_state.get("results", [])):
        if not isinstance(result, dict) and result.document in known:
            _proof_link(result, result.document, f"proof_result_{n}", lang)


def _proof_link(item: IngestResult | DocumentRecord, document: str, key: str, lang: str) -> None:
    """The way to the proof of a document, where something in it is in doubt."""
    doubts = item.doubtful + item.unattributed
    if doubts and st.button(
        say("proof_link", lang, n=doubts), key=key, icon=":material/rule:", type="tertiary"
    ):
        open_proof(document)
        st.switch_page("pages/proofreading.py")


def _counts(item: DocumentRecord, lang: str) -> str:
    """How many officials, paragraphs, doubtful ones and gaps, in one line."""
    parts = []
    if item.officials:
        parts.append(say("count_officials", lang, n=len(item.officials)))
        parts.append(say("count_passages", lang, n=item.passages))
    for key in ("doubtful", "unattributed", "gaps"):
        if getattr(item, key):
            parts.append(say(f"count_{key}", lang, n=getattr(item, key)))
    return " · ".join(parts)


def _local(time: str) -> str:
    """An ISO 8601 time on this machine's clock, to the minute."""
    return datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M")


def _document(record: DocumentRecord, manages: bool, lang: str) -> None:
    names = say("separator", lang).join(record.officials) or say("nobody", lang)
    added = say("added_at", lang, time=_local(record.added))
    sample = f'<span class="yj-state">{escape(say("origin_sample", lang))}</span>'
    note = f'<p class="yj-meta">{escape(record.note)}</p>' if record.note else ""
    with st.container(border=True, key=f"document_{record.id}"):
        counts = f"{_counts(record, lang)} · {added}" if record.officials else added
        st.html(
            f'<div class="yj-document"><b>{escape(record.name)}</b> '
            f"{sample if record.origin == 'sample' else ''}<p>{escape(names)}</p>{note}"
            f'<p class="yj-meta">{escape(counts)}</p></div>'
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
                _proof_link(record, record.id, f"proof_{record.id}", lang)
            if manages and record.origin != "sample":
                st.button(
                    say("remove", lang),
                    key=f"remove_{record.id}",
                    icon=":material/delete:",
                    type="tertiary",
                    on_click=_remove_asked,
                    args=(record.id,),
                )
        if st.session_state.get("removing") == record.id:
            _confirm(record, lang)
        if is_open:
            _text(record, lang)


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
        access.managed().remove(document)
        lines = {lang: say("removed", lang, name=name) for lang in ("zh", "en")}
        st.session_state["results"] = [{"file": "", "calm": "yes", **lines}]
    except Exception as error:
        st.session_state["results"] = [{"file": name, **session.error_line(error)}]


def _text(record: DocumentRecord, lang: str) -> None:
    """The pieces of a document, one at a time."""
    found = pieces(p for p in session.desk().library.passages() if p.document == record.id)
    if not found:
        return
    at = 0
    if len(found) > 1:
        at = st.selectbox(
            say("choose_piece", lang),
            range(len(found)),
            key=f"piece_{record.id}",
            format_func=lambda n: f"{found[n][0].official.name}《{found[n][0].title}》",
        )
    piece = found[at or 0]
    st.html(draw_piece(piece, session.hue(piece[0].official.key), lang))


if __name__ == "__main__":
    from pages.frame import enter

    enter(show)
