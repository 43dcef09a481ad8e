"""From a file to a `Document`: each kind of file has its own reader."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from store.document import Document
from store.docx import read_docx
from store.errors import UnreadableFile
from store.html import read_html
from store.isolation import Progress
from store.markdown import read_markdown
from store.pdf import read_pdf
from store.plaintext import empty, read_plaintext

LONGEST_LINE = 200_000  # characters: a book; whatever is longer is a mistake or an attack
_WIDEST = 4  # bytes of a character in any encoding
_READERS: dict[str, Callable[[str, bytes], Document]] = {
    ".txt": read_plaintext,
    ".text": read_plaintext,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".docx": read_docx,
    ".pdf": read_pdf,
    ".html": read_html,
    ".htm": read_html,
}
SUFFIXES = frozenset(_READERS)
_PICTURES = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".gif", ".webp", ".heic"}
_BARE = {"": read_plaintext}  # a file without a suffix is read if it is named, never looked for


def read(path: Path, max_bytes: int, progress: Progress | None = None) -> Document:
    """Read one file of a kind in `SUFFIXES`.

    Args:
        path: the file.
        max_bytes: largest size that is read, in bytes; checked before reading.
        progress: of a file with pages, told the page read last and how many there are.

    Raises:
        UnreadableFile: missing, a folder, not readable, too large, of another kind,
            empty, damaged, locked, or without text; the message names the remedy.
    """
    return read_bytes(path.name, load(path, max_bytes), max_bytes, progress)


def load(path: Path, max_bytes: int) -> bytes:
    """The file's bytes; its kind and size are checked before reading.

    Raises:
        UnreadableFile: it is missing, a folder, of another kind, not permitted, or too large.
    """
    try:
        if path.is_dir():
            raise UnreadableFile(
                f"“{path.name}”是文件夹，请指定其中的文件。",
                f"“{path.name}” is a folder: name the files inside it.",
            )
        size = path.stat().st_size
        _reader(path.name)
        _check_size(path.name, size, max_bytes)
        with path.open("rb") as file:
            return file.read(max_bytes + 1)
    except FileNotFoundError as error:
        raise UnreadableFile(
            f"找不到文件“{path}”，请检查路径。", f"No file “{path}”: check the path."
        ) from error
    except PermissionError as error:
        raise UnreadableFile(
            f"没有读取“{path.name}”的权限，请修改文件权限后重试。",
            f"No permission to read “{path.name}”: change its permissions and try again.",
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UnreadableFile(
            f"无法读取“{path.name}”（{reason}），请检查磁盘或另存一份后重试。",
            f"Cannot read “{path.name}” ({reason}): check the disk, or save a copy and try again.",
        ) from error


def read_bytes(
    name: str, data: bytes, max_bytes: int, progress: Progress | None = None
) -> Document:
    """Read an uploaded file: `name` gives its kind, `data` is the whole of it.

    Raises:
        UnreadableFile: as `read`.
    """
    reader = _reader(name)
    _check_size(name, len(data), max_bytes)
    if not data:
        raise empty(name)
    paged = reader is read_pdf
    if reader in (read_plaintext, read_markdown):  # told before it is decoded
        _check_lines(name, max(map(len, data.splitlines()), default=0) // _WIDEST)
    document = read_pdf(name, data, progress) if paged else reader(name, data)
    if not document.lines:
        raise empty(name)
    _check_lines(name, max(len(line.text) for line in document.lines))
    return document


def _check_lines(name: str, longest: int) -> None:
    if longest > LONGEST_LINE:
        raise UnreadableFile(
            f"“{name}”有一行超过 {LONGEST_LINE:,} 个字，不像讲话。请先按段落分行再导入。",
            f"“{name}” has a line of over {LONGEST_LINE:,} characters, which no remark has. "
            "Break it into paragraphs first.",
        )


def _reader(name: str) -> Callable[[str, bytes], Document]:
    suffix = os.path.splitext(name)[1].lower()
    reader = (_READERS | _BARE).get(suffix)
    if reader is None and suffix in _PICTURES:
        raise UnreadableFile(
            f"“{name}”是图片，读不出文字。请先做文字识别（OCR），把结果存为 TXT 或 DOCX 后再导入。",
            f"“{name}” is a picture: recognise its text first (OCR) and save that as TXT or DOCX.",
        )
    if reader is None:
        raise UnreadableFile(
            f"不支持“{suffix}”格式，请把“{name}”另存为 PDF、DOCX、HTML、TXT 或 Markdown 后再导入。",
            f"“{suffix}” files cannot be read: save “{name}” as PDF, DOCX, HTML, TXT or Markdown.",
        )
    return reader


def _check_size(name: str, size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise UnreadableFile(
            f"“{name}”太大（{size / 2**20:.1f} MiB，上限 {max_bytes / 2**20:.1f} MiB），"
            "请拆分文件，或调大 YANJU_MAX_FILE_MB。",
            f"“{name}” is too large ({size / 2**20:.1f} MiB, limit {max_bytes / 2**20:.1f} MiB): "
            "split it, or raise YANJU_MAX_FILE_MB.",
        )
