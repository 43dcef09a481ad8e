"""What stands above a conversation: its limit, its name, its export, and a new one."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages import session, sidebar
from pages.action import draw_action
from pages.limits import limits
from pages.takeaway import take_away
from pages.wording import say


def draw_toolbar(lang: str) -> None:
    """The line of controls."""
    talk = session.talk()
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        names = sidebar.official_names(session.desk().library.officials())
        limited = [names[key] for key in sidebar.scope()]
        line = say("scope_now", lang, names=say("separator", lang).join(limited)) if limited else ""
        told = [line] if line else []
        if within := limits("limit").described(lang):
            told.append(say("limits_now", lang, limits=within))
        st.html("".join(f'<p class="yj-meta">{escape(row)}</p>' for row in told) or "<p></p>")
        if talk.transcript.messages:
            with st.popover(say("manage", lang), icon=":material/more_horiz:", type="tertiary"):
                _manage(lang)
            if st.button(
                say("export_talk", lang),
                icon=":material/download:",
                type="tertiary",
                key="export_talk",
            ):
                take_away(talk.transcript, "export_talk", lang)
        draw_action("new_conversation", "new", "add", lang, _new)


def _new() -> None:
    session.open_talk()
    st.query_params.pop("c", None)


def _manage(lang: str) -> None:
    talk = session.talk()
    st.text_input(
        say("talk_name", lang),
        talk.transcript.title,
        key=f"name_{talk.transcript.id}",
        max_chars=120,
        on_change=_renamed,
    )
    if session.archive():
        st.button(
            say("talk_delete", lang), key="talk_delete", icon=":material/delete:", on_click=_delete
        )


def _renamed() -> None:
    talk = session.talk()
    talk.rename(str(st.session_state[f"name_{talk.transcript.id}"]))


def _delete() -> None:
    talk, archive = session.talk(), session.archive()
    if archive is None:
        return
    try:
        archive.remove(talk.transcript.id)
    except Exception as error:
        talk.trouble = session.error_line(error)
        return
    st.session_state["deleted"] = (talk.transcript.id, talk.transcript.title)
    _new()


def _undelete(ident: str) -> None:
    archive = session.archive()
    try:
        if archive is not None:
            archive.restore(ident)
            session.open_talk(ident)
    except Exception as error:
        session.talk().trouble = session.error_line(error)
        return
    st.session_state.pop("deleted", None)


def draw_trouble(lang: str) -> None:
    """Why the conversation is not kept; what was deleted last, to be brought back."""
    line = session.talk().trouble.get(lang)
    if line:
        st.html(f'<p class="yj-error" role="alert">{escape(line)}</p>')
    deleted = st.session_state.get("deleted")
    if deleted:
        with st.container(horizontal=True, vertical_alignment="center"):
            words = escape(say("talk_deleted", lang, name=deleted[1]))
            st.html(f'<p class="yj-meta" role="status">{words}</p>', width="content")
            draw_action("undo", "undelete", "", lang, _undelete, deleted[0])
