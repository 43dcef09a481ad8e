"""The page for questions: the conversation, its sources, and a first page that invites."""

from __future__ import annotations

import time
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pages import session, sidebar
from pages.answer import draw_answer, draw_stream, engine_name
from pages.behaviour import behaviour
from pages.card import Context
from pages.conversation import Message
from pages.label import escape_label
from pages.stream import ReplyStream
from pages.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamlit.delta_generator import DeltaGenerator

    from rag import Answer
    from store import Official

PEOPLE_SHOWN = 12
FRAME = 0.06  # seconds between two pictures of a growing answer


def show() -> None:
    """Draw the page."""
    lang = session.language()
    library = session.desk().library
    typed = st.chat_input(
        say("ask_placeholder", lang),
        key="question",
        submit_mode="disable",
        disabled=not library.officials(),
    )
    question = typed or st.session_state.pop("pending", None)
    messages = session.messages()
    first, toolbar = st.empty(), st.empty()
    if messages or question:
        with toolbar.container():
            _toolbar(lang)
    else:
        with first.container():
            _first_page(lang)
    behaviour(len(messages) + bool(question))
    for place, message in enumerate(messages):
        _draw(message, place, lang)
    if question and question.strip():
        _answer(question.strip(), len(messages), lang)


def _toolbar(lang: str) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        names = sidebar.official_names(session.desk().library.officials())
        limited = [names[key] for key in sidebar.scope()]
        line = say("scope_now", lang, names=say("separator", lang).join(limited)) if limited else ""
        st.html(f'<p class="yj-meta">{escape(line)}</p>')
        st.button(
            say("new_conversation", lang),
            icon=":material/add:",
            type="tertiary",
            on_click=session.messages().clear,
            key="new",
        )


def _first_page(lang: str) -> None:
    library = session.desk().library
    officials = library.officials()
    st.html(
        f'<div class="yj-hero"><h1>{escape(say("brand", lang))}</h1>'
        f"<p>{escape(say('line', lang))}</p></div>"
    )
    if not officials:
        st.html(f'<p class="yj-banner" role="status">{escape(say("empty_library", lang))}</p>')
    elif library.is_sample:
        st.html(f'<p class="yj-banner" role="status">{escape(say("sample_banner", lang))}</p>')
    if not officials:
        return
    assistant, engine = sidebar.chosen()
    questions = assistant.suggestions(4, lang)
    if questions:
        st.html(f'<p class="yj-label">{escape(say("try", lang))}</p>')
        with st.container(gap="xsmall"):
            for at, question in enumerate(questions):
                st.button(
                    escape_label(question),
                    key=f"suggest_{at}",
                    width="stretch",
                    on_click=_ask_later,
                    args=(question,),
                )
    _people(officials, lang)
    if 1 < len(officials) <= PEOPLE_SHOWN:
        sidebar.draw_scope_pills(lang)
    name = engine_name(engine, lang)
    st.html(f'<p class="yj-meta">{escape(say("engine_now", lang, engine=name))}</p>')


def _people(officials: list[Official], lang: str) -> None:
    head = say("people", lang, count=len(officials))
    rows = "".join(
        f'<li style="--hue:var(--yj-{session.hue(o.key)})"><b>{escape(o.name)}</b>'
        f"<span>{escape(o.office)}</span></li>"
        for o in officials[:PEOPLE_SHOWN]
    )
    more = len(officials) - PEOPLE_SHOWN
    rest = f'<p class="yj-meta">{escape(say("people_more", lang, count=more))}</p>'
    st.html(
        f'<p class="yj-label">{escape(head)}</p><ul class="yj-people">{rows}</ul>'
        + (rest if more > 0 else "")
    )


def _ask_later(question: str) -> None:
    st.session_state["pending"] = question


def _draw(message: Message, place: int, lang: str) -> None:
    """One question with what came of it."""
    _question(message.question)
    with st.chat_message("assistant", avatar=None):
        body, control = st.empty(), st.empty()
        control.empty()
        _outcome(message, body, place, lang)


def _question(question: str) -> None:
    with st.chat_message("user", avatar=None):
        st.html(f'<p class="yj-question">{escape(question)}</p>')


def _outcome(message: Message, body: DeltaGenerator, place: int, lang: str) -> None:
    """The answer, or the line for what was stopped or went wrong."""
    answer = message.answer
    if answer is not None:
        body.html(draw_answer(answer, str(place), session.hue, message.contexts, lang))
    elif message.error:
        body.html(f'<p class="yj-error" role="alert">{escape(message.error[lang])}</p>')
    else:
        words = draw_stream(message.partial, growing=False) if message.partial else ""
        line = say("stopped" if message.partial else "stopped_empty", lang)
        body.html(f'{words}<p class="yj-meta">{escape(line)}</p>')


def _answer(question: str, place: int, lang: str) -> None:
    """Ask, show the answer as it grows, and keep what came of it."""
    _question(question)
    messages = session.messages()
    with st.chat_message("assistant", avatar=None):
        body, control = st.empty(), st.empty()
        control.button(
            say("stop", lang), key="stop", icon=":material/stop_circle:", type="tertiary"
        )
        # Kept from the start: when it is stopped, the next run begins before this one ends.
        message = Message(question, stopped=True)
        messages.append(message)
        try:
            for so_far in _written(question, messages[:place], body, lang):
                message = _replace(messages, message, so_far)
        except Exception as error:
            failed = Message(question, error=session.error_line(error))
            message = _replace(messages, message, failed)
        control.empty()
        _outcome(message, body, place, lang)


def _replace(messages: list[Message], old: Message, new: Message) -> Message:
    """Put `new` where `old` stands, if it still does."""
    at = next((i for i, m in enumerate(messages) if m is old), None)
    if at is not None:
        messages[at] = new
    return new


def _written(
    question: str, before: list[Message], body: DeltaGenerator, lang: str
) -> Iterator[Message]:
    """The message as it stands after each picture of the growing answer; last, the whole."""
    waiting = f'<p class="yj-meta yj-cursor">{escape(say("answering", lang))}</p>'
    body.html(waiting)
    assistant, engine = sidebar.chosen()
    history = [m.turn() for m in before]
    reply = assistant.ask(
        question, history=history, speakers=sidebar.scope(), llm=engine, language=lang
    )
    stream, text, drawn = ReplyStream(reply), "", 0.0
    try:
        for piece in stream:
            text += piece
            if time.monotonic() - drawn > FRAME:
                body.html(draw_stream(text) if text else waiting)
                drawn = time.monotonic()
                yield Message(question, partial=text, stopped=True)
    finally:
        stream.close()
    yield Message(question, reply.answer, _contexts(reply.answer))


def _contexts(answer: Answer) -> dict[int, Context]:
    """What stands around each cited passage, kept with the answer."""
    library = session.desk().library
    made = {}
    for citation in answer.citations:
        before, after = library.neighbours(citation.passage)
        made[citation.number] = Context(before.text if before else "", after.text if after else "")
    return made


if __name__ == "__main__":
    from pages.frame import enter

    enter(show)
