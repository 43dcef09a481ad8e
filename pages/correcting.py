"""The buttons under a paragraph: whose it is, where it stands, what is lost, or all is well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages import access, session
from pages.proof import Badges, key_of
from pages.wording import say

if TYPE_CHECKING:
    from store import Line, Official, Paragraph, Remarks, Step

Make = Callable[[Sequence["Remarks"]], "Step"]
_NEW = "\x00new"
_NOBODY = "\x00nobody"


@dataclass(frozen=True, slots=True)
class Scene:
    """The document under proof as the buttons need it.

    Attributes:
        document: its id.
        lines: as they lay on the page.
        remarks: as they are now.
        officials: everybody that a paragraph can be given to.
        badges: by official's key.
        language: ``"zh"`` or ``"en"``.
    """

    document: str
    lines: Sequence[Line]
    remarks: Sequence[Remarks]
    officials: Sequence[Official]
    badges: Badges
    language: str


def draw_buttons(scene: Scene, piece: Remarks, p: Paragraph, place: str) -> None:
    """The row of buttons; `place` keeps its keys apart from those of other rows."""
    lang = scene.language
    ident = f"{place}_{'_'.join(map(str, p.lines))}"
    with st.container(horizontal=True, gap="small", key=f"tools_{ident}"):
        if p.review and piece.official is not None:
            _button(scene, p, f"ok_{ident}", "proof_ok", ":material/check:", _confirm)
        # A key of its own after each step: it closes, so nobody gives a paragraph back by a
        # second click.
        turn = st.session_state.get("proof_turn", 0)
        with st.popover(
            say("proof_assign", lang), icon=":material/person:", key=f"who_{ident}_{turn}"
        ):
            _assign(scene, piece, p, ident)
        with st.popover(say("proof_place", lang), icon=":material/swap_vert:"):
            _place(scene, piece, p, ident)
        with st.popover(say("proof_section", lang), icon=":material/title:"):
            _section(scene, p, ident)
        with st.popover(say("proof_lost", lang), icon=":material/more_horiz:"):
            _lost(scene, p, ident)


def act(document: str, lines: Sequence[int], make: Make) -> None:
    """Do one step; what came of it, or why not, is kept for the next run of the page."""
    try:
        library = access.managed()
        step = make(library.remarks(document))
        result = library.correct(document, library.corrections(document).added(step))
        told: dict[str, Any] = {lang: result.message(lang) for lang in ("zh", "en")}
        st.session_state["proof_lines"] = tuple(lines)
    except Exception as error:
        told = {"bad": True, **session.error_line(error)}
    st.session_state["proof_told"] = {"new": True, **told}
    st.session_state["proof_turn"] = st.session_state.get("proof_turn", 0) + 1
    st.session_state["proof_jump"] = False


def _button(
    scene: Scene, p: Paragraph, key: str, word: str, icon: str, make: Any, **options: Any
) -> None:
    st.button(
        say(word, scene.language),
        key=key,
        icon=icon,
        on_click=lambda: act(scene.document, p.lines, lambda now: make(now, p.lines)),
        **options,
    )


def _confirm(now: Sequence[Remarks], lines: tuple[int, ...]) -> Step:
    from store import edit

    return edit.confirm(now, lines)


def _assign(scene: Scene, piece: Remarks, p: Paragraph, ident: str) -> None:
    """Choose the official, or type in a new one; other paragraphs can go along."""
    lang = scene.language
    names = {o.key: f"{scene.badges[o.key].letter} · {o.name}" for o in scene.officials}
    choices = [k for k in names if k != key_of(piece.official)]
    choices += [_NOBODY] * (piece.official is not None) + [_NEW]
    names |= {_NOBODY: say("proof_nobody", lang), _NEW: say("proof_new", lang)}
    chosen = st.selectbox(
        say("proof_to", lang), choices, format_func=names.__getitem__, key=f"to_{ident}"
    )
    if chosen == _NEW:
        for field in ("name", "organization", "position"):
            st.text_input(say(f"proof_{field}", lang), key=f"{field}_{ident}", max_chars=80)
    others = {q.lines: q for q in piece.paragraphs if q is not p}
    if others:
        st.multiselect(
            say("proof_along", lang),
            list(others),
            format_func=lambda lines: _short(others[lines].number, others[lines].text),
            select_all=False,
            key=f"along_{ident}",
            placeholder=say("proof_along_none", lang),
        )
    st.button(
        say("proof_do", lang),
        key=f"assign_{ident}",
        type="primary",
        on_click=_assigned,
        args=(scene, p, ident),
    )


def _assigned(scene: Scene, p: Paragraph, ident: str) -> None:
    state = st.session_state
    chosen = state[f"to_{ident}"]
    along = [tuple(lines) for lines in state.get(f"along_{ident}", [])]

    def make(now: Sequence[Remarks]) -> Step:
        from store import edit

        official = next((o for o in scene.officials if o.key == chosen), None)
        if chosen == _NEW:
            parts = (state.get(f"{f}_{ident}", "") for f in ("name", "organization", "position"))
            official = edit.typed_official(*parts)
        order = {q.lines: n for n, q in enumerate(q for r in now for q in r.paragraphs)}
        return edit.assign(now, sorted([p.lines, *along], key=lambda x: order.get(x, -1)), official)

    act(scene.document, p.lines, make)


def _place(scene: Scene, piece: Remarks, p: Paragraph, ident: str) -> None:
    """Up, down, to a number; joined with the next one, or parted into its lines."""
    from store import edit

    lang, count = scene.language, len(piece.paragraphs)

    def to(number: int) -> Any:
        return lambda now, lines: edit.move(now, lines, number)

    up, down = ":material/arrow_upward:", ":material/arrow_downward:"
    _button(scene, p, f"up_{ident}", "proof_up", up, to(p.number - 1), disabled=p.number == 1)
    _button(
        scene, p, f"down_{ident}", "proof_down", down, to(p.number + 1), disabled=p.number == count
    )
    if count > 1:
        st.number_input(
            say("proof_number", lang, n=count), 1, count, p.number, key=f"number_{ident}"
        )
        st.button(
            say("proof_move", lang),
            key=f"move_{ident}",
            on_click=lambda: act(
                scene.document,
                p.lines,
                lambda now: edit.move(now, p.lines, int(st.session_state[f"number_{ident}"])),
            ),
        )
    last = p.number == count
    _button(scene, p, f"join_{ident}", "proof_join", ":material/merge:", edit.join, disabled=last)
    if len(p.lines) > 1:
        _button(scene, p, f"split_{ident}", "proof_split", ":material/call_split:", edit.split_up)


def _section(scene: Scene, p: Paragraph, ident: str) -> None:
    """Choose among the headings of the document."""
    lang = scene.language
    heads = {line.number: line.text for line in scene.lines if line.hint in ("heading", "title")}
    by_text = {text: number for number, text in heads.items()}
    options: dict[tuple[int, ...], str] = {(): say("proof_no_section", lang)}
    options |= {(number,): text for number, text in heads.items()}
    for other in (q for r in scene.remarks for q in r.paragraphs if q.section):
        parts = (other.section or "").split(" › ")
        if all(part in by_text for part in parts):
            options[tuple(by_text[part] for part in parts)] = other.section or ""
    now = next((k for k, text in options.items() if k and text == p.section), ())
    choices = list(options)
    st.selectbox(
        say("proof_under", lang),
        choices,
        index=choices.index(now),
        format_func=lambda k: _short(k[0] if k else 0, options[k], 40),
        key=f"under_{ident}",
    )

    def chosen(remarks: Sequence[Remarks]) -> Step:
        from store import edit

        return edit.head(remarks, p.lines, tuple(st.session_state[f"under_{ident}"]))

    st.button(
        say("proof_do", lang),
        key=f"section_{ident}",
        type="primary",
        on_click=lambda: act(scene.document, p.lines, chosen),
    )


def _lost(scene: Scene, p: Paragraph, ident: str) -> None:
    """Say whether text is lost before or after."""
    from store import edit

    for edge, lost in (("before", p.gap_before), ("after", p.gap_after)):
        word = f"proof_{'found' if lost else 'lose'}_{edge}"
        options: dict[str, Any] = {edge: not lost}
        _button(
            scene,
            p,
            f"{edge}_{ident}",
            word,
            ":material/ink_eraser:" if lost else ":material/format_ink_highlighter:",
            lambda now, lines, options=options: edit.lose(now, lines, **options),
        )


def _short(number: int, text: str, limit: int = 18) -> str:
    words = text if len(text) <= limit else f"{text[:limit]}…"
    return f"{number}. {words}" if number else words
