"""Markdown, with front matter that may say who speaks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from store.document import Document, Hint, Line
from store.errors import UnreadableFile
from store.plaintext import decode

if TYPE_CHECKING:
    from markdown_it.token import Token

DECLARED_KEYS = ("speaker", "organization", "position", "title", "date", "note", "source")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


def read_markdown(name: str, data: bytes) -> Document:
    """Lines of a Markdown file, marks removed, numbered as in the file; headings become hints.

    Raises:
        UnreadableFile: it is empty, not text, or its front matter is not YAML.
    """
    from markdown_it import MarkdownIt

    text = decode(name, data).replace("\r\n", "\n").replace("\r", "\n")
    declared: dict[str, str] = {}
    offset = 0
    if match := _FRONT_MATTER.match(text):
        declared = _declared(name, match.group(1))
        offset = match.group(0).count("\n")
        text = text[match.end() :]
    lines: list[Line] = []
    previous_end = 0
    hint: Hint = ""
    for token in MarkdownIt("commonmark", {"html": False}).parse(text):
        if token.type == "heading_open":
            hint = "title" if token.tag == "h1" else "heading"
        elif token.type in ("inline", "fence", "code_block") and token.map:
            first = token.map[0] + (token.type == "fence")
            for row, content in enumerate(_visible(token)):
                if not content:
                    continue
                blank = max(0, first + row - previous_end)
                lines.append(Line(first + row + 1 + offset, content, blank, hint=hint))
                previous_end = first + row + 1
            hint = ""
    return Document(name=name, lines=tuple(lines), declared=declared)


def _visible(token: Token) -> list[str]:
    """The rows of a block as a reader sees them, without inline marks."""
    if token.type != "inline":
        return [row.strip() for row in token.content.split("\n")]
    parts: list[str] = []
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif child.type in ("text", "code_inline", "image"):
            parts.append(child.content)
    return [row.strip() for row in "".join(parts).split("\n")]


def _declared(name: str, block: str) -> dict[str, str]:
    """Front matter as plain strings; unknown keys are left out."""
    import yaml

    try:
        # BaseLoader: a date stays the words the author wrote.
        values = yaml.load(block, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise UnreadableFile(
            f"“{name}”开头的 YAML 元数据写法有误，请检查冒号、引号和缩进。",
            f"The YAML front matter of “{name}” cannot be read: check colons, quotes, indents.",
        ) from error
    if not isinstance(values, dict):
        return {}
    return {
        key: " ".join(str(values[key]).split())
        for key in DECLARED_KEYS
        if isinstance(values.get(key), str) and values[key].strip()
    }
