"""DOCX: the paragraphs of the text, of tables, text boxes and notes, with hints from their styles.

A footnote or endnote stands as lines of its own after the paragraph that refers to it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from store.document import Document, Line
from store.emphasis import Emphasis, find_hints
from store.errors import UnreadableFile
from store.plaintext import checked

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

LARGEST_PART = 32 << 20  # bytes of one XML part, unpacked
LARGEST_WHOLE = 256 << 20  # bytes of all parts, unpacked
MOST_PARTS = 5_000
_PIECE = 1 << 16  # bytes
_RANK = re.compile(r"(?:heading|标题) ?([1-9])")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOTES = ("footnote", "endnote")
_SKIPPED = frozenset({f"{_W}del", f"{_W}moveFrom", _FALLBACK})


def read_docx(name: str, data: bytes) -> Document:
    """One `Line` for each row of each paragraph in the order of the file, numbered from 1.

    Raises:
        UnreadableFile: locked, damaged, without text, or larger unpacked than is safe.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(
            f"“{name}”有密码保护或是旧版 DOC，请在 Word 中打开，另存为没有密码的 DOCX 再导入。",
            f"“{name}” is locked or an old DOC: open it in Word and save it as DOCX, unlocked.",
        )
    _check_parts(name, data)
    document = _opened(name, data)
    styles = _Styles(document)
    rows = [
        (styles.emphasis(p, text), blank)
        for p, row, blank in _paragraphs(document)
        if (text := checked(name, row).strip())
    ]
    if not rows:
        raise UnreadableFile(
            f"“{name}”里没有文字（可能只有图片），请先做文字识别（OCR）或换一个文件。",
            f"“{name}” has no text (perhaps only pictures): run text recognition (OCR) first "
            "or choose another file.",
        )
    hints = find_hints([e for e, _ in rows])
    lines: list[Line] = []
    for (e, blank), hint in zip(rows, hints, strict=True):
        if lines and (hint == "title" or lines[-1].hint == "title"):
            blank = 2
        lines.append(Line(len(lines) + 1, e.text, blank if lines else 0, hint=hint))
    return Document(name, tuple(lines))


def _check_parts(name: str, data: bytes) -> None:
    """Look at the sizes in the archive's directory, which `_unpacked` holds it to."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _damaged(name) from error
    xml = max((p.file_size for p in parts if _is_xml(p)), default=0)
    whole = sum(p.file_size for p in parts)
    if xml > LARGEST_PART or whole > LARGEST_WHOLE or len(parts) > MOST_PARTS:
        raise UnreadableFile(
            f"“{name}”解开后过大（{whole / 2**20:.0f} MiB），请拆成几个文件再导入。",
            f"“{name}” is too large unpacked ({whole / 2**20:.0f} MiB): split it into files.",
        )


def _opened(name: str, data: bytes) -> WordDocument:
    import docx

    try:
        document = docx.Document(_unpacked(data))
        document.element.body  # noqa: B018 (a part without a body fails here)
    except Exception as error:  # lxml, zipfile, zlib and python-docx each raise their own
        raise _damaged(name) from error
    return document


def _is_xml(part: zipfile.ZipInfo) -> bool:
    return part.filename.lower().endswith((".xml", ".rels"))


def _unpacked(data: bytes) -> io.BytesIO:
    """The same archive with its XML unpacked and everything else, such as pictures, empty.

    python-docx reads a part at one go, and `zipfile` then unpacks all of it before it cuts it at
    the size that was told. Read by pieces, a part that lies about its size is cut in time; only
    Deflate can be read so, and the format allows nothing else.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name, part in {p.filename: p for p in old.infolist()}.items():
            words = b""
            if _is_xml(part):
                if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise zipfile.BadZipFile(name)
                with old.open(part) as file:
                    words = b"".join(iter(lambda: file.read(_PIECE), b""))
            new.writestr(name, words)
    made.seek(0)
    return made


def _paragraphs(document: WordDocument) -> Iterator[tuple[Any, str, int]]:
    """Each row as (paragraph element, text, empty lines before it)."""
    blank = 0
    for p in _with_notes(document):
        text = _text(p)
        blank += 1
        if not text.strip():
            continue
        for row in text.split("\n"):
            if row.strip():
                yield p, " ".join(row.replace("\u3000", " ").split()), min(blank, 2)
                blank = 0


def _with_notes(document: WordDocument) -> Iterator[Any]:
    """The paragraphs that are shown, each followed by those of the notes that it refers to."""
    notes = {kind: _notes(document, kind) for kind in _NOTES}
    for p in document.element.body.iter(f"{_W}p"):
        if any(a.tag in _SKIPPED for a in p.iterancestors()):
            continue
        yield p
        for kind, found in notes.items():
            for mark in p.iter(f"{_W}{kind}Reference"):
                # Taken out, so that a note is read once however often it is referred to.
                yield from found.pop(mark.get(f"{_W}id"), ())


