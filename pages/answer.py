"""A whole answer as HTML: its blocks, markers, verdicts and the cards behind the markers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from pages.card import card_id, copy_button, draw_card
from pages.wording import say

if TYPE_CHECKING:
    from rag import Answer, Citation
    from rag.prose import Block, Prose, Span
    from rag.transcript import Context
    from store import Official, Passage

Hue = Callable[[str], int]
_TAGS = {"li": "ul", "oli": "ol"}


def draw_stream(text: str, growing: bool = True) -> str:
    """What has been written so far; its numbers cannot be opened."""
    from rag.prose import Prose

    body = _body(Prose(text), str, str, lambda block: None, lambda key: 0)
    return f'<div class="yj-answer" aria-busy="{str(growing).lower()}">{body}</div>'


def draw_answer(
    answer: Answer,
    place: str,
    hue: Hue,
    contexts: Mapping[int, Context] | None = None,
    language: str = "zh",
) -> str:
    """The finished answer.

    Args:
        answer: what is drawn.
        place: makes the ids of this answer's cards unique on the page.
        hue: colour number of an official's key.
        contexts: what stands before and after each cited passage, by citation number.
        language: ``"zh"`` or ``"en"``.
    """
    from rag.prose import prose_of
    from rag.transcript import Context

    known = {c.number: c for c in answer.citations}
    prose, lost = prose_of(answer)

    def marker(number: int) -> str:
        return _marker(known[number], place, hue, language)

    def flag(verdict: str) -> str:
        return f'<span class="yj-flag">{escape(say(verdict, language))}</span>'

    def owner(block: Block) -> Official | None:
        owners = {o.key: o for o in (known[n].passage.official for n in prose.cited(block))}
        return next(iter(owners.values())) if len(owners) == 1 else None

    parts = [f'<div class="yj-answer">{_body(prose, marker, flag, owner, hue)}']
    if lost:
        rows = "".join(
            f'<li><span class="yj-doubt">{escape(c.sentence)}</span>{flag(c.verdict)}</li>'
            for c in lost
        )
        head = escape(say("unplaced", language))
        parts.append(f'<div class="yj-block plain"><p>{head}</p><ul>{rows}</ul></div>')
    if answer.notice:
        parts.append(f'<p class="yj-notice" role="note">{escape(answer.notice)}</p>')
    if answer.citations:
        parts.append(_sources(answer.citations, place, hue, language))
    if answer.related:
        parts.append(_related(answer.related, hue, language))
    parts.append(f"{_foot(answer, language)}</div>")
    for citation in answer.citations:
        context = (contexts or {}).get(citation.number, Context())
        colour_number = hue(citation.passage.official.key)
        parts.append(draw_card(citation, place, colour_number, context, language))
    return "".join(parts)


def _related(passages: Sequence[Passage], hue: Hue, language: str) -> str:
    """What others say nearly as well: beside the answer, apart from it, closed at first."""
    from rag.reference import place as place_of

    rows = "".join(
        f'<li style="--hue:var(--yj-{hue(p.official.key)})"><b>{escape(p.official.name)}</b>'
        f"<small>{escape(p.official.office)}</small>"
        f'<p class="yj-passage">{escape(p.text)}</p>'
        f'<p class="yj-meta">{escape(place_of(p, language))}</p></li>'
        for p in passages
    )
    head = escape(say("related", language, count=len({p.official.key for p in passages})))
    return f'<details class="yj-related"><summary>{head}</summary><ul>{rows}</ul></details>'


def engine_name(engine: str, language: str = "zh") -> str:
    """The engine as a person reads it."""
    return say("extractive", language) if engine == "extractive" else engine


def _foot(answer: Answer, language: str) -> str:
    """Who wrote the answer and how fast, and a copy of it to take away."""
    seconds = f"{answer.seconds:.1f}"
    from rag.export import as_text

    line = say("engine_by", language, engine=engine_name(answer.engine, language), seconds=seconds)
    copy = ""
    if answer.citations:
        copy = copy_button(as_text(answer, language), "copy_answer", language)
    return f'<p class="yj-foot"><span class="yj-meta">{escape(line)}</span>{copy}</p>'


def _body(
    prose: Prose,
    marker: Callable[[int], str],
    flag: Callable[[str], str],
    owner: Callable[[Block], Official | None],
    hue: Hue,
) -> str:
    """The blocks of the text; neighbours of one official, or in one list, share a frame."""
    from rag.prose import blocks

    def frame(block: Block) -> tuple[str, Official | None]:
        return ("h" if block.kind == "h" else _TAGS.get(block.kind, ""), owner(block))

    out = []
    for (tag, official), group in groupby(blocks(prose), key=frame):
        drawn = []
        for block in group:
            words = "<br>".join(_inline(prose, span, marker, flag) for span in block.spans)
            if official:
                words = _named(words, official.name)
            drawn.append(f"<li>{words}</li>" if tag in _TAGS.values() else f"<p>{words}</p>")
        inner = "".join(drawn)
        if tag == "h":
            out.append(inner.replace("<p>", "<h4>").replace("</p>", "</h4>"))
            continue
        inner = f"<{tag}>{inner}</{tag}>" if tag else inner
        style = f' style="--hue:var(--yj-{hue(official.key)})"' if official else ""
        out.append(f'<div class="yj-block{"" if official else " plain"}"{style}>{inner}</div>')
    return "".join(out)


def _inline(
    prose: Prose, span: Span, marker: Callable[[int], str], flag: Callable[[str], str]
) -> str:
    """HTML of one span; `marker(number)` and `flag(verdict)` draw what stands between words."""
    from rag.prose import runs

    out: list[str] = []
    for run in runs(prose, span):
        html = marker(run.number) if run.number else escape(run.text)
        html = f"<strong>{html}</strong>" if run.bold else html
        out.append(f'<span class="yj-doubt">{html}</span>' if run.doubt and html else html)
        out += [flag(verdict) for verdict in run.failing]
    return "".join(out)


def _named(words: str, name: str) -> str:
    """The words, with the official's name at their beginning, or after a heading, set off."""
    match = re.match(rf"((?:<strong>[^<]*</strong> )?){re.escape(escape(name))}", words)
    if not name or not match:
        return words
    return f'{match[1]}<strong class="yj-name">{escape(name)}</strong>{words[match.end() :]}'


