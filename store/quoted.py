"""The quotations of a paragraph: what stands between marks, outermost ones only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_PAIRS = {"“": "”", "「": "」", "『": "』"}
_INSIDE = "\ue000"  # stands for each character of a quotation
_NAMED = "\ue001"  # stands for each character of a title in 《》


@dataclass(frozen=True, slots=True)
class Quotation:
    """``text[start:end]`` with its marks, ``text[inner:inner_end]`` without."""

    start: int
    end: int
    inner: int
    inner_end: int


def quotations(text: str) -> tuple[Quotation, ...]:
    """The outermost quotations in order; one that is never closed runs to the end."""
    made: list[Quotation] = []
    opener, start, depth = "", 0, 0
    for at, c in enumerate(text):
        if not opener:
            if c in _PAIRS or c == '"':
                opener, start, depth = c, at, 1
        elif opener == '"':
            depth -= c == '"'
        elif c == opener:
            depth += 1
        elif c == _PAIRS[opener]:
            depth -= 1
        if opener and depth == 0:
            made.append(Quotation(start, at + 1, start + 1, at))
            opener = ""
    if opener and opener != '"':
        made.append(Quotation(start, len(text), start + 1, len(text)))
    return tuple(made)


def masked(text: str, quoted: Sequence[Quotation]) -> str:
    """`text` with the insides of its quotations and of titles in 《》 blotted out, as long."""
    letters = list(text)
    for q in quoted:
        letters[q.inner : q.inner_end] = _INSIDE * (q.inner_end - q.inner)
    inside = False
    for at, c in enumerate(letters):
        if c == "《":
            inside = True
        elif c == "》":
            inside = False
        elif inside:
            letters[at] = _NAMED
            inside = c not in "。\n" and c != _INSIDE
    return "".join(letters)
