"""An answer in Markdown as blocks and sentences, each with its place in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag.marker import Mark, find_marks

Kind = Literal["heading", "paragraph", "item", "quote", "cell", "code", "rule"]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item, block quote or table cell of a Markdown text.

    Attributes:
        kind: what it is.
        start, end: its content's place, without list sign, ``#`` or ``>``; end exclusive.
        depth: indentation of an item in columns, level of a heading (1–6), else 0.
        row, column: 0-based place of a cell in its table (row 0 is the header), else -1.
        table: number of the table that a cell belongs to, else -1.
    """

    kind: Kind
    start: int
    end: int
    depth: int = 0
    row: int = -1
    column: int = -1
    table: int = -1


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with its markers. ``text == whole[start:end]``; `block` indexes `blocks`."""

    text: str
    start: int
    end: int
    block: int


_HEADING = re.compile(r"[ \t]{0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_ITEM = re.compile(
    r"([ \t\u3000]*)(?:[-*+•·●▪◦‣–][ \t\u3000]+|[•●▪◦‣](?=\S)"
    r"|\d{1,2}[.)）、．](?:[ \t\u3000]+|(?=[^\d\s]))"
    r"|[（(]\d{1,2}[）)][ \t\u3000]*|[①-⑳][ \t\u3000]*"
    r"|[一二三四五六七八九十]{1,3}[、．][ \t\u3000]*"
    r"|[（(][一二三四五六七八九十]{1,3}[）)][ \t\u3000]*)"
)
_QUOTE = re.compile(r"[ \t]*(?:>[ \t]?)+")
_RULE = re.compile(r"[ \t]*([-*_=—])(?:[ \t]*\1){2,}[ \t]*$")
_DELIMITER = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_FENCE = re.compile(r"[ \t]*(```|~~~)")
_BOLD_LINE = re.compile(r"[ \t]*(\*\*|__)(?!\s)[^*_\n]{1,60}?\1[ \t]*[:：]?[ \t]*$")
_ENDS = "。！？!?…"
_CLOSERS = "”’」』》）)】］]"
_GOES_ON = re.compile(r"[ \t]*(?:[，,、；;：:]|(?<=[”’」』\"])[的是])")
_EMPHASIS = re.compile(r"\*\*|__|[*_]")
_PAIRS = {"“": "”", "「": "」", "『": "』", "《": "》"}
_ABBREVIATION = re.compile(r"(?:\b[A-Za-z]|\b(?:Mr|Mrs|Ms|Dr|No|vol|etc|e\.g|i\.e))$", re.I)


def blocks(text: str) -> list[Block]:
    """The blocks of `text` in order; empty lines belong to none."""
    return _Reader(text).read()


def sentences(text: str) -> list[Sentence]:
    """The sentences of `text` in order, markers after the full stop included.

    A quotation is never cut inside; a line break inside a paragraph ends a sentence only where
    the line ends like one. Code and rules hold no sentences, a heading and a cell hold one.
    """
    marks = find_marks(text)
    found = []
    for index, block in enumerate(blocks(text)):
        if block.kind in ("code", "rule"):
            continue
        whole = block.kind in ("heading", "cell")
        spans = [(block.start, block.end)] if whole else spans_of(text, block, marks)
        for start, end in spans:
            start, end = _trimmed(text, start, end)
            if start < end:
                found.append(Sentence(text[start:end], start, end, index))
    return found


def cut(text: str) -> list[tuple[int, int]]:
    """The sentences of plain text (no Markdown), as (start, end) without white space around."""
    spans = spans_of(text, Block("paragraph", 0, len(text)), find_marks(text))
    return [(a, b) for a, b in (_trimmed(text, *span) for span in spans) if a < b]


def spans_of(text: str, block: Block, marks: list[Mark]) -> list[tuple[int, int]]:
    """(start, end) of the sentences in one block of `text`, blanks between them included."""
    skip = {mark.start: mark.end for mark in marks if block.start <= mark.start < block.end}
    quoted = _quoted(text, block.start, block.end)
    spans = []
    start = at = block.start
    while at < block.end:
        if at in skip:
            at = skip[at]
        elif _ends_here(text, at, block, quoted, skip):
            at = _absorb(text, at + 1, block, quoted, skip, start)
            if quoted.get(at - 1, False) or _GOES_ON.match(text, at, block.end):
                continue
            spans.append((start, at))
            start = at
        else:
            at += 1
    if start < block.end:
        spans.append((start, block.end))
    return spans


def _ends_here(
    text: str, at: int, block: Block, quoted: dict[int, bool], skip: dict[int, int]
) -> bool:
    """Whether the character at `at` ends a sentence (its closers and markers not yet read)."""
    char = text[at]
    if char in _ENDS:
        if quoted.get(at) and not _closes(text, at + 1, block.end):
            return False
        return not (char in "…!?" and at + 1 < block.end and text[at + 1] in "…!?！？。")
    if quoted.get(at):
        return False
    if char == ".":
        after = text[at + 1 : at + 2]
        before = text[max(block.start, at - 6) : at]
        return (
            not (before[-1:].isdigit() and after.isdigit())
            and not _ABBREVIATION.search(before)
            and (not after or after.isspace() or at + 1 in skip or after in _CLOSERS)
            and after != "."
        )
    if char in ";；":  # parts two claims only where the first one is cited on its own
        return (
            any(end == at for end in skip.values())
            or _absorb(text, at + 1, block, quoted, skip, at) != at + 1
        )
    if char == "\n":
        line = text[block.start : at].rstrip(" \t\u3000*_")
        return line[-1:] in "：:" or len(line) + block.start in skip.values()
    return False


def _closes(text: str, at: int, end: int) -> bool:
    """Whether a closing quotation mark follows at once."""
    return at < end and text[at] in '”’」』》"＂'


def _emphasised(before: str) -> bool:
    """Whether bold or italics opened in `before` is still open."""
    opened = _EMPHASIS.findall(before.replace("***", "*"))
    return any(opened.count(sign) % 2 for sign in set(opened)) or (
        before.endswith(("*", "_")) and not before.endswith(("**", "__"))
    )


def _absorb(
    text: str, at: int, block: Block, quoted: dict[int, bool], skip: dict[int, int], start: int
) -> int:
    """The place after the closers and markers that follow the end of a sentence."""
    end = block.end
    while at < end:
        blank = at
        while blank < end and text[blank] in " \t\u3000":
            blank += 1
        if blank in skip:
            at = skip[blank]
        elif (
            text[at] in _CLOSERS
            or text[at] in _ENDS
            or (text[at] in '"＂' and quoted.get(at - 1))
            or (text[at] in "*_" and _emphasised(text[start:at]))
            or (text[at] == "." and text[at - 1] in _CLOSERS)
        ):
            at += 1
        else:
            break
    return at


def _quoted(text: str, start: int, end: int) -> dict[int, bool]:
    """Which places lie inside a quotation that is closed within the block."""
    inside: dict[int, bool] = {}
    at = start
    while at < end:
        char = text[at]
        close = _PAIRS.get(char) or (char if char in '"＂' else "")
        stop = _match(text, at, end, char, close) if close else -1
        if stop > 0:
            inside.update(dict.fromkeys(range(at, stop), True))
            at = stop
        at += 1
    return inside


def _match(text: str, at: int, end: int, opener: str, closer: str) -> int:
    """The place of the mark that closes the quotation opened at `at`, or -1."""
    if opener == closer:
        return text.find(closer, at + 1, end)
    depth = 0
    for place in range(at, end):
        if text[place] == opener:
            depth += 1
        elif text[place] == closer:
            depth -= 1
            if not depth:
                return place
    # An opener too many (“甲“乙”): the nearest closer is better than none.
    return text.find(closer, at + 1, end)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its edges."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


class _Reader:
    """Lines to blocks."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: list[Block] = []
        self._open: Block | None = None
        self._tables = 0

    def read(self) -> list[Block]:
        """All blocks of the text."""
        lines = []
        at = 0
        for line in self._text.splitlines(keepends=True):
            lines.append((at, line.splitlines()[0]))
            at += len(line)
        index = 0
        while index < len(lines):
            index = self._take(lines, index)
        self._close()
        return self._found

    def _take(self, lines: list[tuple[int, str]], index: int) -> int:
        """Read the block or line at `index`; the index after it."""
        start, line = lines[index]
        if _FENCE.match(line):
            return self._code(lines, index)
        if "|" in line and index + 1 < len(lines) and "|" in lines[index + 1][1]:
            delimiter = _DELIMITER.match(lines[index + 1][1])
            if delimiter and "-" in lines[index + 1][1]:
                return self._table(lines, index)
        if not line.strip():
            self._close()
        elif _RULE.match(line):
            self._add("rule", start, start + len(line))
        elif heading := _HEADING.match(line):
            depth = len(heading.group(1))
            self._add("heading", start + heading.start(2), start + heading.end(2), depth)
        elif _BOLD_LINE.match(line):
            self._add("heading", start, start + len(line), 6)
        elif quote := _QUOTE.match(line):
            self._lengthen("quote", start + quote.end(), start + len(line))
        elif item := _ITEM.match(line):
            self._close()
            depth = len(item.group(1).replace("\t", "    "))
            self._open = Block("item", start + item.end(), start + len(line), depth)
        else:
            self._lengthen("paragraph", start, start + len(line))
        return index + 1

    def _lengthen(self, kind: Kind, start: int, end: int) -> None:
        """Add a line to the open block if it goes on there, else open one."""
        last = self._open
        if last and (last.kind == kind or (kind == "paragraph" and last.kind == "item")):
            self._open = Block(last.kind, last.start, end, last.depth)
            return
        self._close()
        self._open = Block(kind, start, end)

    def _close(self) -> None:
        if self._open:
            self._found.append(self._open)
            self._open = None

    def _add(self, kind: Kind, start: int, end: int, depth: int = 0) -> None:
        self._close()
        self._found.append(Block(kind, start, end, depth))

    def _code(self, lines: list[tuple[int, str]], index: int) -> int:
        last = index + 1
        while last < len(lines) and not _FENCE.match(lines[last][1]):
            last += 1
        last = min(last, len(lines) - 1)
        self._add("code", lines[index][0], lines[last][0] + len(lines[last][1]))
        return last + 1

    def _table(self, lines: list[tuple[int, str]], index: int) -> int:
        """Cells of the table whose header is at `index`."""
        self._close()
        row = 0
        while index < len(lines) and "|" in lines[index][1]:
            start, line = lines[index]
            if row or not _DELIMITER.match(line):
                self._cells(start, line, row)
            index += 2 if row == 0 else 1
            row += 1
        self._tables += 1
        return index

    def _cells(self, start: int, line: str, row: int) -> None:
        inner = line.strip()
        at = start + line.index(inner[:1]) + inner.startswith("|")
        end = start + len(line.rstrip()) - inner.endswith("|")
        for column, cell in enumerate(self._text[at:end].split("|")):
            self._found.append(Block("cell", at, at + len(cell), 0, row, column, self._tables))
            at += len(cell) + 1