def _marker(citation: Citation, place: str, hue: Hue, language: str) -> str:
    official = citation.passage.official
    label = say("cite_label", language, number=citation.number, name=official.name)
    unsure = _unsure(citation, language)
    return (
        f'<button type="button" class="yj-cite" popovertarget="{card_id(place, citation)}"'
        f' data-open="{place}-{citation.number}"'
        f' style="--hue:var(--yj-{hue(official.key)})" aria-haspopup="dialog"'
        f' aria-label="{escape(label)}">[{citation.number}]</button>{unsure}'
    )


def _unsure(citation: Citation, language: str) -> str:
    """A flag where it is not sure whose words are cited: nobody should have to open the card."""
    if not citation.passage.review:
        return ""
    return f'<span class="yj-flag">{escape(say("unsure", language))}</span>'


def _sources(citations: Sequence[Citation], place: str, hue: Hue, language: str) -> str:
    """The list under the answer: one row a citation, each opens its card."""
    rows = []
    for c in citations:
        p = c.passage
        where = [p.official.name, p.official.office, f"《{p.title}》" if p.title else ""]
        where.append(say("paragraph_number", language, number=p.paragraph))
        words = escape(" · ".join(w for w in where if w))
        rows.append(
            f'<button type="button" class="yj-row" popovertarget="{card_id(place, c)}"'
            f' style="--hue:var(--yj-{hue(p.official.key)})" aria-haspopup="dialog">'
            f"<i>[{c.number}]</i> {words}{_unsure(c, language)}</button>"
        )
    is_open = " open" if len(citations) <= 4 else ""
    head = escape(say("sources", language, count=len(citations)))
    return (
        f'<details class="yj-sources"{is_open}><summary>{head}</summary>'
        f"<div>{''.join(rows)}</div></details>"
    )
