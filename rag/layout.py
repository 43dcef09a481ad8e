"""A Markdown answer as blocks: headings, paragraphs, list items, quotes and table cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

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


def blocks(text: str) -> list[Block]:
    """The blocks of `text` in order; empty lines belong to none."""
    return _Reader(text).read()


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
