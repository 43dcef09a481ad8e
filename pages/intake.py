"""Files on their way into the library: chosen, taken in one by one, and what came of each."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages import access, session
from pages.label import escape_label
from pages.proofreading import open_proof
from pages.upload import choose_files
from pages.wording import say

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from store.record import DocumentRecord, IngestResult


def draw_intake(lang: str) -> None:
    """The chooser; files that were chosen are taken in at once, each with its own result.

    The chooser is emptied first: a stop begins a new run, which tells what was left.
    """
    turn = int(st.session_state.setdefault("upload_turn", 0))
    with st.container(key=f"upload_{lang}"):
        files = choose_files(say("upload", lang), None, f"files_{turn}", lang)
    left: list[str] = st.session_state.pop("upload_left", [])
    if left:
        lines = {one: say("upload_stopped", one, count=len(left)) for one in ("zh", "en")}
        st.session_state["results"].append({"file": left[0], **lines})
    if not files:
        return
    st.session_state["upload_turn"] = turn + 1
    _take_all(files, lang)
    st.rerun()


def _take_all(files: list[Any], lang: str) -> None:
    most = session.desk().library.settings.max_upload_files
    taken, beyond = files[:most], files[most:]
    results: list[Any] = []
    st.session_state["results"] = results
    if beyond:
        lines = {
            one: say("too_many_files", one, limit=most, left=len(beyond)) for one in ("zh", "en")
        }
        results.append({"file": beyond[0].name, **lines})
    place, done = st.empty(), st.empty()
    st.button(say("stop", lang), key="upload_stop", icon=":material/stop_circle:")
    for at, file in enumerate(taken):
        st.session_state["upload_left"] = [f.name for f in taken[at:]]
        results.append(_take(file, place, at, len(taken), lang))
        with done.container():
            draw_results(lang)
    st.session_state["upload_left"] = []
    place.empty()


def _take(
    file: Any, place: DeltaGenerator, at: int, count: int, lang: str
) -> IngestResult | dict[str, str]:
    """One file; it is number `at` of `count`."""
    line = escape_label(say("uploading", lang, name=file.name, at=at + 1, count=count))
    bar = place.progress(at / count, line)

    def progress(what: str, fraction: float) -> None:
        bar.progress(min(max((at + fraction) / count, 0.0), 1.0), line)

    try:
        return access.managed().upload(file.name, file.getvalue(), progress)
    except Exception as error:
        return {"file": file.name, **session.error_line(error)}


def draw_results(lang: str) -> None:
    """A line for each file of the last upload, scan, replacement or removal."""
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
        st.html(f'<div role="status"><ul class="yj-results">{"".join(rows)}</ul></div>')


def draw_ways_on(lang: str) -> None:
    """From the last results to the proofs of what is in doubt; undo of a removal."""
    removed: DocumentRecord | None = st.session_state.get("removed")
    if removed is not None:
        st.button(
            say("undo_remove", lang, name=escape_label(removed.name)),
            key="undo_remove",
            icon=":material/undo:",
            on_click=_bring_back,
        )
    known = {r.id for r in session.desk().library.documents()}
    for n, result in enumerate(st.session_state.get("results", [])):
        if not isinstance(result, dict) and result.document in known:
            proof_link(result, result.document, f"proof_result_{n}", lang, result.file)


def _bring_back() -> None:
    record: DocumentRecord = st.session_state.pop("removed")
    try:
        st.session_state["results"] = [access.managed().bring_back(record)]
    except Exception as error:
        st.session_state["results"] = [{"file": record.name, **session.error_line(error)}]


def proof_link(
    item: IngestResult | DocumentRecord, document: str, key: str, lang: str, name: str = ""
) -> None:
    """The way to the proof of a document, where something in it is in doubt.

    Args:
        name: of the file, where the link stands apart from it.
    """
    doubts = item.doubtful + item.unattributed
    label = say("proof_link", lang, n=doubts)
    if name:
        label = say("proof_link_of", lang, file=escape_label(name), link=label)
    if doubts and st.button(label, key=key, icon=":material/rule:", type="tertiary"):
        open_proof(document)
        st.switch_page("pages/proofreading.py")
