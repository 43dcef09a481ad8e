"""Whatever the bytes are, reading ends, and ends with a document or with a remedy."""

from __future__ import annotations

import io
import random
import time
import zipfile
from pathlib import Path

import docx
import pytest

from store.attribution import attribute
from store.errors import UnreadableFile
from store.intake import sources
from store.reader import SUFFIXES, load, read_bytes
from tests.test_pdf import assembled, stream

LIMIT = 32 << 20
HEADS = {".pdf": b"%PDF-1.7\n", ".docx": b"PK\x03\x04", ".html": b"<html><body>", ".md": b"# "}
SECONDS = 30


def safely(name: str, data: bytes) -> int:
    """How many lines there are, 0 if the file is refused; anything else fails the test."""
    started = time.monotonic()
    try:
        lines = read_bytes(name, data, LIMIT).lines
    except UnreadableFile as error:
        assert error.zh and error.en
        lines = ()
    assert time.monotonic() - started < SECONDS
    assert all(line.text and line.text == line.text.strip() for line in lines)
    assert [line.number for line in lines] == sorted({line.number for line in lines})
    return len(lines)


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_random_bytes(suffix: str) -> None:
    rng = random.Random(suffix)
    for size in (1, 3, 100, 5_000, 300_000):
        data = rng.randbytes(size)
        safely(f"a{suffix}", data)
        safely(f"a{suffix}", HEADS.get(suffix, b"") + data)
        safely(f"a{suffix}", bytes(b & 127 for b in data))


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_marks_that_steer_and_marks_that_nobody_sees(suffix: str) -> None:
    words = "\u202e近年来\u200b,法院\x07工作\u200f有进步。\u2066字\u2069\x1b[0m\x00\ufeff"
    if suffix == ".docx":
        document = docx.Document()
        document.add_paragraph("".join(c for c in words if c.isprintable() or ord(c) > 127))
        out = io.BytesIO()
        document.save(out)
        data = out.getvalue()
    else:
        data = f"<p>{words}</p>".encode()
    try:
        lines = read_bytes(f"a{suffix}", data, LIMIT).lines
    except UnreadableFile:
        return
    shown = "".join(line.text for line in lines)
    assert not set(shown) & set("\u202e\u200b\u200f\u2066\u2069\x07\x1b\x00\ufeff")


@pytest.mark.slow
@pytest.mark.parametrize("suffix", sorted(SUFFIXES - {".pdf", ".docx"}))
def test_a_million_lines_of_one_character(suffix: str) -> None:
    count = 1_000_000 if suffix == ".txt" else 100_000
    row = "<p>字\n" if suffix.startswith(".htm") else "字\n"
    assert safely(f"a{suffix}", (row * count).encode()) == count


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_one_endless_line(suffix: str) -> None:
    safely(f"a{suffix}", "字".encode() * 1_000_000)
    safely(f"a{suffix}", b"<" * 300_000)
    safely(f"a{suffix}", b"<p " * 100_000)
    safely(f"a{suffix}", b"[" * 50_000)


def test_a_docx_with_many_paragraphs() -> None:
    document = docx.Document()
    for n in range(3_000):
        document.add_paragraph(f"第{n}段。")
    out = io.BytesIO()
    document.save(out)
    assert safely("a.docx", out.getvalue()) == 3_000


def test_only_files_of_known_kinds_are_looked_for(tmp_path: Path) -> None:
    names = ("a.pdf", "b.DOCX", "c.htm", "d.html", "e.txt", "f.md", "Makefile", "g.xls", ".h.txt")
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    assert [p.name for p in sources(tmp_path)] == list(names[:6])
    assert "" not in SUFFIXES
    assert load(tmp_path / "Makefile", 10) == b"x"
    with pytest.raises(UnreadableFile, match="格式"):
        load(tmp_path / "g.xls", 10)
    with pytest.raises(UnreadableFile, match="太大"):
        load(tmp_path / "e.txt", 0)


