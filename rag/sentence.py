"""The sentences of an answer in Markdown, or of plain text, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.layout import Block, blocks
from rag.marker import Mark, find_marks

__all__ = ["Block", "Sentence", "blocks", "cut", "sentences"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with its markers. ``text == whole[start:end]``; `block` indexes `blocks`."""

    text: str
    start: int
    end: int
    block: int


_ENDS = "。！？!?…"
_CLOSERS = "”’」』》）)】］]"
_GOES_ON = re.compile(r"[ \t]*(?:[，,、；;：:]|(?<=[”’」』\"])[的是])")
_EMPHASIS = re.compile(r"\*\*|__|[*_]")
_PAIRS = {"“": "”", "「": "」", "『": "』", "《": "》"}
_BINDING = frozenset("".join(_PAIRS) + '"＂[')  # how they are read is told further on
_AFTER = 8  # characters behind a sentence that tell whether it ends
_ABBREVIATION = re.compile(r"(?:\b[A-Za-z]|\b(?:Mr|Mrs|Ms|Dr|No|vol|etc|e\.g|i\.e))$", re.I)


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


def opening(text: str, most: int) -> str:
    """The first `most` characters of the first sentence of plain text; `text` if it has none.

    Where no pair of marks is opened, only that much of the text is read.
    """
    head = text[: most + _AFTER]
    spans = [] if set(head) & _BINDING else cut(head)
    if not spans or spans[0][0] or not (spans[0][1] >= most or head[spans[0][1] :].strip()):
        spans, head = cut(text), text
    return head[slice(*spans[0])][:most] if spans else text[:most]


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
