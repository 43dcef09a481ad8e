"""PDFs as a browser prints them: whole paragraphs, in reading order, by the right official."""

from __future__ import annotations

import io
import random
import zlib
from collections import defaultdict
from pathlib import Path

import pytest

from store.attribution import attribute
from store.column import flows
from store.document import Document
from store.errors import UnreadableFile
from store.glyph import Strip, readable
from store.reader import read_bytes
from tests.officialese import pieces
from tests.printing import CHROMIUM, SPACED, html_of, print_pdf
from training.shuffle import Piece

LIMIT = 32 << 20
printed = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium to print")

LAYOUTS: dict[str, tuple[int, dict[str, str], bool]] = {
    "one column": (1, {}, True),
    "two columns, running heads": (2, {"runner": "青川论坛 · 第三期"}, False),
    "two columns, titles inside them": (2, {"span": "", "gap": "normal", **SPACED}, True),
    "two columns, headings of the body's size": (2, {"heading": "14", "runner": "月刊"}, False),
    "three columns, space between paragraphs": (3, SPACED, True),
    "three columns, narrow gutters": (3, {"gap": "normal", "size": "12", "runner": "澄江"}, False),
    "three columns, titles inside them": (3, {"span": "", "size": "11"}, True),
    "two columns, headings across": (2, {"across": "column-span:all"}, False),
    "three columns, titles at the left": (3, {"span": "column-span:all", **SPACED}, False),
}


def spoken(document: Document) -> dict[str, list[str]]:
    """Each official's paragraphs in reading order."""
    found: dict[str, list[str]] = defaultdict(list)
    for piece in attribute(document):
        found[piece.official.name if piece.official else ""] += [p.text for p in piece.paragraphs]
    return found


def written(piece: Piece) -> list[str]:
    return [item.text for item in piece.items if not item.heading]


@printed
@pytest.mark.slow
@pytest.mark.parametrize("name", LAYOUTS)
def test_columns_are_read_as_a_reader_reads_them(name: str, tmp_path: Path) -> None:
    columns, style, header = LAYOUTS[name]
    count = whole = owned = 0
    for seed in (11, 12):
        truth = pieces(5, random.Random(seed))
        data = print_pdf(html_of(truth, columns, **style), tmp_path, header=header)
        document = read_bytes("a.pdf", data, LIMIT)
        assert document.lines[-1].page and document.lines[-1].page > 1
        assert [line.text for line in document.lines if line.hint == "title"] == [
            piece.title for piece in truth
        ]
        found = spoken(document)
        assert set(found) == {piece.speaker for piece in truth}
        for piece in truth:
            want, got = written(piece), found[piece.speaker]
            count += len(want)
            whole += sum(text in got for text in want)
            owned += sum(text in "".join(got) for text in want)
            assert "".join(got) == "".join(want), "in order, nothing lost, nothing added"
    assert owned == count
    assert whole >= 0.97 * count


@printed
def test_lines_say_where_they_stand(tmp_path: Path) -> None:
    (piece,) = pieces(1, random.Random(3))
    data = print_pdf(html_of([piece], 2), tmp_path)
    lines = read_bytes("a.pdf", data, LIMIT).lines
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert lines[0].hint == "title" and lines[0].page == 1
    assert [line.text for line in lines[1 : 1 + len(piece.byline)]] == list(piece.byline)
    assert all(line.hint == "byline" for line in lines[1 : 1 + len(piece.byline)])
    heads = [line.text for line in lines if line.hint == "heading"]
    assert heads == [item.text for item in piece.items if item.heading]


@printed
def test_latin_words_keep_their_spaces_and_radicals_become_characters(tmp_path: Path) -> None:
    text = "Open courts build trust, and trust builds open courts. " * 8
    page = f"<meta charset=utf-8><style>body{{width:90mm}}</style><p>{text}</p><p>⻓期为⼈民。</p>"
    lines = read_bytes("a.pdf", print_pdf(page, tmp_path), LIMIT).lines
    assert [line.text for line in lines] == [text.strip(), "长期为人民。"]
    assert readable("⻓⼈\u200b\ue000") == "长人"


@printed
def test_a_cut_off_pdf_is_told_or_read_but_never_crashes(tmp_path: Path) -> None:
    data = print_pdf(html_of(pieces(2, random.Random(4)), 2), tmp_path)
    for share in (0.02, 0.3, 0.6, 0.9, 0.99):
        try:
            assert read_bytes("a.pdf", data[: int(share * len(data))], LIMIT).lines
        except UnreadableFile as error:
            assert "PDF" in error.zh or "OCR" in error.zh
    rng = random.Random(5)
    for _ in range(20):
        broken = bytearray(data)
        for _ in range(200):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        try:
            read_bytes("a.pdf", bytes(broken), LIMIT)
        except UnreadableFile:
            continue


def assembled(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF file of numbered objects, the first of which is the catalogue."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (len(objects) + 1, trailer))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def stream(data: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(data)
    head = b"<<%s/Filter/FlateDecode/Length %d>>" % (entries, len(packed))
    return head + b"stream\n" + packed + b"\nendstream"


def test_a_scan_is_sent_to_text_recognition() -> None:
    image = b"/Type/XObject/Subtype/Image/Width 8/Height 8/ColorSpace/DeviceGray/BitsPerComponent 8"
    scan = assembled(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</XObject<</I 5 0 R>>>>>>",
        stream(b"q 595 0 0 842 0 0 cm /I Do Q"),
        stream(bytes(64), image),
    )
    with pytest.raises(UnreadableFile) as caught:
        read_bytes("a.pdf", scan, LIMIT)
    assert "OCR" in caught.value.zh and "OCR" in caught.value.en


def test_a_locked_pdf_says_so() -> None:
    locked = assembled(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (b"11" * 32, b"22" * 32),
        trailer=b"/Encrypt 4 0 R/ID[<00><00>]",
    )
    with pytest.raises(UnreadableFile) as caught:
        read_bytes("a.pdf", locked, LIMIT)
    assert "密码" in caught.value.zh and "password" in caught.value.en


def test_a_heading_of_two_lines_stays_in_its_column() -> None:
    """Its first line stands alone at its height by chance, its second beside another column's."""
    size, body = 15.0, 12.0
    left = [Strip(50, 230, 100 + 18 * n, body, "左栏") for n in range(5)]
    right = [Strip(260, 440, 100 + 18 * n, body, "右栏") for n in range(3)]
    heading = [Strip(50, 230, 205, size, "一、标题的"), Strip(50, 140, 226, size, "后半行")]
    below = [Strip(50, 230, 250 + 18 * n, body, "左栏") for n in range(4)]
    beside = [Strip(260, 440, 228 + 18 * n, body, "右栏") for n in range(4)]
    strips = [*left, *right, *heading, *below, *beside]
    found = flows(strips, 50, 440, body, [245.0])
    read = ["".join(s.text for s in region.strips) for region in found]
    assert any("一、标题的后半行左栏" in text for text in read), read
