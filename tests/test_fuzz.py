"""Whatever the bytes are, reading ends, and ends with a document or with a remedy."""

from __future__ import annotations

import io
import random
import time
from pathlib import Path

import docx
import pytest

from store.errors import UnreadableFile
from store.intake import sources
from store.reader import SUFFIXES, load, read_bytes

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
