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
            f'<div class="yj-paragraph"><span>{p.paragraph}</span>'
            f'<div class="yj-passage">{words}{doubt}</div></div>'
        )
        lost = p.gap_after
        if lost:
            parts.append(gap_mark(language))
    parts.append("</article>")
    return "".join(parts)
