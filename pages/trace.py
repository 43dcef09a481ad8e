"""Whose words these are, as HTML: the verdict, every owner, and what was changed, in place."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

from pages.card import copy_button, draw_facts, draw_passage
from pages.wording import say

if TYPE_CHECKING:
    from rag import QuoteTrace
    from rag.redline import Run
    from rag.trace import QuoteMatch
    from rag.transcript import Context
    from store import Passage

OPEN = 6  # places shown at once; the rest is a click away
_SIGNS = {"verbatim": "✓", "near": "≈", "stitched": "＋", "partly": "≠", "absent": "✕"}


def draw_trace(
    trace: QuoteTrace,
    hue: Callable[[str], int],
    context: Callable[[Passage], Context],
    searched: int,
    language: str = "zh",
) -> str:
    """The whole result.

    Args:
        trace: what is drawn.
        hue: colour number of an official's key.
        context: what stands before and after a passage.
        searched: how many paragraphs the library has.
        language: ``"zh"`` or ``"en"``.
    """
    kind = "stitched" if trace.stitched else "partly" if trace.partly else trace.verdict
    verdict = say(f"verdict_{kind}", language)
    head = (
        f'<p class="yj-verdict {kind}"><span aria-hidden="true">{_SIGNS[kind]}</span>'
        f"{escape(verdict)}</p>"
    )
    parts = [head, f'<p class="yj-told">{escape(trace.quote.strip())}</p>']
    if trace.note:
        parts.append(f"<p>{escape(say('quote_short', language))}</p>")
    elif not trace.matches:
        parts.append(f"<p>{escape(say('absent_line', language, count=searched))}</p>")
    else:
        parts.append(f"<p>{escape(_owners(trace, kind, language))}</p>")
        if trace.total > len(trace.matches):
            line = say("not_all", language, total=trace.total, count=len(trace.matches))
            parts.append(f'<p class="yj-meta">{escape(line)}</p>')
    drawn = [
        _match(trace, m, hue(m.passage.official.key), context(m.passage), language)
        for m in trace.matches
    ]
    parts += drawn[:OPEN]
    if drawn[OPEN:]:
        more = escape(say("more_matches", language, count=len(drawn) - OPEN))
        rest = "".join(drawn[OPEN:])
        parts.append(f'<details class="yj-more"><summary>{more}</summary>{rest}</details>')
    return f'<section class="yj-trace" role="status">{"".join(parts)}</section>'


def _owners(trace: QuoteTrace, kind: str, language: str) -> str:
    """Everybody in whose remarks the words stand, each once; namesakes are two."""
    people = {m.passage.official.key: m.passage.official.name for m in trace.matches}
    names = say("separator", language).join(people.values())
    return say(f"owners_{kind}", language, count=len(people), names=names)


def _match(trace: QuoteTrace, match: QuoteMatch, hue: int, context: Context, language: str) -> str:
    """One place where the words stand."""
    from rag import Citation
    from rag.reference import plain

    p = match.passage
    told = ""
    if match.third_person:
        words = say("third_person", language, who=match.third_person)
        told = f'<p><span class="yj-flag wrap">{escape(words)}</span></p>'
    if match.part:
        part = escape(say("part", language))
        told += f'<p class="yj-meta">{part}<q>{escape(match.part)}</q></p>'
    alike = ""
    if match.similarity < 1:
        share = say("similarity", language, share=min(round(match.similarity * 100), 99))
        alike = f'<small class="yj-state">{escape(share)}</small>'
    copy = copy_button(plain(Citation(1, p, p.spoken(match.text)), language), "copy", language)
    return (
        f'<article class="yj-match" style="--hue:var(--yj-{hue})">'
        f"<header><b>{escape(p.official.name)}</b> {alike}"
        f"<small>{escape(p.official.office)}</small></header>"
        f"{told}{_changes(trace.quote, match, language)}"
        f"{draw_facts(p, language)}{draw_passage(p, match.text, context, language)}{copy}</article>"
    )


def _changes(quote: str, match: QuoteMatch, language: str) -> str:
    """The quote with what is not the source's struck out and the source's words put in."""
    from rag.redline import redline

    if not match.differences:
        return ""
    runs = redline(quote, match)
    if not runs:
        label = escape(say("reordered", language))
        return f'<p class="yj-meta">{label}</p><p class="yj-redline">{escape(match.text)}</p>'
    changes = [
        say(f"change_{r.op}", language, quote=r.quote, source=r.source)
        for r in runs
        if r.op != "equal"
    ]
    rows = "".join(f"<li>{escape(change)}</li>" for change in changes)
    return (
        f'<p class="yj-meta">{escape(say("compared", language))}</p>'
        f'<p class="yj-redline">{"".join(map(_run, runs))}</p><ul class="yj-changes">{rows}</ul>'
    )


def _run(run: Run) -> str:
    if run.op == "equal":
        return escape(run.quote)
    gone = f"<del>{escape(run.quote)}</del>" if run.quote else ""
    missing = f"<ins>{escape(run.source)}</ins>" if run.source else ""
    return gone + missing
