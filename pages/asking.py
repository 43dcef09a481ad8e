"""A question on its way to its answer: asked, shown as it grows, kept."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pages import journal, session, sidebar
from pages.answer import draw_stream
from pages.label import escape_label
from pages.limits import limits
from pages.rate import Rate
from pages.stream import ReplyStream
from pages.turn import draw_outcome, draw_question
from pages.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streamlit.delta_generator import DeltaGenerator

    from rag import Answer
    from rag.transcript import Context, Message

PATIENCE = 3  # seconds after which it is said what is waited for
FRAME = 0.06  # seconds between two pictures of a growing answer


def ask(question: str, instead: str, place: int, lang: str) -> None:
    """Ask, show the answer as it grows, and keep what came of it.

    Args:
        question: as typed.
        instead: id of the message that it takes the place of, or "". An answer that is
            there already stays when the new one fails or is stopped at once.
        place: number of the question in the conversation, from 0.
        lang: ``"zh"`` or ``"en"``.
    """
    from rag.archive import now
    from rag.transcript import Message, fresh_id

    draw_question(question)
    talk = session.talk()
    with st.chat_message("assistant", avatar=None):
        body, control = st.empty(), st.empty()
        control.button(
            say("stop", lang), key="stop", icon=":material/stop_circle:", type="tertiary"
        )
        # Kept from the start: when it is stopped, the next run begins before this one ends.
        message = Message(question, stopped=True, id=instead or fresh_id(), asked=now())
        before = talk.before(message.id)
        old = next((m for m in talk.transcript.messages if m.id == instead and m.answer), None)
        talk.keep(message)
        begun, outcome = time.monotonic(), message
        try:
            for so_far in _written(message, before, body, lang):
                message = outcome = so_far
                talk.show(message)
        except Exception as error:
            line = session.error_line(error)
            message = outcome = replace(message, partial="", error=line, stopped=False)
            if old:
                st.toast(escape_label(line[lang]), icon=":material/error:")
        finally:
            whose, desk = str(st.session_state.get("whose") or ""), session.desk()
            took = time.monotonic() - begun
            journal.note(outcome, took, whose, desk.logs_questions, desk.branch)
            if old and message.answer is None and not message.partial:
                message = old
            talk.keep(message)
        draw_outcome(message, body, control, place, lang)


def _written(
    message: Message, before: Sequence[Message], body: DeltaGenerator, lang: str
) -> Iterator[Message]:
    """The message as it stands after each picture of the growing answer; last, the whole."""
    body.html(draw_waiting("", 0, lang))
    _admit()
    assistant, engine = sidebar.chosen()
    history = [m.turn() for m in before]
    reply = assistant.ask(
        message.question,
        history=history,
        speakers=sidebar.scope(),
        llm=engine,
        language=lang,
        limits=limits("limit"),
    )
    stream, text, drawn, begun = ReplyStream(reply), "", 0.0, time.monotonic()
    try:
        for piece in stream:
            text += piece
            if time.monotonic() - drawn > FRAME:
                seconds = int(time.monotonic() - begun)
                body.html(draw_stream(text) if text else draw_waiting(engine, seconds, lang))
                drawn = time.monotonic()
                yield replace(message, partial=text)
    finally:
        stream.close()
    answer = reply.answer
    yield replace(message, answer=answer, contexts=_contexts(answer), stopped=False)


def draw_waiting(engine: str, seconds: int, lang: str) -> str:
    """What stands where the answer will be: after a while, for what it waits and how long."""
    line = say("answering", lang)
    if seconds >= PATIENCE:
        word = "answering_long" if engine == "extractive" else "answering_model"
        line = say(word, lang, engine=engine, seconds=seconds)
    return f'<p class="yj-meta yj-cursor">{escape(line)}</p>'


def _admit() -> None:
    """Let a question through.

    Raises:
        BadQuestion: this session, or person who signed in, has asked too many in the last minute.
    """
    from rag.errors import BadQuestion

    limit = session.desk().questions_per_minute
    own = st.session_state.setdefault("rate", Rate())
    whose = str(st.session_state.get("whose") or "")
    rate = session.desk().rates.setdefault(whose, Rate()) if whose else own
    wait = rate.wait(limit, time.monotonic())
    if wait:
        zh, en = (
            say("too_often", lang, limit=limit, seconds=math.ceil(wait)) for lang in ("zh", "en")
        )
        raise BadQuestion(zh, en)


def _contexts(answer: Answer) -> dict[int, Context]:
    """What stands around each cited passage, kept with the answer."""
    from rag.transcript import Context

    library = session.desk().library
    made = {}
    for citation in answer.citations:
        before, after = library.neighbours(citation.passage)
        made[citation.number] = Context(before.text if before else "", after.text if after else "")
    return made