def _notes(document: WordDocument, kind: str) -> dict[str, list[Any]]:
    """The paragraphs of each footnote or endnote by its number; none if that part is damaged."""
    from docx.oxml import parse_xml

    found: dict[str, list[Any]] = {}
    for relation in document.part.rels.values():
        if relation.is_external or not relation.reltype.endswith(f"/{kind}s"):
            continue
        try:
            root = parse_xml(relation.target_part.blob)
        except Exception:  # lxml raises its own; the text itself can still be read
            continue
        for note in root.iter(f"{_W}{kind}"):
            found[note.get(f"{_W}id")] = list(note.iter(f"{_W}p"))
    return found


def _text(p: Any) -> str:
    """What a reader sees of one paragraph, without the text boxes anchored in it."""
    parts: list[str] = []
    waiting = [p]
    while waiting:
        element = waiting.pop()
        tag = element.tag
        if tag in _SKIPPED or (tag == f"{_W}p" and element is not p) or _is_hidden(element):
            continue
        if tag == f"{_W}t":
            parts.append(element.text or "")
        elif tag == f"{_W}tab":
            parts.append("\t")
        elif tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif tag == f"{_W}cr" or (tag == f"{_W}br" and element.get(f"{_W}type") is None):
            parts.append("\n")
        elif tag not in (f"{_W}pPr", f"{_W}rPr"):
            waiting += reversed(element)
    return "".join(parts)


def _is_hidden(element: Any) -> bool:
    if element.tag != f"{_W}r":
        return False
    return _is_on(element.find(f"{_W}rPr/{_W}vanish"))


class _Styles:
    """How large and bold paragraphs are, from their styles and runs."""

    def __init__(self, document: WordDocument) -> None:
        root = document.styles.element
        self._styles = {e.get(f"{_W}styleId"): e for e in root.iter(f"{_W}style")}
        self._default = _points(root.find(f".//{_W}docDefaults//{_W}sz")) or 10.5
        weights: Counter[float] = Counter()
        for p in document.element.body.iter(f"{_W}p"):
            weights[self._size(p)] += sum(len(t.text or "") for t in p.iter(f"{_W}t"))
        self._body = max(weights, key=lambda s: weights[s], default=self._default)

    def emphasis(self, p: Any, text: str) -> Emphasis:
        """A style's rank if it has one (a title outranks all headings), else the runs' size."""
        level = p.find(f"{_W}pPr/{_W}outlineLvl")
        for style in self._line(p):
            name = style.find(f"{_W}name")
            label = "" if name is None else (name.get(f"{_W}val") or "").lower()
            if label in ("title", "标题"):
                return Emphasis(text, 4.0)
            if ranked := _RANK.fullmatch(label):
                return Emphasis(text, max(1.2, 3.4 - 0.3 * int(ranked.group(1))))
            level = style.find(f"{_W}pPr/{_W}outlineLvl") if level is None else level
        if level is not None and (level.get(f"{_W}val") or "") in tuple("012345678"):
            return Emphasis(text, max(1.2, 3.1 - 0.3 * int(level.get(f"{_W}val"))))
        runs = [r for r in p.iter(f"{_W}r") if any(t.text for t in r.iter(f"{_W}t"))]
        bold = bool(runs) and all(_is_on(r.find(f"{_W}rPr/{_W}b")) for r in runs)
        return Emphasis(text, self._size(p) / self._body, bold)

    def _line(self, p: Any) -> list[Any]:
        """The paragraph's style and those that it is based on."""
        found: list[Any] = []
        link = p.find(f"{_W}pPr/{_W}pStyle")
        while link is not None and len(found) < 12:
            style = self._styles.get(link.get(f"{_W}val"))
            if style is None:
                break
            found.append(style)
            link = style.find(f"{_W}basedOn")
        return found

    def _size(self, p: Any) -> float:
        sizes: Counter[float] = Counter()
        for run in p.iter(f"{_W}r"):
            if size := _points(run.find(f"{_W}rPr/{_W}sz")):
                sizes[size] += sum(len(t.text or "") for t in run.iter(f"{_W}t"))
        if sizes:
            return max(sizes, key=lambda s: sizes[s])
        found = (_points(s.find(f"{_W}rPr/{_W}sz")) for s in self._line(p))
        return next((s for s in found if s), self._default)


def _is_on(mark: Any) -> bool:
    """Whether a switch such as bold or hidden is there and not switched off."""
    return mark is not None and mark.get(f"{_W}val", "true") not in ("0", "false", "off")


def _points(element: Any) -> float:
    """Points from an element in half points; 0.0 if there is none."""
    try:
        return float(element.get(f"{_W}val")) / 2 if element is not None else 0.0
    except (TypeError, ValueError):
        return 0.0


def _damaged(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"“{name}”不是完整的 DOCX 文件，请重新下载，或在 Word 中打开后另存一份再导入。",
        f"“{name}” is not a whole DOCX file: download it again, or save a copy in Word.",
    )
