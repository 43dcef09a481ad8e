"""Citation markers in all the shapes that language models write, read and made one: ``[1][2]``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_OPEN = r"[\[［【]"
_CLOSE = r"[\]］】]"
# What may stand before the number inside a bracket, ours or that of another system.
_LABEL = (
    r"(?:(?:参考|引用|数据)?(?:来源|出处|文献|资料|材料|片段|段落|引文|引用|文档|注)"
    r"|sources?|passages?|citations?|cite|refs?|references?|documents?|docs?|notes?)"
)
_GAP = r"[ \t\u3000]*"
_NUMBER = r"\d{1,3}"
_RANGE = r"(?:[-–—−~～〜至到]|\.\.)"
_LIST = (
    rf"{_NUMBER}(?:{_GAP}(?:[,，、;；和&]|{_RANGE}|[ \t\u3000]){_GAP}"
    rf"(?:\^|{_LABEL}{_GAP})?{_NUMBER})*"
)
_INSIDE = (
    rf"{_GAP}(?:\^|#|第)?{_GAP}(?:{_LABEL}{_GAP}[:：_#\-]?{_GAP})?{_LIST}"
    rf"{_GAP}(?:†[^\]］】\n]{{0,40}})?{_GAP}"
)
_BRACKETED = rf"(?:{_OPEN}{{2}}{_INSIDE}{_CLOSE}{{2}}|{_OPEN}{_INSIDE}{_CLOSE})"
# Round brackets are read only with a word that says what the number is; it may hold markers.
_ROUND = (
    rf"[（(]{_GAP}(?:见|参见|据|详见|see )?{_GAP}{_LABEL}{_GAP}[:：]?{_GAP}"
    rf"(?:{_LIST}|{_BRACKETED}(?:{_GAP}[,，、;；]?{_GAP}{_BRACKETED})*){_GAP}[）)]"
)
_RAISED = rf"<sup>{_GAP}(?:{_BRACKETED}|{_LIST}){_GAP}</sup>"
# What makes a link of the brackets before it; (原文中断) after a marker is no address.
_ADDRESS = (
    r"\([ \t]*<?(?:[A-Za-z][A-Za-z0-9+.\-]*:|//|#|\.{0,2}/|www\."
    r"|[^\s()]+\.[A-Za-z]{2,}[^\s()]*[ \t]*\))"
)
# Not a marker: what a link, a link's definition or a document number such as [98]5号 follows.
_SHAPE = re.compile(
    rf"(?<!\\)(?:{_RAISED}|{_BRACKETED}|{_ROUND})"
    rf"(?!{_ADDRESS}|[ \t]?[:：]{_GAP}(?:https?|/|#)|\d+号)",
    re.IGNORECASE,
)
_BROKEN = re.compile(
    rf"(?:{_OPEN}{{1,2}}|[（(]{_GAP}(?={_LABEL})|<sup>{_GAP}{_OPEN}?){_GAP}(?:\^|#)?{_GAP}"
    rf"(?:{_LABEL}{_GAP}[:：_#\-]?{_GAP}{_OPEN}?)?{_GAP}\d[\d \t\u3000,，、;；–—~～至到†-]*\Z",
    re.IGNORECASE,
)
# The end of a stream that may still become a marker, or belong to one that follows.
_PENDING = re.compile(
    r"(?:[ \t\u3000]+|[\[［【（(<][^\n。！？《》]{0,60}|\\"
    rf"|(?:{_RAISED}|{_BRACKETED}|{_ROUND})[ \t\u3000,，、;；:：\d]*)+\Z",
    re.IGNORECASE,
)
_PAIR = re.compile(rf"({_NUMBER})\s*{_RANGE}\s*(?:{_LABEL}\s*)?({_NUMBER})", re.IGNORECASE)
_WIDEST = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """One marker as it stands in a text.

    Attributes:
        start, end: its place, end exclusive.
        numbers: what it cites, in the order written, each once; not checked against anything.
    """

    start: int
    end: int
    numbers: tuple[int, ...]


def find_marks(text: str) -> list[Mark]:
    """Every marker in `text`, in order.

    Read are ``[1] 【1】 ［1］ [^1] [1,2] [1、2] [1-3] [[1]] [来源1] （来源：1） [citation:1]
    【1†source】 <sup>1</sup>``. Years ``[2022]``, document numbers ``〔2022〕5号``, links
    ``[1](…)`` and images are not markers.
    """
    return [Mark(m.start(), m.end(), _read(m.group())) for m in _SHAPE.finditer(text)]


def numbers_in(text: str) -> tuple[int, ...]:
    """The numbers that the markers in `text` cite, in order, each once."""
    return tuple(dict.fromkeys(n for mark in find_marks(text) for n in mark.numbers))


def strip_marks(text: str) -> str:
    """`text` without its markers and without the blanks before them."""
    return _rewrite(text, lambda numbers: ())


def normalise(text: str, count: int) -> str:
    """`text` with every marker written ``[1][2]`` and numbers outside 1..`count` dropped.

    A marker of which nothing is left goes, with the blanks before it; so does half a marker at
    the end of the text. Neighbouring markers cite each number once. Idempotent.
    """
    before = None
    while text != before:
        before = text
        if broken := _BROKEN.search(text):
            text = text[: broken.start()].rstrip(" \t\u3000")
        text = _known(text, count)
    return text


def _known(text: str, count: int) -> str:
    """`text` with its whole markers made one and numbers outside 1..`count` dropped."""
    before = None
    while text != before:  # what one step leaves may form a new marker, though hardly ever
        before = text
        text = _rewrite(text, lambda numbers: (n for n in numbers if 1 <= n <= count))
    return text


def written(numbers: Iterable[int]) -> str:
    """`numbers` as markers: ``[1][2]``."""
    return "".join(f"[{n}]" for n in numbers)


def _read(shape: str) -> tuple[int, ...]:
    """The numbers in one marker; a range counts up, a backward or very wide one only its ends."""
    numbers: list[int] = []
    shape = re.sub(r"†[^\]］】\n]*", "", shape)
    at = 0
    for found in _PAIR.finditer(shape):
        numbers += [int(n) for n in re.findall(r"\d+", shape[at : found.start()])]
        first, last = int(found.group(1)), int(found.group(2))
        wide = not 0 <= last - first <= _WIDEST
        numbers += [first, last] if wide else range(first, last + 1)
        at = found.end()
    numbers += [int(n) for n in re.findall(r"\d+", shape[at:])]
    return tuple(dict.fromkeys(numbers))


def _rewrite(text: str, keep: Callable[[list[int]], Iterable[int]]) -> str:
    """`text` with each run of markers replaced by the numbers that `keep` leaves of it."""
    marks = find_marks(text)
    out: list[str] = []
    at = 0
    index = 0
    while index < len(marks):
        start, end = marks[index].start, marks[index].end
        numbers = list(marks[index].numbers)
        index += 1
        while index < len(marks) and not _between(text[end : marks[index].start]):
            numbers += marks[index].numbers
            end = marks[index].end
            index += 1
        kept = written(dict.fromkeys(keep(numbers)))
        before = text[at:start]
        out += [before if kept else before.rstrip(" \t\u3000"), kept]
        at = end
    return "".join([*out, text[at:]])


def _between(gap: str) -> bool:
    """Whether `gap` parts two markers: anything but blanks and list separators does."""
    return bool(gap.strip(" \t\u3000,，、;；"))


class MarkerStream:
    """Markers made one while the text is still arriving.

    What may be a part of a marker is held back until it is known to be one or not; the pieces
    that come out, put together, are `normalise` of the whole.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._held = ""

    def feed(self, piece: str) -> str:
        """Take the next piece; the text that is certain by now (it may be empty)."""
        self._held += piece
        cut = self._safe(self._held)
        ready, self._held = self._held[:cut], self._held[cut:]
        return _known(ready, self._count)

    def finish(self) -> str:
        """The rest, when nothing follows; half a marker is dropped."""
        rest, self._held = self._held, ""
        return normalise(rest, self._count)

    @staticmethod
    def _safe(text: str) -> int:
        """How much of `text` no later piece can change."""
        pending = _PENDING.search(text)
        return pending.start() if pending else len(text)
