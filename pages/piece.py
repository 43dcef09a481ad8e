"""The full text of one piece, in reading order, with what the source lost shown as lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from pages.card import gap_mark, highlight
from pages.wording import say

if TYPE_CHECKING:
    from store import Passage


def pieces(passages: Iterable[Passage]) -> list[list[Passage]]:
    """Passages grouped by official and title, each piece in its reading order."""
    made: dict[tuple[str, str], list[Passage]] = {}
    for p in passages:
        made.setdefault((p.official.key, p.title), []).append(p)
    return [sorted(group, key=lambda p: p.paragraph) for group in made.values()]


def sections(piece: Sequence[Passage]) -> list[tuple[str, int, int]]:
    """Heading, paragraph that it begins at, and number of its paragraphs, in reading order."""
    made: list[tuple[str, int, int]] = []
    for p in piece:
        if made and made[-1][0] == p.section:
            made[-1] = (p.section, made[-1][1], made[-1][2] + 1)
        else:
            made.append((p.section, p.paragraph, 1))
    return made


def draw_contents(piece: Sequence[Passage], hue: int, language: str = "zh") -> str:
    """The table of a piece's sections; each leads to its first paragraph. "" for only one."""
    found = sections(piece)
    if len(found) < 2:
        return ""
    rows = "".join(
        f'<li><button type="button" class="yj-goto" data-goto="{_place(piece[0], number)}">'
        f"{escape(name or say('no_heading', language))}</button>"
        f"<small>{escape(say('count_passages', language, n=count))}</small></li>"
        for name, number, count in found
    )
    return (
        f'<nav class="yj-contents" style="--hue:var(--yj-{hue})"'
        f' aria-label="{escape(say("contents", language))}"><ol>{rows}</ol></nav>'
    )


def _place(p: Passage, paragraph: int) -> str:
    """The id of a paragraph on the page."""
    return f"yj-{p.document}-{paragraph}"


def draw_piece(
    piece: Sequence[Passage],
    hue: int,
    language: str = "zh",
    marked: Mapping[str, str] | None = None,
) -> str:
    """The piece as HTML: title, official, then sections and numbered paragraphs.

    `marked` has the words to be marked in a passage, by its id.
    """
    first = piece[0]
    title = f"《{first.title}》" if first.title else say("untitled", language)
    parts = [
        f'<article class="yj-piece" style="--hue:var(--yj-{hue})"><h4>{escape(title)}</h4>'
        f'<p class="yj-meta">{escape(first.official.name)} · {escape(first.official.office)}</p>'
    ]
    section, lost = "", False
    for p in piece:
        if p.section and p.section != section:
            parts.append(f"<h5>{escape(p.section)}</h5>")
        section = p.section
        if p.gap_before and not lost:
            parts.append(gap_mark(language))
        doubt = ""
        if p.review:
            words = say("review", language, confidence=round(p.confidence * 100))
            doubt = f'<span class="yj-flag wrap">{escape(words)}</span>'
        words = highlight(p.text, (marked or {}).get(p.id, ""))
        parts.append(
            f'<div class="yj-paragraph" id="{_place(p, p.paragraph)}"><span>{p.paragraph}</span>'
            f'<div class="yj-passage">{words}{doubt}</div></div>'
        )
        lost = p.gap_after
        if lost:
            parts.append(gap_mark(language))
    parts.append("</article>")
    return "".join(parts)
