"""The lines of a document told apart: title, byline, heading, body; and how a body line is cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from store.byline import Byline, find_bylines, is_author_note
from store.continuity import Continuity, plain
from store.cut import open_end, open_start
from store.document import Document, Line
from store.heading import find_titles, heading_number, is_heading

Kind = Literal["title", "byline", "heading", "body"]

# A page's number, or its running head: the periodical's name with year and issue.
_NOISE = re.compile(
    r"^[\s\d\-—–_.·•/|第页共版期Pp]+$"
    r"|^[^。！？；：“”]{0,16}\d{4}\s*年?\s*[第.·/ ]?\s*\d{1,3}\s*(?:期|月号)[^。！？；：]{0,12}$"
)


@dataclass(frozen=True, slots=True)
class Block:
    """One line of content with what can be told from it alone.

    Attributes:
        place: position in the document's lines.
        line: the line itself.
        kind: what it is.
        plain: its text as the continuity model sees it.
        level: of a numbered heading: 1 for ``一、``, 2 for ``(一)``, 3 for ``1.``; else 0.
        number: of a numbered heading; else 0.
        open_start: 1.0 where the text certainly begins inside a sentence, else 0.0.
        open_end: 1.0 where it certainly stops inside a sentence, 0.5 where it may, else 0.0.
    """

    place: int
    line: Line
    kind: Kind
    plain: str
    level: int = 0
    number: int = 0
    open_start: float = 0.0
    open_end: float = 0.0


@dataclass(frozen=True, slots=True)
class Blocks:
    """A document's lines by kind: `content` (headings and body) and the anchors, in file order."""

    content: tuple[Block, ...]
    titles: tuple[Block, ...]
    bylines: tuple[Byline, ...]
    noise: tuple[Line, ...] = field(default_factory=tuple)


def find_blocks(document: Document, model: Continuity, titles: set[int] | None = None) -> Blocks:
    """Tell the lines of `document` apart; `titles` are the positions of titles if known."""
    lines = document.lines
    bylines = list(find_bylines(lines))
    if document.declared.get("speaker"):
        bylines = []
    signed = {i for b in bylines for i in range(b.first, b.last + 1)}
    noise = [
        i
        for i, line in enumerate(lines)
        if i not in signed and (_NOISE.match(line.text) or is_author_note(line.text))
    ]
    if titles is None:
        titles = find_titles(document, bylines, signed | set(noise), model)
    content: list[Block] = []
    for i, _line in enumerate(lines):
        if i in signed or i in titles or i in noise:
            continue
        content.append(_content(lines, i, signed | titles, model))
    marked = [Block(i, lines[i], "title", plain(lines[i].text)) for i in sorted(titles)]
    return Blocks(tuple(content), tuple(marked), tuple(bylines), tuple(lines[i] for i in noise))


def _content(lines: Sequence[Line], i: int, anchors: set[int], model: Continuity) -> Block:
    line = lines[i]
    level, number = heading_number(line.text)
    if is_heading(lines, i, level, anchors, model):
        return Block(i, line, "heading", plain(line.text), level, number)
    return Block(
        i,
        line,
        "body",
        plain(line.text),
        open_start=open_start(line.text),
        open_end=open_end(line.text),
    )
