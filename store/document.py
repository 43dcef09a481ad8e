"""A source file as lines with their place, before anybody knows who said what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Hint = Literal["", "title", "heading", "byline", "body"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the source.

    Attributes:
        number: 1-based line of the source file.
        text: the line, stripped at both ends; never empty.
        blank_before: how many empty lines stand before it.
        page: 1-based page where the format has pages.
        hint: what the format itself says the line is (Markdown ``#``), or "".
    """

    number: int
    text: str
    blank_before: int = 0
    page: int | None = None
    hint: Hint = ""


def joined(lines: Iterable[Line]) -> str:
    """The text of a paragraph that was cut into these lines.

    Two Latin words cut apart keep the space between them; Chinese has none.
    """
    text = ""
    for line in lines:
        before, after = text[-1:], line.text[:1]
        latin = (before + after).isascii() and before.isalpha() and after.isalpha()
        text += f" {line.text}" if latin else line.text
    return text


@dataclass(frozen=True, slots=True)
class Document:
    """The lines of one file and what its front matter declares.

    Attributes:
        name: file name, for messages.
        lines: the non-empty lines in file order.
        declared: front matter of a Markdown file (keys such as ``speaker``,
            ``organization``, ``position``, ``title``, ``date``, ``note``, ``source``).
    """

    name: str
    lines: tuple[Line, ...]
    declared: dict[str, str] = field(default_factory=dict)
