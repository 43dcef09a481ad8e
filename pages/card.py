"""The card behind a citation number: who, where, and the words in their passage."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from pages.wording import say

if TYPE_CHECKING:
    from rag import Citation
    from store import Passage


@dataclass(frozen=True, slots=True)
class Context:
    """The passages that stand before and after a cited one in its piece; "" at an edge."""

    before: str = ""
    after: str = ""


def runs(lines: tuple[int, ...]) -> str:
    """Line numbers as ranges: (3, 4, 5, 9) is ``3–5、9``."""
    made: list[list[int]] = []
    for n in lines:
        if made and n == made[-1][1] + 1:
            made[-1][1] = n
        else:
            made.append([n, n])
    return "、".join(str(a) if a == b else f"{a}–{b}" for a, b in made)


def source(passage: Passage, language: str = "zh") -> str:
    """File, page and lines of a passage in one line."""
    parts = [passage.file]
    if passage.page is not None:
        parts.append(say("page_number", language, page=passage.page))
    if passage.lines:
        lines = runs(passage.lines)
        lines = lines.replace("、", ", ") if language == "en" else lines
        parts.append(say("lines_number", language, lines=lines))
    return ("，" if language == "zh" else ", ").join(parts)


def reference(citation: Citation, language: str = "zh") -> str:
    """The citation as one puts it into a text of one's own."""
    p = citation.passage
    piece = f"《{p.title}》" if p.title else ""
    number = say("paragraph_number", language, number=p.paragraph)
    parts = [f"{p.official.office}{p.official.name}", piece, p.section, number, source(p, language)]
    if p.note:
        parts.append(p.note)
    return f"“{citation.quote}”——" + "，".join(part for part in parts if part)


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


def draw_card(
    citation: Citation, ident: str, hue: int, context: Context, language: str = "zh"
) -> str:
    """The card as a native popover: opens by its number, closes with Escape."""
    p = citation.passage
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
        f"{copy_button(reference(citation, language), 'copy', language)}</div>"
    )


def draw_passage(p: Passage, quote: str, context: Context, language: str = "zh") -> str:
    """The whole passage with the quoted words marked, what is lost and what stands around it."""
    return "".join(
        (
            _aside(context.before, tail=True),
            gap_mark(language) if p.gap_before else "",
            f'<div class="yj-passage">{highlight(p.text, quote)}</div>',
            gap_mark(language) if p.gap_after else "",
            _aside(context.after, tail=False),
        )
    )


def copy_button(text: str, word: str, language: str = "zh") -> str:
    """A button that puts `text` on the clipboard; `word` is the key of its label."""
    done = escape(say("copied", language))
    return (
        f'<button type="button" class="yj-copy" data-copy="{escape(text)}" data-done="{done}">'
        f"{escape(say(word, language))}</button>"
    )


def _aside(text: str, tail: bool, limit: int = 60) -> str:
    """A neighbour's end (`tail`) or beginning, as quiet context."""
    if not text:
        return ""
    if len(text) > limit:
        text = f"…{text[-limit:]}" if tail else f"{text[:limit]}…"
    return f'<div class="yj-context">{escape(text)}</div>'


def draw_facts(p: Passage, language: str = "zh") -> str:
    """Where the passage stands, and any doubt about who said it, as a list."""
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
        rows.append(("reported", say("reported_by", language, who="、".join(others))))
    body = "".join(
        f"<dt>{escape(say(key, language))}</dt><dd>{escape(value)}</dd>" for key, value in rows
    )
    if p.review:
        doubt = say("review", language, confidence=round(p.confidence * 100))
        label = escape(say("attribution", language))
        body += f'<dt>{label}</dt><dd class="yj-review">{escape(doubt)}</dd>'
    return f"<dl>{body}</dl>"
