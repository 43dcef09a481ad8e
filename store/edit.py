"""What a person can do to the paragraphs of a document, each as a step of corrections.

Every function takes the remarks as they are now (corrections applied) and names paragraphs
by their lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from store.correction import Statement, Step
from store.errors import StoreError
from store.remarks import Official, Paragraph, Remarks

Lines = tuple[int, ...]
LONGEST = 80  # characters of a name, an organization or a post that is typed in


def confirm(remarks: Sequence[Remarks], lines: Lines) -> Step:
    """A person looked: it is right as it is."""
    return Step("confirm", (_as_it_is(*_find(remarks, lines)),))


def assign(
    remarks: Sequence[Remarks],
    paragraphs: Sequence[Lines],
    official: Official | None,
    title: str | None = None,
) -> Step:
    """Give paragraphs to an official, known in the document or not; None gives them to nobody.

    `title` chooses among the pieces of one official; None takes the first. The paragraphs
    keep their order and stand where their place in the file puts them.
    """
    if title is None:
        own = (r.title for r in remarks if _key(r.official) == _key(official))
        title = next(own, "")
    found = [_find(remarks, lines)[1] for lines in paragraphs]
    return Step("assign", tuple(Statement(p.lines, official, title) for p in found))


def split_up(remarks: Sequence[Remarks], lines: Lines) -> Step:
    """Make each source line of a paragraph a paragraph of its own."""
    piece, p = _find(remarks, lines)
    if len(p.lines) < 2:
        raise StoreError(
            "这一段只有一行，不能再拆。", "This paragraph has one line only and cannot be split."
        )
    own = _as_it_is(piece, p)
    return Step("split", tuple(replace(own, lines=(n,)) for n in p.lines))


def join(remarks: Sequence[Remarks], lines: Lines) -> Step:
    """Make one paragraph of this one and the next one of its piece."""
    piece, p = _find(remarks, lines)
    if p.number >= len(piece.paragraphs):
        raise StoreError(
            "这是本篇的最后一段，后面没有可以合并的段落。",
            "This is the last paragraph of its piece; there is none to join it with.",
        )
    after = piece.paragraphs[p.number]
    return Step("join", (replace(_as_it_is(piece, p), lines=(*p.lines, *after.lines)),))


def move(remarks: Sequence[Remarks], lines: Lines, number: int) -> Step:
    """Make a paragraph the one of that number (1-based) in its piece."""
    piece, p = _find(remarks, lines)
    others = [q for q in piece.paragraphs if q is not p]
    at = max(0, min(number - 1, len(others)))
    if at == p.number - 1:
        raise StoreError("这一段已经在这个位置。", "The paragraph is at this place already.")
    after = others[at - 1].lines[-1] if at else 0
    return Step("move", (replace(_as_it_is(piece, p), after=after),))


def head(remarks: Sequence[Remarks], lines: Lines, headings: Lines) -> Step:
    """Put a paragraph under the headings that stand on these source lines; () for none."""
    return Step("section", (replace(_as_it_is(*_find(remarks, lines)), section=headings),))


def lose(
    remarks: Sequence[Remarks],
    lines: Lines,
    *,
    before: bool | None = None,
    after: bool | None = None,
) -> Step:
    """Say whether text is lost before or after a paragraph; None leaves that edge."""
    own = _as_it_is(*_find(remarks, lines))
    return Step("gap", (replace(own, gap_before=before, gap_after=after),))


def typed_official(name: str, organization: str = "", position: str = "") -> Official:
    """An official as typed by a person.

    Raises:
        StoreError: there is no name, or something is too long.
    """
    parts = [" ".join(part.split()) for part in (name, organization, position)]
    if not parts[0]:
        raise StoreError("请填写姓名。", "Enter a name.")
    if any(len(part) > LONGEST for part in parts) or "|" in parts[0] + parts[1]:
        raise StoreError(
            f"姓名、机构、职务各不超过 {LONGEST} 字，且不能含“|”。",
            f"Name, organization and post have at most {LONGEST} characters each and no “|”.",
        )
    return Official(*parts)


def _key(official: Official | None) -> str | None:
    return official.key if official else None


def _as_it_is(piece: Remarks, p: Paragraph) -> Statement:
    return Statement(p.lines, piece.official, piece.title)


def _find(remarks: Sequence[Remarks], lines: Lines) -> tuple[Remarks, Paragraph]:
    for piece in remarks:
        for p in piece.paragraphs:
            if p.lines == tuple(lines):
                return piece, p
    raise StoreError(
        "这一段已被改动。请刷新页面后再试。",
        "This paragraph has changed meanwhile. Reload the page and try again.",
    )