def repacked(data: bytes, part: str, words: bytes) -> bytes:
    """A DOCX with one part replaced: whole as an archive, damaged inside."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, words if name == part else old.read(name))
    return out.getvalue()


def test_a_docx_damaged_inside_its_parts() -> None:
    document = docx.Document()
    for n in range(20):
        document.add_paragraph(f"第{n}段话，说得完整。")
    out = io.BytesIO()
    document.save(out)
    data = out.getvalue()
    rng = random.Random(2)
    for part in ("word/document.xml", "word/styles.xml", "[Content_Types].xml", "_rels/.rels"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            words = archive.read(part)
        safely("a.docx", repacked(data, part, b""))
        safely("a.docx", repacked(data, part, words[: len(words) // 2]))
        for _ in range(12):
            broken = bytearray(words)
            for _ in range(rng.choice((1, 8, 60))):
                broken[rng.randrange(len(broken))] = rng.randrange(256)
            safely("a.docx", repacked(data, part, bytes(broken)))


def test_a_docx_nested_beyond_reason() -> None:
    out = io.BytesIO()
    docx.Document().save(out)
    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    for depth in (200, 50_000):
        cell = "<w:tbl><w:tr><w:tc>" * depth + "<w:p><w:r><w:t>里。</w:t></w:r></w:p>"
        body = f"<w:document {ns}><w:body>{cell}{'</w:tc></w:tr></w:tbl>' * depth}</w:body>"
        safely(
            "a.docx",
            repacked(out.getvalue(), "word/document.xml", (body + "</w:document>").encode()),
        )


def test_a_pdf_cut_short_or_with_bytes_turned() -> None:
    words = b"BT /F 12 Tf 60 700 Td (Open courts build trust.) Tj 0 -20 Td (Trust grows.) Tj ET"
    data = assembled(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        stream(words),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    assert safely("a.pdf", data) >= 1
    rng = random.Random(3)
    for share in (0.1, 0.4, 0.7, 0.97):
        safely("a.pdf", data[: int(share * len(data))])
    for _ in range(6):
        broken = bytearray(data)
        for _ in range(rng.choice((1, 5, 40))):
            broken[rng.randrange(9, len(broken))] = rng.randrange(256)
        safely("a.pdf", bytes(broken))


@pytest.mark.parametrize("encoding", ["hz", "utf-16-le", "utf-16-be", "gb18030", "big5", "utf-7"])
def test_text_cut_inside_a_character(encoding: str) -> None:
    text = "近年来，法院的工作有了新的进步，人民满意。\n" * 40
    data = text.encode(encoding, "replace")
    rng = random.Random(4)
    for cut in (1, 2, 3, 17):
        safely("a.txt", data[:-cut])
        safely("a.txt", data[cut:])
    for _ in range(20):
        broken = bytearray(data)
        broken[rng.randrange(len(broken))] = rng.randrange(256)
        safely("a.txt", bytes(broken))


def test_whatever_the_lines_are_they_are_attributed() -> None:
    """Names, offices, headings, half sentences and marks in any order: no line is lost or told
    twice."""
    parts = [
        "顾望舒", "望川市人民法院", "院长", "望川市人民法院院长", "一、", "（二）", "三、做实调解",
        "“", "》", "。", "，这是后半句。", "这是前半句", "作者系望川市人民法院院长", "记者 闻笛",
        "关于一件事的几点想法", "近年来，全市法院工作有了新的进步。" * 4, "1", "第 3 页", "A" * 70,
    ]  # fmt: skip
    rng = random.Random(6)
    for _ in range(60):
        rows = [
            rng.choice(parts) + rng.choice(("", "\n", "\n\n")) for _ in range(rng.randint(1, 40))
        ]
        document = read_bytes("a.txt", "\n".join(rows).encode(), LIMIT)
        told = [n for r in attribute(document) for p in r.paragraphs for n in p.lines]
        assert len(told) == len(set(told))
        assert set(told) <= {line.number for line in document.lines}
