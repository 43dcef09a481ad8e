"""What stands where on the pages of a PDF: runs of characters with their place and size.

PDFium tells each character's origin on the baseline and its matrix; boxes are not trusted,
as fonts drawn by programs (Type 3, as browsers print Chinese) have none of use.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pypdfium2

_GAP = 0.5  # em between characters of one strip, at most
# Radicals that printing programs put for the characters drawn alike; NFKC knows the others.
_RADICALS = str.maketrans(
    "⺁⺄⺆⺈⺊⺌⺕⺜⺝⺟⺠⺥⺧⺩⺪⺬⺮⺶⺷⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
    "厂乙冂刀卜小彐日月母民爪牛王疋示竹羊羊虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
)


@dataclass(frozen=True, slots=True)
class Strip:
    """A run of characters on one baseline without a wide gap.

    Lengths are in points, `y` is the baseline's distance from the top of the page.
    """

    x0: float
    x1: float
    y: float
    size: float
    text: str
    bold: bool = False

    @property
    def top(self) -> float:
        """Upper edge of the characters."""
        return self.y - 0.88 * self.size

    @property
    def bottom(self) -> float:
        """Lower edge of the characters."""
        return self.y + 0.12 * self.size


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page.

    Attributes:
        number: 1-based.
        width, height: in points, as the page is looked at.
        strips: what is written on it.
        picture: whether it carries images.
        unknown: characters whose meaning the file does not tell.
    """

    number: int
    width: float
    height: float
    strips: tuple[Strip, ...]
    picture: bool = False
    unknown: int = 0


@dataclass(slots=True)
class _Run:
    """A strip in the making."""

    x0: float
    x1: float
    y: float
    size: float
    first: int
    letters: list[str] = field(default_factory=list)


def is_wide(character: str) -> bool:
    """Whether it takes a whole square, as Chinese characters and their punctuation do."""
    return unicodedata.east_asian_width(character) in ("W", "F") or character in "“”‘’…—·"


def sheets(document: pypdfium2.PdfDocument, first: int, end: int) -> Iterator[Sheet]:
    """The pages from index `first` to before `end`; none is kept."""
    import pypdfium2.raw as raw

    for index in range(first, end):
        page = document[index]
        try:
            width, height = page.get_size()
            text = page.get_textpage()
            try:
                strips, unknown = _strips(text, _turned(page))
            finally:
                text.close()
            picture = not strips and any(True for _ in page.get_objects((raw.FPDF_PAGEOBJ_IMAGE,)))
            yield Sheet(index + 1, width, height, strips, picture, unknown)
        finally:
            page.close()


def _turned(page: Any) -> Any:
    """From the page's own coordinates to those of a reader: x from the left, y from the top."""
    left, bottom, right, top = page.get_cropbox()
    turn = page.get_rotation()

    def place(x: float, y: float) -> tuple[float, float]:
        if turn == 90:
            return y - bottom, x - left
        if turn == 180:
            return right - x, y - bottom
        if turn == 270:
            return top - y, right - x
        return x - left, top - y

    return place, math.radians(turn)


def _strips(text: Any, turned: Any) -> tuple[tuple[Strip, ...], int]:
    import pypdfium2.raw as raw

    place, turn = turned
    count = text.count_chars()
    x, y = ctypes.c_double(), ctypes.c_double()
    matrix = raw.FS_MATRIX()
    box = [ctypes.c_double() for _ in range(4)]
    runs: list[_Run] = []
    run: _Run | None = None
    unknown = 0
    cosine, sine = math.cos(turn), math.sin(turn)
    for i in range(count):
        code = raw.FPDFText_GetUnicode(text, i)
        if code in (2, 10, 13) or (code in (32, 45) and raw.FPDFText_IsGenerated(text, i) == 1):
            continue
        if code == 0 or code in (0xFFFE, 0xFFFD) or 0xE000 <= code <= 0xF8FF or code > 0x10FFFF:
            unknown += 1
            continue
        raw.FPDFText_GetCharOrigin(text, i, x, y)
        raw.FPDFText_GetMatrix(text, i, matrix)
        scale = math.hypot(matrix.c, matrix.d)
        size = raw.FPDFText_GetFontSize(text, i) * scale
        # Text that runs askew is a watermark or a picture's.
        along = (matrix.a * cosine + matrix.b * sine) / (math.hypot(matrix.a, matrix.b) or 1.0)
        if not 1 < size < 500 or along < 0.98:
            continue
        character = chr(code)
        at, down = place(x.value, y.value)
        if is_wide(character):
            end = at + size
        else:
            raw.FPDFText_GetCharBox(text, i, *box)
            corner = max(place(box[0].value, 0)[0], place(box[1].value, 0)[0])
            end = corner if turn == 0 and corner > at else at + 0.5 * size
        if not (
            run
            and abs(down - run.y) < 0.1 * size
            and abs(size - run.size) < 0.1 * size
            and -0.5 * size < at - run.x1 < _GAP * size
        ):
            run = _Run(at, end, down, size, i)
            runs.append(run)
        elif at - run.x1 > 0.15 * size and run.letters[-1] != " " and not is_wide(character):
            # Words that are set apart without a space between them.
            run.letters.append(" " * (not is_wide(run.letters[-1])))
        run.letters.append(character)
        run.x1 = max(run.x1, end)
    return _finished(runs, text), unknown


def _finished(runs: list[_Run], text: Any) -> tuple[Strip, ...]:
    """Strips of the runs that say something; one printed twice for boldness counts once."""
    made: dict[tuple[str, int, int], Strip] = {}
    for run in runs:
        words = readable("".join(run.letters))
        if not words.strip():
            continue
        key = (words, round(run.x0 / 3), round(run.y / 3))
        if key not in made:
            bold = _is_bold(text, run.first)
            made[key] = Strip(run.x0, run.x1, run.y, run.size, words, bold)
    return tuple(made.values())


def _is_bold(text: Any, i: int) -> bool:
    import pypdfium2.raw as raw

    name = ctypes.create_string_buffer(96)
    raw.FPDFText_GetFontInfo(text, i, name, 96, ctypes.c_int())
    return any(w in name.value.lower() for w in (b"bold", b"black", b"heavy", b"simhei"))


def readable(text: str) -> str:
    """`text` with the characters that a reader sees: no radicals, halves or hidden marks."""
    if any("\ud800" <= c <= "\udfff" for c in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    text = "".join(
        unicodedata.normalize("NFKC", c)
        if "\u2f00" <= c <= "\u2fdf" or "\uf900" <= c <= "\ufaff" or "\ufb00" <= c <= "\ufb06"
        else c
        for c in text.translate(_RADICALS)
    )
    return "".join(
        " " if c in "\t\xa0" else c
        for c in text
        if c == "\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
