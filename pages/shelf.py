"""The documents of the library: found, counted, one page of them at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from pages import session
from pages.limits import draw_limits, limits
from pages.wording import say

if TYPE_CHECKING:
    from rag.within import Filter
    from store import Official, Passage
    from store.record import DocumentRecord

PAGE = 20  # documents on a page
Holdings = dict[str, list["Passage"]]


def holdings() -> Holdings:
    """The passages of each document, by its id."""
    made: Holdings = {}
    for p in session.desk().library.passages():
        made.setdefault(p.document, []).append(p)
    return made


def matching(
    records: Sequence[DocumentRecord], held: Holdings, search: str, within: Filter
) -> list[DocumentRecord]:
    """The documents with every word of `search` in a name, office or title, within the limits.

    Raises:
        BadQuestion: a year of the limits is none.
    """
    from rag.within import EVERYTHING
    from store import fold

    words = [fold(w) for w in search.split()]
    officials: dict[str, Official] = {p.official.key: p.official for g in held.values() for p in g}
    let = within.among(list(officials.values())) if within else EVERYTHING
    found = []
    for record in records:
        inside = [p for p in held.get(record.id, ()) if let.holds(p)]
        if within and not inside:
            continue
        about = {record.name, *record.officials}
        about |= {t for p in inside for t in (p.official.name, p.official.office, p.title)}
        text = fold("\n".join(about))
        if all(w in text for w in words):
            found.append(record)
    return found


def draw_search(count: int, lang: str) -> tuple[str, Filter]:
    """The search box and the limits, where there is something to choose from."""
    if count < 2:
        return "", limits("shelf")
    search = st.text_input(
        say("shelf_search", lang),
        key="shelf_search",
        placeholder=say("shelf_hint", lang),
        icon=":material/search:",
        persist_state="session",
    )
    with st.expander(say("limits", lang), expanded=bool(limits("shelf"))):
        draw_limits("shelf", lang)
    return search, limits("shelf")


def draw_pages(found: Sequence[DocumentRecord], total: int, lang: str) -> list[DocumentRecord]:
    """The documents of the page that is shown, and how many there are in all."""
    pages = max(-(-len(found) // PAGE), 1)
    at = min(int(st.session_state.get("shelf_page", 1)), pages)
    st.session_state["shelf_page"] = at
    if len(found) < total:
        line = say("shelf_found", lang, count=len(found), total=total)
        st.html(f'<p class="yj-meta" role="status">{escape(line)}</p>')
    return list(found[(at - 1) * PAGE : at * PAGE])


def draw_turn(found: Sequence[DocumentRecord]) -> None:
    """The numbers of the pages, where there are several."""
    pages = -(-len(found) // PAGE)
    if pages > 1:
        st.pagination(pages, key="shelf_page", persist_state="session")


def counts(record: DocumentRecord, held: Sequence[Passage], lang: str) -> str:
    """Officials, pieces, paragraphs, dates and doubts in one line."""
    parts = []
    if record.officials:
        pieces = len({(p.official.key, p.title) for p in held})
        parts.append(say("count_officials", lang, n=len(record.officials)))
        parts.append(say("count_pieces", lang, n=pieces))
        parts.append(say("count_passages", lang, n=record.passages))
    dates = sorted({p.date for p in held if p.date})
    if dates:
        parts.append(dates[0] if len(dates) == 1 else f"{dates[0]} – {dates[-1]}")
    for key in ("doubtful", "unattributed", "gaps"):
        if getattr(record, key):
            parts.append(say(f"count_{key}", lang, n=getattr(record, key)))
    return " · ".join([*parts, say("added_at", lang, time=_local(record.added))])


def _local(time: str) -> str:
    """An ISO 8601 time on this machine's clock, to the minute."""
    return datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M")
