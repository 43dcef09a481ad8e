"""The page of proofs: who said what, checked and put right by a person."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pages import access, session
from pages.action import draw_action
from pages.behaviour import behaviour
from pages.correcting import Scene, draw_buttons
from pages.heading import draw_heading
from pages.label import escape_label
from pages.pagemap import draw_pagemap
from pages.proof import Badge, displaced, draw_doubt, draw_legend, draw_proof, key_of
from pages.proof import letter as sign
from pages.tracing import tracing
from pages.wording import say

if TYPE_CHECKING:
    from store import Library, Line, Paragraph, Remarks
    from store.record import DocumentRecord

DOUBTS = 3  # doubtful paragraphs shown at once
PART = 400  # lines of a long document shown at once
Found = tuple["Remarks", "Paragraph"]


def show() -> None:
    """Draw the page."""
    lang = session.language()
    library = session.desk().library
    behaviour(0)
    draw_heading("page_proofreading", "proof_line", lang, wide=84)
    documents = library.documents()
    if not documents:
        st.html(f'<p class="yj-meta">{escape(say("no_documents", lang))}</p>')
        return
    record = _choose(documents, lang)
    try:
        with st.spinner(say("reading_files", lang)):
            scene = _scene(library, record, lang)
        steps = len(library.corrections(record.id).steps)
    except Exception as error:
        line = session.error_line(error)[lang]
        st.html(f'<p class="yj-error" role="alert">{escape(line)}</p>')
        return
    _counts(record, scene, steps)
    _told(lang)
    _back(record, steps, lang)
    _doubts(scene)
    _chosen(scene)
    _columns(scene)
    jump = bool(st.session_state.get("proof_jump"))
    turn = int(st.session_state.get("proof_turn", 0))
    tracing(st.session_state.get("proof_lines", ()), jump, turn, _picked)


def open_proof(document: str) -> None:
    """Choose the document that the page shows next."""
    st.session_state["proof_document"] = document
    _forget()


def _choose(documents: Sequence[DocumentRecord], lang: str) -> DocumentRecord:
    """The document chosen; at first the one that was asked for, else one with doubts."""
    records = {r.id: r for r in documents}
    wanted = st.session_state.get("proof_document")
    if wanted not in records:
        doubtful = (r.id for r in documents if r.doubtful or r.unattributed)
        wanted = next(doubtful, documents[0].id)
    st.session_state["proof_choice"] = wanted

    def label(ident: str) -> str:
        r = records[ident]
        count = r.doubtful + r.unattributed
        doubts = f" · {say('count_doubtful', lang, n=count)}" if count else ""
        return f"{r.name}{doubts}"

    st.selectbox(
        say("proof_document", lang),
        list(records),
        format_func=label,
        key="proof_choice",
        on_change=lambda: open_proof(st.session_state["proof_choice"]),
    )
    return records[wanted]


def _forget() -> None:
    for key in ("proof_lines", "proof_chosen", "proof_told", "proof_more", "proof_reset"):
        st.session_state.pop(key, None)
    st.session_state["proof_turn"] = st.session_state.get("proof_turn", 0) + 1


def _scene(library: Library, record: DocumentRecord, lang: str) -> Scene:
    remarks = library.remarks(record.id)
    lines = library.source_lines(record.id)
    officials = {o.key: o for o in library.named(record.id)}
    badges: dict[str | None, Badge] = {
        key: Badge(sign(n), session.hue(key)) for n, key in enumerate(officials)
    }
    badges[None] = Badge("?")
    return Scene(record.id, lines, remarks, list(officials.values()), badges, lang)


def _counts(record: DocumentRecord, scene: Scene, steps: int) -> None:
    lang = scene.language
    counts = [
        say(f"count_{key}", lang, n=getattr(record, key))
        for key in ("doubtful", "unattributed", "gaps")
        if getattr(record, key)
    ]
    if steps:
        counts.append(say("proof_steps", lang, n=steps))
    line = " · ".join(counts) or say("proof_clean", lang)
    st.html(
        f"{draw_legend(scene.remarks, scene.badges, lang)}"
        f'<p class="yj-meta yj-tally">{escape(line)}</p>'
        f"{draw_pagemap(scene.lines, scene.remarks, scene.badges, lang)}"
    )


def _told(lang: str) -> None:
    told = st.session_state.get("proof_told")
    if told:
        kind = (
            'class="yj-error" role="alert"'
            if told.get("bad")
            else 'class="yj-banner" role="status"'
        )
        st.html(f"<p {kind}>{escape(told[lang])}</p>")
        if told.pop("new", None):  # whoever has scrolled down sees it too
            st.toast(escape_label(told[lang]))


def _back(record: DocumentRecord, steps: int, lang: str) -> None:
    """Undo the last step, or all of them after a question."""
    if not steps:
        return
    with st.container(horizontal=True, gap="small"):
        st.button(
            say("proof_undo", lang),
            key="proof_undo",
            icon=":material/undo:",
            on_click=_undo,
            args=(record.id, False),
        )
        if not st.session_state.get("proof_reset"):
            ask = partial(st.session_state.update, proof_reset=True)
            draw_action("proof_reset", "proof_reset_ask", "", lang, ask)
            return
        st.button(
            say("proof_reset_yes", lang, n=steps),
            key="proof_reset_yes",
            type="primary",
            on_click=_undo,
            args=(record.id, True),
        )
        st.button(
            say("remove_no", lang),
            key="proof_reset_no",
            on_click=lambda: st.session_state.update(proof_reset=False),
        )


def _undo(document: str, everything: bool) -> None:
    from store import Corrections

    _forget()
    try:
        library = access.managed()
        kept = library.corrections(document)
        result = library.correct(document, Corrections() if everything else kept.undone())
        told = {"new": "yes", **{lang: result.message(lang) for lang in ("zh", "en")}}
        if kept.steps and not everything:
            st.session_state["proof_lines"] = kept.steps[-1].statements[0].lines
    except Exception as error:
        told = {"bad": "yes", **session.error_line(error)}
    st.session_state["proof_told"] = told


def _picked() -> None:
    """A paragraph was picked on the right-hand side."""
    picked = st.session_state["tracing"].picked
    lines = tuple(int(n) for n in str(picked).split() if n.isdecimal())
    st.session_state["proof_chosen"] = st.session_state["proof_lines"] = lines
    st.session_state["proof_told"] = None
    st.session_state["proof_jump"] = True
    st.session_state["proof_turn"] = st.session_state.get("proof_turn", 0) + 1


def _chosen(scene: Scene) -> None:
    """Any paragraph of the document, with its buttons."""
    lang = scene.language
    found = {p.lines: (r, p) for r in scene.remarks for p in r.paragraphs}
    st.session_state["proof_any"] = st.session_state.get("proof_chosen")
    if st.session_state["proof_any"] not in found:
        st.session_state["proof_any"] = None

    def label(lines: tuple[int, ...]) -> str:
        piece, p = found[lines]
        sign = scene.badges[key_of(piece.official)].letter
        return f"{sign}{p.number} {p.text[:24]}"

    with st.container(key="proof_pick"):
        st.selectbox(
            say("proof_any", lang),
            list(found),
            format_func=label,
            key="proof_any",
            placeholder=say("proof_any_hint", lang),
            on_change=_any_chosen,
        )
        if st.session_state["proof_any"]:
            _card(scene, found[st.session_state["proof_any"]], "any")


def _any_chosen() -> None:
    st.session_state["proof_chosen"] = st.session_state["proof_any"]
    st.session_state["proof_lines"] = st.session_state["proof_any"] or ()
    st.session_state["proof_jump"] = False
    st.session_state["proof_turn"] = st.session_state.get("proof_turn", 0) + 1


def _card(scene: Scene, found: Found, place: str) -> None:
    piece, p = found
    with st.container(border=True, key=f"card_{place}_{'_'.join(map(str, p.lines))}"):
        st.html(draw_doubt(piece, p, scene.badges[key_of(piece.official)], scene.language))
        draw_buttons(scene, piece, p, place)


def _doubts(scene: Scene) -> None:
    """What a person should look at, the least certain first."""
    lang = scene.language
    found = [(r, p) for r in scene.remarks for p in r.paragraphs if p.doubtful]
    if not found:
        return
    found.sort(key=lambda pair: (pair[1].confidence, pair[1].lines))
    st.html(
        f'<h2 class="yj-heading">{escape(say("proof_doubts", lang))} '
        f"<small>{len(found)}</small></h2>"
    )
    shown = int(st.session_state.get("proof_more", DOUBTS))
    for pair in found[:shown]:
        _card(scene, pair, "doubt")
    if len(found) > shown:
        st.button(
            say("show_more", lang),
            key="proof_show_more",
            on_click=lambda: st.session_state.update(proof_more=shown + 10),
        )


def _columns(scene: Scene) -> None:
    lang, lines = scene.language, scene.lines
    part: Sequence[Line] = lines
    if len(lines) > PART + PART // 2:
        starts = list(range(0, len(lines), PART))

        def label(at: int) -> str:
            first, last = lines[at], lines[min(at + PART, len(lines)) - 1]
            return say("lines_number", lang, lines=f"{first.number}–{last.number}")

        at = st.selectbox(say("proof_part", lang), starts, format_func=label, key="proof_part")
        part = lines[at : at + PART]
    moved = displaced(lines, scene.remarks)
    hint = escape(say("proof_hint", lang))
    st.html(
        f'<p class="yj-meta yj-hint"><i class="yj-moved"></i>{hint}</p>'
        f"{draw_proof(part, scene.remarks, scene.badges, moved, lang)}"
    )


if __name__ == "__main__":
    from pages.frame import enter

    enter(show)
