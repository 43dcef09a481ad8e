"""The list of conversations in the sidebar, and the sources of the one that is open."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pages import session
from pages.label import escape_label
from pages.wording import say

if TYPE_CHECKING:
    from rag import Citation
    from rag.transcript import Transcript

SHOWN = 8  # conversations listed at once
SEARCHED_FROM = 4  # with fewer conversations there is nothing to search
SOURCES = 40  # passages listed at once


def draw(lang: str) -> None:
    """The list; a conversation that is chosen is opened on the chat page.

    Drawn after the page, so that it knows what the page has just kept.
    """
    archive = session.archive()
    if archive is None:
        return
    wanted = str(st.session_state.get("talks_search") or "")
    entries = archive.entries(wanted)
    damaged = archive.damaged()
    if not entries and not damaged and not wanted:
        return
    st.html(f'<p class="yj-label">{escape(say("talks", lang))}</p>')
    if wanted or len(entries) >= SEARCHED_FROM:
        st.text_input(
            say("talks_search", lang),
            key="talks_search",
            placeholder=say("talks_search", lang),
            label_visibility="collapsed",
            persist_state="session",
        )
    shown = int(st.session_state.get("talks_shown", SHOWN))
    here = session.talk().transcript.id
    with st.container(gap=None, key="talks"):
        for entry in entries[:shown]:
            st.button(
                escape_label(entry.title),
                key=f"talk_{entry.id}",
                type="secondary" if entry.id == here else "tertiary",
                width="stretch",
                on_click=_open,
                args=(entry.id,),
            )
        if len(entries) > shown:
            more = say("talks_more", lang, count=len(entries) - shown)
            st.button(more, key="talks_more", type="tertiary", on_click=_more)
    if wanted and not entries:
        st.caption(say("talks_none", lang))
    if damaged:
        files = say("separator", lang).join(path.name for path in damaged[:3])
        st.caption(escape_label(say("talks_damaged", lang, count=len(damaged), files=files)))


def _open(ident: str) -> None:
    session.open_talk(ident)
    st.session_state["to_chat"] = True


def _more() -> None:
    st.session_state["talks_shown"] = int(st.session_state.get("talks_shown", SHOWN)) + SHOWN


def draw_sources(transcript: Transcript, lang: str) -> None:
    """Every passage that the conversation cites, once, by official and piece, latest first."""
    cited: dict[str, tuple[str, Citation, list[int]]] = {}
    for at, message in reversed(list(enumerate(transcript.messages))):
        for c in message.answer.citations if message.answer else ():
            place = f"{at}-{c.number}"
            _, _, turns = cited.setdefault(c.passage.id, (place, c, []))
            turns += [at + 1] if at + 1 not in turns else []
    if not cited:
        return
    groups: dict[tuple[str, str], list[str]] = {}
    for place, c, turns in list(cited.values())[:SOURCES]:
        p = c.passage
        numbers = say("separator", lang).join(map(str, sorted(turns)))
        where = [say("paragraph_number", lang, number=p.paragraph)]
        where.append(say("cited_in", lang, numbers=numbers))
        words = escape(c.quote if len(c.quote) <= 32 else f"{c.quote[:32]}…")
        head = (
            f'<b style="--hue:var(--yj-{session.hue(p.official.key)})">{escape(p.official.name)}'
            f"</b> {escape(f'《{p.title}》' if p.title else say('untitled', lang))}"
        )
        groups.setdefault((p.official.key, head), []).append(
            f'<button type="button" class="yj-source" data-open="{place}">'
            f"<span>{words}</span><small>{escape(' · '.join(where))}</small></button>"
        )
    lists = "".join(f"<h3>{head}</h3>{''.join(rows)}" for (_, head), rows in groups.items())
    more = len(cited) - SOURCES
    rest = say("talk_sources_more", lang, count=more) if more > 0 else ""
    title = escape(say("talk_sources", lang, count=len(cited)))
    st.html(
        f'<details class="yj-cited"><summary>{title}</summary>{lists}'
        f'<p class="yj-meta">{escape(rest)}</p></details>'
    )
