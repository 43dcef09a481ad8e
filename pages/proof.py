"""A proof as HTML: the document as it lay on the page beside the same text by official."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from pages.card import gap_mark
from pages.wording import say

if TYPE_CHECKING:
    from store import Line, Official, Paragraph, Remarks
    from store.reported import Reported


@dataclass(frozen=True, slots=True)
class Badge:
    """How an official is told from the others: a letter, and a colour number."""

    letter: str
    hue: int | None = None

    @property
    def style(self) -> str:
        """The colour as a style attribute."""
        return f' style="--hue:var(--yj-{self.hue})"' if self.hue is not None else ""


Badges = Mapping[str | None, Badge]


def key_of(official: Official | None) -> str | None:
    """The official's key; None for nobody."""
    return official.key if official else None


def letter(number: int) -> str:
    """The sign of the official of that number: A … Z, then AA, AB …"""
    text = chr(65 + number % 26)
    return text if number < 26 else letter(number // 26 - 1) + text


def tokens(lines: Sequence[int]) -> str:
    """Line numbers as the page's script compares them."""
    return " ".join(map(str, lines))


def displaced(lines: Sequence[Line], remarks: Sequence[Remarks]) -> set[int]:
    """Source lines that a reader from top to bottom would take for somebody else's or misplace.

    They are those whose official is not the one of the byline above them, and those
    that break the order of the file in their piece (all but a longest rising run).
    """
    above: dict[int, str] = {}
    byline: list[str] = []
    was = ""
    for line in lines:
        if line.hint == "byline":
            byline = [line.text] if was != "byline" else [*byline, line.text]
        above[line.number] = "".join(byline).replace(" ", "")
        was = line.hint
    found: set[int] = set()
    for piece in remarks:
        numbers = [n for p in piece.paragraphs for n in p.lines]
        found |= set(numbers) - set(_rising(numbers))
        if piece.official is not None:
            name = piece.official.name.replace(" ", "")
            found |= {n for n in numbers if above.get(n) and name not in above[n]}
    return found


def _rising(numbers: Sequence[int]) -> list[int]:
    """A longest rising subsequence (patience sorting)."""
    tops: list[int] = []
    back: dict[int, int | None] = {}
    for n in numbers:
        at = bisect_left(tops, n)
        back[n] = tops[at - 1] if at else None
        tops[at : at + 1] = [n]
    run: list[int] = []
    last = tops[-1] if tops else None
    while last is not None:
        run.append(last)
        last = back[last]
    return run


def name_of(piece: Remarks, language: str = "zh") -> str:
    """Whose a piece is; of nobody's, whether interviewers alone speak in it."""
    if piece.official:
        return piece.official.name
    asked = all(p.asked for p in piece.paragraphs)
    return say("proof_asker" if asked else "proof_nobody", language)


def draw_legend(remarks: Sequence[Remarks], badges: Badges, language: str = "zh") -> str:
    """One chip an official, with the count of his paragraphs."""
    counts: dict[str | None, int] = {}
    names: dict[str | None, str] = {}
    for piece in remarks:
        key = key_of(piece.official)
        counts[key] = counts.get(key, 0) + len(piece.paragraphs)
        names[key] = name_of(piece, language)
    chips = "".join(
        f"<li{badges[key].style}>{_sign(badges[key])} <b>{escape(names[key])}</b> "
        f"<small>{escape(say('count_passages', language, n=n))}</small></li>"
        for key, n in counts.items()
    )
    return f'<ul class="yj-legend">{chips}</ul>'


def draw_proof(
    lines: Sequence[Line],
    remarks: Sequence[Remarks],
    badges: Badges,
    moved: set[int],
    language: str = "zh",
) -> str:
    """Both columns.

    Args:
        lines: of the document, in file order, each with its kind.
        remarks: all of the document, also what is nobody's; only pieces and paragraphs
            with one of `lines` are drawn.
        badges: by official's key.
        moved: the `displaced` lines.
        language: ``"zh"`` or ``"en"``.
    """
    left = escape(say("proof_source", language))
    right = escape(say("proof_order", language))
    texts = {line.number: line.text for line in lines}
    pieces = "".join(_piece(r, badges, texts, moved, language) for r in remarks)
    return (
        f'<div class="yj-proof"><section><h3 id="yj-left">{left}</h3>'
        f'<div class="yj-column" tabindex="0" role="region" aria-labelledby="yj-left">'
        f"{_source(lines, remarks, badges, moved, language)}</div></section>"
        f'<section><h3 id="yj-right">{right}</h3>'
        f'<div class="yj-column" tabindex="0" role="region" aria-labelledby="yj-right">'
        f"{pieces}</div></section></div>"
    )


def draw_doubt(piece: Remarks, p: Paragraph, badge: Badge, language: str = "zh") -> str:
    """One paragraph above its buttons: whose, where, how sure and why."""
    who = say("proof_asker", language) if p.asked else name_of(piece, language)
    place = say("proof_lines", language, lines="+".join(map(str, p.lines)))
    number = say("paragraph_number", language, number=p.number)
    if p.asked:
        sure, kind = say("proof_asked", language), ""
    elif not p.review:
        sure, kind = say("proof_sure", language), ""
    elif piece.official is None:
        sure, kind = say("proof_unknown", language), " bad"
    else:
        sure, kind = say("proof_doubt", language, n=round(p.confidence * 100)), " bad"
    why = say("separator", language).join(g.told(language) for g in p.evidence)
    facts = [number, p.section or "", why and say("proof_why", language, why=why)]
    facts_line = escape(" · ".join(f for f in facts if f))
    before = gap_mark(language) if p.gap_before else ""
    after = gap_mark(language) if p.gap_after else ""
    return (
        f'<div class="yj-doubtful"{badge.style}><header>{_sign(badge)} <b>{escape(who)}</b>'
        f'<span class="yj-sure{kind}">{escape(sure)}</span>'
        f'<button type="button" class="yj-go" data-lines="{tokens(p.lines)}">{escape(place)}'
        f'</button></header>{before}<div class="yj-passage">{escape(p.text)}</div>{after}'
        f'<p class="yj-meta">{facts_line}</p></div>'
    )


def _sign(badge: Badge, number: int | None = None) -> str:
    return f'<i class="yj-sign">{escape(badge.letter)}{number or ""}</i>'


def _source(
    lines: Sequence[Line],
    remarks: Sequence[Remarks],
    badges: Badges,
    moved: set[int],
    language: str,
) -> str:
    """The lines in file order, each with where it went."""
    owner = {n: (key_of(r.official), p) for r in remarks for p in r.paragraphs for n in p.lines}
    heads: dict[str, set[str | None]] = {}
    for key, p in owner.values():
        for head in (p.section or "").split(" › "):
            heads.setdefault(head, set()).add(key)
    rows, page = [], None
    for line in lines:
        if line.page is not None and line.page != page:
            words = escape(say("page_number", language, page=line.page))
            rows.append(f'<p class="yj-leaf">{words}</p>')
        page = line.page
        number = f'<button type="button" class="yj-no">{line.number}</button>'
        text = escape(line.text)
        data = f'data-lines="{line.number}"'
        if line.number in owner:
            key, p = owner[line.number]
            classes = "yj-src" + (" moved" if line.number in moved else "")
            classes += " review" if p.doubtful else ""
            went = _sign(badges[key], p.number)
            rows.append(
                f'<div class="{classes}" {data}{badges[key].style}>'
                f"{number}<p>{text}</p>{went}</div>"
            )
        else:
            kind = escape(say(f"kind_{line.hint or 'none'}", language))
            under = heads.get(line.text, set()) if line.hint == "heading" else set()
            badge = badges[next(iter(under))] if len(under) == 1 else Badge("")
            went = f" {_sign(badge)}" if badge.letter else ""
            rows.append(
                f'<div class="yj-src {line.hint or "none"}" {data}{badge.style}>{number}'
                f"<p>{text}</p><small>{kind}{went}</small></div>"
            )
    return "".join(rows)


def _piece(
    piece: Remarks, badges: Badges, texts: Mapping[int, str], moved: set[int], language: str
) -> str:
    """One piece in reading order."""
    shown = [p for p in piece.paragraphs if any(n in texts for n in p.lines)]
    if not shown:
        return ""
    badge = badges[key_of(piece.official)]
    who = piece.official
    title = f"《{piece.title}》" if piece.title else say("untitled", language)
    name = name_of(piece, language)
    about = f"{who.office} {title}" if who else say("proof_nobody_why", language)
    parts = [
        f'<article class="yj-own"{badge.style}><header>{_sign(badge)}<div><b>{escape(name)}</b>'
        f"<small>{escape(about)}</small></div></header>"
    ]
    section, lost = None, False
    for p in shown:
        if p.section and p.section != section:
            parts.append(f"<h5>{escape(p.section)}</h5>")
        section = p.section
        if p.gap_before and not lost:
            parts.append(gap_mark(language))
        parts.append(_paragraph(piece, p, badge, texts, moved, language))
        lost = p.gap_after
        if lost:
            parts.append(gap_mark(language))
    return "".join((*parts, "</article>"))


def _marked(text: str, reported: Sequence[Reported]) -> str:
    """The text with the words of others underlined, each told by its owner on hovering."""
    made, at = [], 0
    for r in reported:
        words = (
            f'<span class="yj-other" title="{escape(r.by)}">{escape(text[r.start : r.end])}</span>'
        )
        made += [escape(text[at : r.start]), words]
        at = r.end
    return "".join((*made, escape(text[at:])))


def _paragraph(
    piece: Remarks,
    p: Paragraph,
    badge: Badge,
    texts: Mapping[int, str],
    moved: set[int],
    language: str,
) -> str:
    """A paragraph, its source lines told apart where it was joined of several."""
    whole = "".join(texts.get(n, "") for n in p.lines)
    if len(p.lines) > 1 and whole == p.text:
        words = "".join(
            f'<span class="yj-half" data-lines="{n}">{escape(texts[n])}</span>' for n in p.lines
        )
    else:
        words = _marked(p.text, piece.reported(p))
    classes = "yj-par" + (" moved" if moved & set(p.lines) else "")
    classes += " review" if p.doubtful else ""
    label = escape(say("proof_edit", language))
    aria = escape(say("proof_edit_label", language, number=f"{badge.letter}{p.number}"))
    flag = escape(say("proof_flag", language))
    doubt = f'<span class="yj-flag">{flag}</span>' if p.doubtful else ""
    if p.asked:
        doubt = f'<span class="yj-repeats">{escape(say("proof_asked", language))}</span>'
    if others := dict.fromkeys(r.by for r in piece.reported(p)):
        words_of = say("proof_reported", language, who=say("separator", language).join(others))
        doubt += f'<span class="yj-repeats">{escape(words_of)}</span>'
    return (
        f'<div class="{classes}" data-lines="{tokens(p.lines)}">{_sign(badge, p.number)}'
        f'<div><p>{words}</p><footer><button type="button" class="yj-no">'
        f"{escape(say('proof_lines', language, lines='+'.join(map(str, p.lines))))}</button>"
        f'{doubt}<button type="button" class="yj-pick" data-pick="{tokens(p.lines)}"'
        f' aria-label="{aria}">{label}</button></footer></div></div>'
    )
