"""The page for questions: the conversation, its sources, and a first page that invites."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pages import history, session, sidebar
from pages.answer import engine_name
from pages.asking import ask
from pages.behaviour import behaviour
from pages.branching import empty_line, sample_line
from pages.heading import where
from pages.label import escape_label
from pages.reading import read_linked, read_piece
from pages.toolbar import draw_toolbar, draw_trouble
from pages.turn import ask_later, draw_turn
from pages.wording import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.transcript import Message
    from store import Official

PEOPLE_SHOWN = 12
TURNS_SHOWN = 8  # questions of a long conversation drawn at once


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
    if not library.officials():
        _until_filled()
    question, instead = _asked(typed)
    talk = session.talk()
    messages = talk.before(instead) if question else talk.transcript.messages
    first, toolbar = st.empty(), st.empty()
    if not (messages or question):
        with first.container():
            _first_page(lang)
    behaviour(len(messages) + bool(question), _open_asked, "p" in st.query_params)
    _turns(messages, bool(question), lang)
    if question:
        ask(question, instead, len(messages), lang)
    if talk.transcript.messages:
        with toolbar.container():  # it offers what the conversation now holds
            draw_toolbar(lang)
        _next(talk.transcript.messages[-1], lang)
    draw_trouble(lang)
    if talk.kept:
        st.query_params["c"] = talk.transcript.id
    with st.sidebar:
        history.draw_sources(talk.transcript, lang)
    if not read_linked(lang):
        _open_piece(lang)


@st.fragment(run_every=2.0)
def _until_filled() -> None:
    """Draw the page anew once the library holds something: it may be filling just now."""
    if session.desk().library.officials():
        st.rerun()


def _asked(typed: str | None) -> tuple[str, str]:
    """What is asked in this run, and the id of the message that it takes the place of.

    A question that others follow is not overwritten: the new one goes on in a copy.
    """
    question, instead = st.session_state.pop("pending", ("", ""))
    question = (typed or question or "").strip()
    talk = session.talk()
    messages = talk.transcript.messages
    if question and instead and messages[-1].id != instead:
        name = say("edit_name", session.language(), name=talk.transcript.title)
        talk.branch(instead, name)
        instead = ""
    return question, instead


def _turns(messages: Sequence[Message], asking: bool, lang: str) -> None:
    """The latest questions; the earlier ones are a click away."""
    shown = int(st.session_state.get("turns_shown", TURNS_SHOWN)) - asking
    hidden = max(len(messages) - shown, 0)
    if hidden:
        label = say("earlier", lang, count=min(hidden, TURNS_SHOWN))
        st.button(label, key="earlier", type="tertiary", on_click=_earlier, args=(shown + asking,))
    for place, message in enumerate(messages[hidden:], hidden):
        draw_turn(message, place, lang)


def _earlier(shown: int) -> None:
    st.session_state["turns_shown"] = shown + TURNS_SHOWN


def _next(last: Message, lang: str) -> None:
    """Questions that go on from the last answer."""
    if last.answer is None or not last.answer.citations:
        return
    questions = sidebar.chosen()[0].next_questions(last.answer, 3, lang)
    if not questions:
        return
    st.html(f'<p class="yj-label">{escape(say("next", lang))}</p>')
    with st.container(gap="xsmall"):
        _suggested(questions, "next")


def _suggested(questions: Sequence[str], key: str) -> None:
    for at, question in enumerate(questions):
        st.button(
            escape_label(question),
            key=f"{key}_{at}",
            width="stretch",
            on_click=ask_later,
            args=(question,),
        )


def _open_asked() -> None:
    st.session_state["piece"] = st.session_state["behaviour"].open


def _open_piece(lang: str) -> None:
    """The piece behind the citation that was clicked: question and citation by number."""
    from rag.transcript import Context

    place, _, number = str(st.session_state.pop("piece", None) or "").partition("-")
    messages = session.talk().transcript.messages
    if not (place.isdecimal() and number.isdecimal() and int(place) < len(messages)):
        return
    message = messages[int(place)]
    cited = {c.number: c for c in message.answer.citations} if message.answer else {}
    if int(number) in cited:
        context = message.contexts.get(int(number), Context())
        read_piece(cited[int(number)], context, lang)


def _first_page(lang: str) -> None:
    officials = session.desk().library.officials()
    st.html(
        f'<div class="yj-hero"><h1>{escape(say("brand", lang))}</h1>'
        f"<p>{escape(say('line', lang))}</p></div>"
    )
    banner = sample_line(lang) if officials else empty_line(lang)
    if banner:
        st.html(f'<p class="yj-banner" role="status">{escape(banner)}</p>')
    if not officials:
        return
    assistant, engine = sidebar.chosen()
    questions = assistant.suggestions(4, lang)
    if questions:
        st.html(f'<p class="yj-label">{escape(say("try", lang))}</p>')
        with st.container(gap="xsmall"):
            _suggested(questions, "suggest")
    _people(officials, lang)
    if 1 < len(officials) <= PEOPLE_SHOWN:
        sidebar.draw_scope_pills(lang)
    name = engine_name(engine, lang)
    st.html(f'<p class="yj-meta">{escape(say("engine_now", lang, engine=name))}{where(lang)}</p>')


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


if __name__ == "__main__":
    from pages.frame import enter

    enter(show)
