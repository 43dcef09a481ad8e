"""HTML: the text that a reader sees. Nothing in the file is run, and nothing is fetched."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from store.document import Document, Line
from store.emphasis import Emphasis, find_hints
from store.errors import UnreadableFile
from store.plaintext import checked, decode, empty

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I
)
# What pages call GB2312 or GBK holds characters of its successor.
_ENCODINGS = dict.fromkeys(("gb2312", "gbk", "x-gbk", "cp936", "gb18030"), "gb18030") | {
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "cp950": "cp950", "windows-1252": "cp1252",
    "iso-8859-1": "cp1252", "shift_jis": "cp932", "euc-jp": "euc_jp", "euc-kr": "euc_kr",
}  # fmt: skip
_HIDDEN_TAGS = frozenset({
    "head", "title", "script", "style", "noscript", "template", "iframe", "object", "embed",
    "applet", "svg", "math", "canvas", "audio", "video", "map", "select", "datalist", "textarea",
    "button", "nav",
})  # fmt: skip
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.I)
_SIZES = {"h1": 3.1, "h2": 2.8, "h3": 2.5, "h4": 2.2, "h5": 1.9, "h6": 1.6}
_PARAGRAPHS = {
    "p", "li", "dt", "dd", "blockquote", "table", "ul", "ol", "dl", "hr", "pre", *_SIZES,
}  # fmt: skip
_BLOCKS = _PARAGRAPHS | {
    "html", "body", "div", "section", "article", "main", "header", "footer", "aside", "address",
    "figure", "figcaption", "form", "fieldset", "legend", "details", "summary", "tr", "td", "th",
    "caption", "thead", "tbody", "tfoot", "center", "br",
}  # fmt: skip
# Where pages say when they were published: the first is the standard's for government sites.
_PUBLISHED = ("pubdate", "article:published_time", "publishdate", "dc.date.issued", "dc.date")
_DAY = re.compile(r"\s*((?:19|20)\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)")
_ADDRESS = re.compile(r"https?://[^\s<>\"']{4,500}")
_HEADS = 500  # elements of a page's head that are looked at
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’…—"
_WRAPPED = re.compile(rf"(?<=[{_WIDE}])[ \t]*[\r\n]\s*(?=[{_WIDE}])")


def read_html(name: str, data: bytes) -> Document:
    """One `Line` for each block of text, numbered from 1; headings become hints.

    Raises:
        UnreadableFile: it is empty, not text, or shows no text.
    """
    text = _decoded(name, data)
    if not re.search(r"<[a-zA-Z!?/]", text):
        raise UnreadableFile(
            f"“{name}”不是 HTML 文件，请检查文件，或改名为 .txt 后再导入。",
            f"“{name}” is not an HTML file: check it, or rename it to .txt.",
        )
    root = _root(name, text)
    rows = _rows(root)
    if not rows:
        raise empty(name)
    hints = find_hints([Emphasis(t, size, bold) for t, size, bold, _ in rows])
    lines: list[Line] = []
    for (words, _, _, blank), hint in zip(rows, hints, strict=True):
        if lines and (hint == "title" or lines[-1].hint == "title"):
            blank = 2
        lines.append(Line(len(lines) + 1, words, blank if lines else 0, hint=hint))
    return Document(name, tuple(lines), _about(root))


def _about(root: Element) -> dict[str, str]:
    """What the page says of itself: `date` of its publication, and its address as `source`."""
    told: dict[str, str] = {}
    addresses: list[str] = []
    for element in islice(root.iter("meta", "link"), _HEADS):
        key = (element.get("name") or element.get("property") or element.get("rel") or "").lower()
        value = element.get("content") or element.get("href") or ""
        told.setdefault(key, value)
        if key in ("canonical", "og:url") and _ADDRESS.fullmatch(value.strip()):
            addresses.append(value.strip())
    days = (_DAY.match(told[key]) for key in _PUBLISHED if key in told)
    found = next(
        (day for day in days if day and 0 < int(day[2]) < 13 and 0 < int(day[3]) < 32), None
    )
    about = {"date": f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"} if found else {}
    return about | ({"source": addresses[0]} if addresses else {})


def _decoded(name: str, data: bytes) -> str:
    """UTF-8 if it is that, else the Chinese encoding that the page declares, else a guess."""
    found = _DECLARED.search(data[:4096])
    declared = found.group(1).decode("ascii", "ignore").lower() if found else ""
    for encoding in ("utf-8-sig", _ENCODINGS.get(declared, "")):
        try:
            text = data.decode(encoding) if encoding and b"\x00" not in data else ""
        except UnicodeDecodeError:
            continue
        if text.strip():
            return checked(name, text)
    return decode(name, data)


def _root(name: str, text: str) -> Element:
    from lxml import etree

    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "ignore"), parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise empty(name) from error
    if root is None:
        raise empty(name)
    # The parser stops where elements are nested beyond its limit; the rest would be lost unseen.
    if any("depth" in entry.message for entry in parser.error_log):
        raise UnreadableFile(
            f"“{name}”的标记嵌套过深，无法完整读入，请复制其中的文字，存为 TXT 再导入。",
            f"“{name}” is nested too deeply to be read whole: copy its text into a TXT file.",
        )
    return root


class _Rows:
    """The rows of text met so far: (text, size, whether all of it is bold, empty lines before)."""

    def __init__(self) -> None:
        self.made: list[tuple[str, float, bool, int]] = []
        self._parts: list[str] = []
        self._sizes = [1.0]
        self._bold = self._light = False
        self._heavy = self._kept = self._blank = 0

    def start(self, tag: str, text: str) -> None:
        """An element begins; `text` stands before its first child."""
        self._edge(tag)
        if tag in _SIZES:
            self._sizes.append(_SIZES[tag])
        self._heavy += tag in ("b", "strong")
        self._kept += tag == "pre"
        self.add(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        self._edge(tag)
        if tag in _SIZES:
            self._sizes.pop()
        self._heavy -= tag in ("b", "strong")
        self._kept -= tag == "pre"

    def add(self, text: str) -> None:
        """Text in the element that is open."""
        for n, piece in enumerate(text.split("\n") if self._kept else [text]):
            if n:
                self.flush()
            self._parts.append(piece)
            if piece.strip():
                self._bold, self._light = (
                    self._bold or self._heavy > 0,
                    self._light or not self._heavy,
                )

    def flush(self) -> None:
        """The row ends here."""
        words = " ".join(_WRAPPED.sub("", "".join(self._parts)).split())
        if words:
            bold = self._bold and not self._light
            self.made.append((words, self._sizes[-1], bold, self._blank))
            self._blank = 0
        self._parts = []
        self._bold = self._light = False

    def _edge(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.flush()
            if tag in _PARAGRAPHS:
                self._blank = 1


def _rows(root: Element) -> list[tuple[str, float, bool, int]]:
    """The rows of the page, without recursion: pages may be nested without end."""
    rows = _Rows()
    waiting: list[tuple[bool, Any]] = [(True, root)]
    while waiting:
        entering, element = waiting.pop()
        hidden = entering and _is_hidden(element)
        if entering and not hidden:
            rows.start(element.tag, element.text or "")
            waiting.append((False, element))
            waiting += [(True, child) for child in reversed(element)]
            continue
        if not entering:
            rows.end(element.tag)
        rows.add(element.tail or "")
    rows.flush()
    return rows.made


def _is_hidden(element: Any) -> bool:
    return (
        not isinstance(element.tag, str)
        or element.tag in _HIDDEN_TAGS
        or "hidden" in element.attrib
        or bool(_HIDDEN_STYLE.search(element.get("style", "")))
    )
