"""The card behind a citation number: who, where, and the words in their passage."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from pages.wording import say

if TYPE_CHECKING:
    from rag import Citation
    from rag.transcript import Context
    from store import Passage


NEIGHBOUR = 60  # characters of the passages before and after on a card


def gap_mark(language: str) -> str:
    """The line that shows where the source lost text."""
    return f'<div class="yj-gap">{escape(say("gap", language))}</div>'


def highlight(text: str, quote: str) -> str:
    """The passage as HTML with the quoted words marked."""
    at = text.find(quote) if quote else -1
    if at < 0:
        return escape(text)
    end = at + len(quote)
    return f"{escape(text[:at])}<mark>{escape(text[at:end])}</mark>{escape(text[end:])}"


def card_id(place: str, citation: Citation) -> str:
    """The id of a citation's card on the page."""
    return f"yj-{place}-{citation.number}"


def draw_card(
    citation: Citation, place: str, hue: int, context: Context, language: str = "zh"
) -> str:
    """The card as a native popover: opens by its number, closes with Escape.

    `place` makes its id unique on the page; with the number it tells the page which
    citation's piece to open.
    """
    from rag.reference import gbt7714, plain

    p = citation.passage
    ident = card_id(place, citation)
    whole = escape(say("open_piece", language))
    close = escape(say("close", language))
    label = escape(say("card_label", language, number=citation.number))
    return (
        f'<div id="{ident}" class="yj-card" popover role="dialog" aria-label="{label}"'
        f' tabindex="-1" style="--hue:var(--yj-{hue})">'
        f"<header><div><b>{escape(p.official.name)}</b>"
        f"<small>{escape(p.official.office)}</small></div>"
        f'<button type="button" class="yj-close" popovertarget="{ident}"'
        f' popovertargetaction="hide" aria-label="{close}">×</button></header>'
        f"{draw_facts(p, language)}{draw_passage(p, citation.quote, context, language)}"
        f'<footer><button type="button" class="yj-open" data-open="{place}-{citation.number}">'
        f"{whole}</button>{copy_button(plain(citation, language), 'copy', language)}"
        f"{copy_button(gbt7714(p), 'copy_gbt', language)}</footer></div>"
    )


def draw_passage(
    p: Passage, quote: str, context: Context, language: str = "zh", whole: bool = False
) -> str:
    """The whole passage with the quoted words marked, what is lost and what stands around it.

    `whole` shows its neighbours in full too.
    """
    limit = 10**6 if whole else NEIGHBOUR
    return "".join(
        (
            _aside(context.before, True, limit),
            gap_mark(language) if p.gap_before else "",
            f'<div class="yj-passage">{highlight(p.text, quote)}</div>',
            gap_mark(language) if p.gap_after else "",
            _aside(context.after, False, limit),
        )
    )


def copy_button(
    text: str, word: str, language: str = "zh", rich: str = "", link: bool = False
) -> str:
    """A button that puts `text` on the clipboard; `word` is the key of its label.

    `rich` is the same as HTML, for programs that take a table as one. With `link`, `text` is
    a passage's id, and the address that opens it is copied.
    """
    done = escape(say("copied", language))
    html = f' data-rich="{escape(rich)}"' if rich else ""
    html += " data-link" if link else ""
    return (
        f'<button type="button" class="yj-copy" data-copy="{escape(text)}"{html}'
        f' data-done="{done}">{escape(say(word, language))}</button>'
    )


def _aside(text: str, tail: bool, limit: int) -> str:
    """A neighbour's end (`tail`) or beginning, as quiet context."""
    if not text:
        return ""
    if len(text) > limit:
        text = f"…{text[-limit:]}" if tail else f"{text[:limit]}…"
    return f'<div class="yj-context">{escape(text)}</div>'


def draw_facts(p: Passage, language: str = "zh") -> str:
    """Where the passage stands, and any doubt about who said it, as a list."""
    from rag.reference import source

    rows = [("title", f"《{p.title}》" if p.title else say("untitled", language))]
    if p.section:
        rows.append(("section", p.section))
    rows.append(("paragraph", say("paragraph_number", language, number=p.paragraph)))
    rows.append(("source", source(p, language)))
    if p.date:
        rows.append(("date", p.date))
    if p.note:
        rows.append(("note", p.note))
    if others := dict.fromkeys(r.by for r in p.reported):
        who = say("separator", language).join(others)
        rows.append(("reported", say("reported_by", language, who=who)))
    body = "".join(
        f"<dt>{escape(say(key, language))}</dt><dd>{escape(value)}</dd>" for key, value in rows
    )
    if p.review:
        doubt = say("review", language, confidence=round(p.confidence * 100))
        label = escape(say("attribution", language))
        body += f'<dt>{label}</dt><dd class="yj-review">{escape(doubt)}</dd>'
    return f"<dl>{body}</dl>"
