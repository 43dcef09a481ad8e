"""From a file's bytes to a `Document`: plain text in any usual encoding, and Markdown."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from store.document import Document, Hint, Line
from store.errors import UnreadableFile

if TYPE_CHECKING:
    from markdown_it.token import Token

TEXT_SUFFIXES = frozenset({".txt", ".text", ""})
MARKDOWN_SUFFIXES = frozenset({".md", ".markdown"})
SUFFIXES = TEXT_SUFFIXES - {""} | MARKDOWN_SUFFIXES
DECLARED_KEYS = ("speaker", "organization", "position", "title", "date", "note")

_MAGIC = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0",
    b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BM", b"RIFF", b"\x7fELF", b"MZ",
)  # fmt: skip
_KEPT_CONTROLS = "\t\n\r\f\v"
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_LINE_BREAKS = re.compile(r"\r\n|\n|\r")


def read(path: Path, max_bytes: int) -> Document:
    """Read one file.

    Args:
        path: a ``.txt`` or ``.md`` file.
        max_bytes: largest size that is read, in bytes; checked before reading.

    Raises:
        UnreadableFile: missing, a folder, not readable, too large, of another kind,
            empty, or not text; the message names the remedy.
    """
    try:
        if path.is_dir():
            raise UnreadableFile(
                f"“{path.name}”是文件夹,请指定其中的文件。",
                f"“{path.name}” is a folder: name the files inside it.",
            )
        _check_suffix(path.name)
        _check_size(path.name, path.stat().st_size, max_bytes)
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except FileNotFoundError as error:
        raise UnreadableFile(
            f"找不到文件“{path}”,请检查路径。", f"No file “{path}”: check the path."
        ) from error
    except PermissionError as error:
        raise UnreadableFile(
            f"没有读取“{path.name}”的权限,请修改文件权限后重试。",
            f"No permission to read “{path.name}”: change its permissions and try again.",
        ) from error
    except (OSError, ValueError) as error:
        raise UnreadableFile(
            f"无法读取“{path.name}”({error}),请检查磁盘或另存一份后重试。",
            f"Cannot read “{path.name}” ({error}): check the disk, or save a copy and try again.",
        ) from error
    return read_bytes(path.name, data, max_bytes)


def read_bytes(name: str, data: bytes, max_bytes: int) -> Document:
    """Read an uploaded file: `name` gives its kind, `data` is the whole of it.

    Raises:
        UnreadableFile: as `read`.
    """
    suffix = _check_suffix(name)
    _check_size(name, len(data), max_bytes)
    text = decode(name, data)
    if suffix in MARKDOWN_SUFFIXES:
        document = _markdown(name, text)
    else:
        document = Document(name=name, lines=_plain_lines(text))
    if not document.lines:
        raise UnreadableFile(
            f"“{name}”是空的,没有可读的文字,请换一个文件。",
            f"“{name}” is empty, there is no text to read: choose another file.",
        )
    return document


def decode(name: str, data: bytes) -> str:
    """The text of `data`, whatever usual Chinese encoding it is in.

    UTF-8 (with or without mark) and UTF-16 with mark are certain; GB18030 is taken when
    it yields mostly everyday Chinese; anything else only if charset-normalizer is sure.

    Raises:
        UnreadableFile: the bytes are empty or are not text.
    """
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile(
            f"“{name}”是空的,没有可读的文字,请换一个文件。",
            f"“{name}” is empty, there is no text to read: choose another file.",
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif data.startswith(_MAGIC) or b"\x00" in data:
        candidates = _wide(data)
    else:
        candidates = ["utf-8-sig", "gb18030"]
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8-sig" or _plausible(text):
            return _checked(name, text)
    guess = None if b"\x00" in data or data.startswith(_MAGIC) else _guessed(data)
    if guess is None:
        raise _not_text(name)
    return _checked(name, guess)


def _wide(data: bytes) -> list[str]:
    """UTF-16 without a mark, recognised by its zero bytes standing on one side only."""
    if data.startswith(_MAGIC) or len(data) % 2:
        return []
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if even and not odd:
        return ["utf-16-be"]
    if odd and not even:
        return ["utf-16-le"]
    return []


def _plausible(text: str) -> bool:
    """Whether decoded text looks like writing: few private, rare or control characters."""
    sample = text[:20000]
    letters = [c for c in sample if not c.isspace()]
    if not letters:
        return True
    good = sum(
        "\u4e00" <= c <= "\u9fff" or (c.isascii() and c.isprintable()) or _usual(c) for c in letters
    )
    # GB18030 decodes nearly any bytes; wrong ones land on rare ideographs without punctuation.
    common = sum(
        c in "的一是在不了有和人这中大为上个国我以要年会作工全民发展建设,。,、" for c in letters
    )
    wide = sum(ord(c) > 127 for c in letters)
    return good >= 0.95 * len(letters) and (wide < 20 or common >= 0.04 * wide)


def _usual(character: str) -> bool:
    return (
        "\u3000" <= character <= "\u303f"
        or "\uff00" <= character <= "\uffef"
        or "\u2010" <= character <= "\u22ff"
        or "\u2460" <= character <= "\u25ff"
        or character in "·×°±—"
    )


def _guessed(data: bytes) -> str | None:
    """What charset-normalizer makes of it, if that reads like Chinese (Big5, for one)."""
    for encoding in ("big5", "big5hkscs"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        common = sum(
            c in "的一是在不了有和人這中大為上個國我以要年會作工全民發展建設" for c in text
        )
        if common >= 0.04 * sum(ord(c) > 127 for c in text) > 0:
            return text
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    if best is None or best.chaos > 0.1 or best.coherence < 0.3:
        return None
    try:
        return data.decode(best.encoding)
    except UnicodeDecodeError:
        return None


def _checked(name: str, text: str) -> str:
    """`text` without marks that nobody sees, or an error if it is mostly such marks."""
    controls = sum(unicodedata.category(c) == "Cc" and c not in _KEPT_CONTROLS for c in text)
    if controls > max(8, len(text) // 50):
        raise _not_text(name)
    text = text.removeprefix("\ufeff")
    return "".join(
        c for c in text if c in _KEPT_CONTROLS or unicodedata.category(c) not in ("Cc", "Cf", "Cs")
    )


def _not_text(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"“{name}”不是文本文件,请另存为 UTF-8 的 TXT 或 Markdown 后再导入。",
        f"“{name}” is not a text file: save it as UTF-8 TXT or Markdown and import that.",
    )


def _check_suffix(name: str) -> str:
    suffix = os.path.splitext(name)[1].lower()
    if suffix not in TEXT_SUFFIXES | MARKDOWN_SUFFIXES:
        raise UnreadableFile(
            f"暂不支持“{suffix}”格式,请把“{name}”另存为 TXT 或 Markdown 后再导入。",
            f"“{suffix}” files cannot be read yet: save “{name}” as TXT or Markdown.",
        )
    return suffix


def _check_size(name: str, size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise UnreadableFile(
            f"“{name}”太大({size / 2**20:.1f} MiB,上限 {max_bytes / 2**20:.1f} MiB),"
            "请拆分文件,或调大 YANJU_MAX_FILE_MB。",
            f"“{name}” is too large ({size / 2**20:.1f} MiB, limit {max_bytes / 2**20:.1f} MiB): "
            "split it, or raise YANJU_MAX_FILE_MB.",
        )


def _plain_lines(text: str) -> tuple[Line, ...]:
    lines: list[Line] = []
    blank = 0
    for number, raw in enumerate(_LINE_BREAKS.split(text), start=1):
        line = raw.strip()
        if not line:
            blank += 1
            continue
        lines.append(Line(number=number, text=line, blank_before=blank))
        blank = 0
    return tuple(lines)


def _markdown(name: str, text: str) -> Document:
    """Lines of a Markdown file, marks removed, numbered as in the file."""
    from markdown_it import MarkdownIt

    text = text.replace("\r\n", "\n").replace("\r", "\n")
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
            f"“{name}”开头的 YAML 元数据写法有误,请检查冒号、引号和缩进。",
            f"The YAML front matter of “{name}” cannot be read: check colons, quotes, indents.",
        ) from error
    if not isinstance(values, dict):
        return {}
    return {
        key: " ".join(str(values[key]).split())
        for key in DECLARED_KEYS
        if isinstance(values.get(key), str) and values[key].strip()
    }
