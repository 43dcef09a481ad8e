"""The table of a comparison as HTML: a row an official, the cards behind the numbers."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

from pages.card import card_id, draw_card
from pages.wording import say

if TYPE_CHECKING:
    from rag.synopsis import Row, Saying
    from rag.transcript import Context
    from store import Passage

PLACE = "side"  # makes the ids of its cards unique on the page


def draw_side(
    rows: tuple[Row, ...],
    hue: Callable[[str], int],
    context: Callable[[Passage], Context],
    language: str = "zh",
) -> str:
    """The table, then a card for each citation; `context` gives what stands around a passage."""
    head = "".join(
        f'<th scope="col">{escape(say(key, language))}</th>'
        for key in ("compare_official", "compare_said")
    )
    body = "".join(_row(row, hue(row.official.key), language) for row in rows)
    cards = "".join(
        draw_card(
            s.citation,
            PLACE,
            hue(row.official.key),
            context(s.citation.passage),
            language,
        )
        for row in rows
        for s in row.sayings
    )
    table = f'<table class="yj-side"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return table + cards


def _row(row: Row, hue: int, language: str) -> str:
    who = f"<b>{escape(row.official.name)}</b><small>{escape(row.official.office)}</small>"
    if not row.sayings:
        said = f'<p class="yj-silent">{escape(say("compare_silent", language))}</p>'
    else:
        said = "".join(_saying(s, language) for s in row.sayings)
        if not row.direct:
            near = escape(say("compare_near", language))
            said = f'<p class="yj-silent">{near}</p><div class="yj-nearest">{said}</div>'
    return f'<tr style="--hue:var(--yj-{hue})"><th scope="row">{who}</th><td>{said}</td></tr>'


def _saying(saying: Saying, language: str) -> str:
    """The words as they go into a report, and the number that opens their card."""
    from rag.tabulation import quoted

    c = saying.citation
    label = say("cite_label", language, number=c.number, name=c.passage.official.name)
    return (
        f"<p>{escape(quoted(saying, language))}"
        f'<button type="button" class="yj-cite" popovertarget="{card_id(PLACE, c)}"'
        f' data-open="{PLACE}-{c.number}" aria-label="{escape(label)}">[{c.number}]</button></p>'
    )
