"""Plain text in any usual Chinese encoding."""

from __future__ import annotations

import re
import unicodedata

from store.document import Document, Line
from store.errors import UnreadableFile
from store.translation import Translation

_MAGIC = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0",
    b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BM", b"RIFF", b"\x7fELF", b"MZ",
)  # fmt: skip
_KEPT_CONTROLS = "\t\n\r\f\v"
_LINE_BREAKS = re.compile(r"\r\n|\n|\r")


def read_plaintext(name: str, data: bytes) -> Document:
    """One `Line` for each line of a text file that is not empty.

    Raises:
        UnreadableFile: the bytes are empty or are not text.
    """
    lines: list[Line] = []
    blank = 0
    for number, raw in enumerate(_LINE_BREAKS.split(decode(name, data)), start=1):
        line = raw.strip()
        if not line:
            blank += 1
            continue
        lines.append(Line(number=number, text=line, blank_before=blank))
        blank = 0
    return Document(name=name, lines=tuple(lines))


def decode(name: str, data: bytes) -> str:
    """The text of `data`, whatever usual Chinese encoding it is in.

    UTF-8 (with or without mark) and UTF-16 with mark are certain; HZ, GB18030 and UTF-16
    without mark are taken when they yield mostly everyday Chinese; anything else only if
    charset-normalizer is sure.

    Raises:
        UnreadableFile: the bytes are empty or are not text.
    """
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise empty(name)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif data.startswith(_MAGIC) or b"\x00" in data:
        candidates = _wide(data)
    elif b"~{" in data and data.isascii():
        candidates = ["hz", "utf-8-sig"]
    else:
        candidates = ["utf-8-sig", "gb18030"]
        if not len(data) % 2:
            # Without a Latin letter, a digit or a line break UTF-16 may hold no zero byte.
            candidates += ["utf-16-le", "utf-16-be"]
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8-sig" or _plausible(text):
            return checked(name, text)
    guess = None if b"\x00" in data or data.startswith(_MAGIC) else _guessed(data)
    if guess is None:
        raise _not_text(name)
    return checked(name, guess)


def _wide(data: bytes) -> list[str]:
    """UTF-16 without a mark, likelier order first: most zero bytes belong to Latin letters,
    digits and line breaks, few to characters such as U+4E00."""
    if data.startswith(_MAGIC) or len(data) % 2:
        return []
    even, odd = data[0::2].count(0), data[1::2].count(0)
    return ["utf-16-be", "utf-16-le"] if even > odd else ["utf-16-le", "utf-16-be"]


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
        c in "的一是在不了有和人这中大为上个国我以要年会作工全民发展建设,。，、" for c in letters
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


def checked(name: str, text: str) -> str:
    """`text` without marks that nobody sees.

    Raises:
        UnreadableFile: it is mostly such marks.
    """
    shown = text.translate(_SHOWN)
    if len(shown) < len(text):
        controls = sum(unicodedata.category(c) == "Cc" and c not in _KEPT_CONTROLS for c in text)
        if controls > max(8, len(text) // 50):
            raise _not_text(name)
    return shown


def _shown(code: int) -> str:
    character = chr(code)
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs")
    return "" if hidden and character not in _KEPT_CONTROLS else character


_SHOWN = Translation(_shown)


def _not_text(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"“{name}”不是文本文件，请另存为 UTF-8 的 TXT 或 Markdown 后再导入。",
        f"“{name}” is not a text file: save it as UTF-8 TXT or Markdown and import that.",
    )


def empty(name: str) -> UnreadableFile:
    """The error for a file without text."""
    return UnreadableFile(
        f"“{name}”是空的，没有可读的文字，请换一个文件。",
        f"“{name}” is empty, there is no text to read: choose another file.",
    )
