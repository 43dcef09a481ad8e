"""One question with what came of it, and what a person can do with it."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pages import session
from pages.action import draw_action
from pages.answer import draw_answer, draw_stream
from pages.takeaway import take_away
from pages.wording import say

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from rag.transcript import Feedback, Message, Transcript

JUDGED: dict[Feedback, str] = {
    "helpful": ":material/thumb_up:",
    "wrong_source": ":material/report:",
}

LONG = 160  # characters from which a question is drawn small, in a box of its own


def draw_turn(message: Message, place: int, lang: str) -> None:
    """A question of the conversation; `place` is its number, from 0."""
    if st.session_state.get("editing") == message.id:
        _edit(message, place, lang)
    else:
        draw_question(message.question)
    with st.chat_message("assistant", avatar=None):
        body, control = st.empty(), st.empty()
        draw_outcome(message, body, control, place, lang)


def draw_question(question: str) -> None:
    """The words that were asked."""
    with st.chat_message("user", avatar=None):
        # A pasted page must not push its answer off the screen; by keyboard it scrolls, too.
        long = ' long" tabindex="0' if len(question) > LONG else ""
        st.html(f'<p class="yj-question{long}">{escape(question)}</p>')


def draw_outcome(
    message: Message, body: DeltaGenerator, control: DeltaGenerator, place: int, lang: str
) -> None:
    """The answer, or the line for what was stopped or went wrong, and its controls."""
    answer = message.answer
    if answer is not None:
        body.html(draw_answer(answer, str(place), session.hue, message.contexts, lang))
    elif message.error:
        body.html(f'<p class="yj-error" role="alert">{escape(message.error[lang])}</p>')
    else:
        words = draw_stream(message.partial, growing=False) if message.partial else ""
        line = say("stopped" if message.partial else "stopped_empty", lang)
        body.html(f'{words}<p class="yj-meta">{escape(line)}</p>')
    with control.container(horizontal=True, gap="small", key=f"turn_{message.id}"):
        _controls(message, lang)


def ask_later(question: str, instead: str = "") -> None:
    """Let the next run ask it; in the place of the message of the id `instead`."""
    st.session_state["pending"] = (question, instead)
    st.session_state.pop("editing", None)


def _controls(message: Message, lang: str) -> None:
    ident = message.id
    if message.answer is not None:
        for feedback, icon in JUDGED.items():
            st.button(
                say(f"feedback_{feedback}", lang),
                key=f"{feedback}_{ident}",
                icon=":material/check:" if message.feedback == feedback else icon,
                type="secondary" if message.feedback == feedback else "tertiary",
                on_click=_judge,
                args=(message, feedback),
            )
    draw_action("retry", f"retry_{ident}", "refresh", lang, ask_later, message.question, ident)
    draw_action("edit", f"edit_{ident}", "edit", lang, _start_edit, ident)
    if message.answer is not None and st.button(
        say("export", lang),
        key=f"take_{ident}",
        icon=":material/download:",
        type="tertiary",
    ):
        take_away(_alone(message), "export_answer", lang)


def _alone(message: Message) -> Transcript:
    from rag.transcript import Transcript

    return Transcript(created=message.asked, changed=message.asked, messages=(message,))


def _judge(message: Message, feedback: Feedback) -> None:
    """Keep the judgement with the answer; the same one again takes it back."""
    new: Feedback = "" if message.feedback == feedback else feedback
    session.talk().keep(replace(message, feedback=new))


def _start_edit(ident: str) -> None:
    st.session_state["editing"] = ident


def _edit(message: Message, place: int, lang: str) -> None:
    with st.container(key="edit_box"):
        st.text_area(say("edit_label", lang), message.question, key=f"edited_{message.id}")
        if place + 1 < len(session.talk().transcript.messages):
            st.caption(say("edit_branch", lang))
        with st.container(horizontal=True, gap="small"):
            st.button(
                say("edit_ask", lang),
                key="edit_ask",
                type="primary",
                on_click=_edited,
                args=(message.id,),
            )
            st.button(say("cancel", lang), key="edit_cancel", on_click=_start_edit, args=("",))


def _edited(ident: str) -> None:
    question = str(st.session_state.get(f"edited_{ident}") or "").strip()
    if question:
        ask_later(question, ident)
