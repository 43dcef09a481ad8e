"""Bytes of any usual kind become lines; anything else is refused with a remedy."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from store.document import Line
from store.errors import UnreadableFile
from store.reader import read, read_bytes

LIMIT = 1 << 20
TEXT = "顾望舒\n望川市人民法院院长\n\n近年来,望川法院坚持司法为民,推动各项工作取得了新的成效。\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "hz"]
)
def test_every_usual_encoding_gives_the_same_lines(encoding: str) -> None:
    document = read_bytes("a.txt", TEXT.encode(encoding), LIMIT)
    assert [line.text for line in document.lines] == [t for t in TEXT.split("\n") if t]
    assert [line.number for line in document.lines] == [1, 2, 4]
    assert document.lines[2].blank_before == 1


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_its_characters(encoding: str) -> None:
    """With zero bytes on both sides (U+4E00 has one too), and without any."""
    for text in (
        "一二三四，一心一意为民，\n一件一件办好。" * 3,
        "我们要把发展和民生的工作做好。" * 9,
    ):
        lines = read_bytes("a.txt", text.encode(encoding), LIMIT).lines
        assert "".join(line.text for line in lines) == text.replace("\n", "")


def test_what_only_looks_like_hz_is_plain_text() -> None:
    for text in ("see ~{not closed and not Chinese", "a ~ b ~{zz"):
        assert read_bytes("a.txt", text.encode(), LIMIT).lines[0].text == text


def test_big5_is_read_when_it_is_chinese() -> None:
    text = "本院在過去一年中,為了國家和人民的發展,堅持以人為本,工作上有了新的進步。" * 3
    assert read_bytes("a.txt", text.encode("big5"), LIMIT).lines[0].text == text


@pytest.mark.parametrize("breaks", ["\n", "\r\n", "\r"])
def test_line_numbers_do_not_depend_on_the_line_break(breaks: str) -> None:
    document = read_bytes("a.txt", TEXT.replace("\n", breaks).encode(), LIMIT)
    assert [line.number for line in document.lines] == [1, 2, 4]


def test_marks_that_nobody_sees_are_dropped() -> None:
    document = read_bytes("a.txt", "\u202e近年来\u200b,法院\x07工作\u200f有进步。".encode(), LIMIT)
    assert document.lines[0].text == "近年来,法院工作有进步。"


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("a.txt", b"", "空"),
        ("a.txt", b" \n\t \r\n", "空"),
        ("a.txt", "\ufeff \n".encode(), "空"),
        ("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "不是文本"),
        ("a.txt", b"PK\x03\x04" + os.urandom(64), "不是文本"),
        ("a.txt", b"\xff\xd8\xff\xe0" + bytes(range(256)), "不是文本"),
        ("a.txt", bytes(range(128, 256)) * 20, "不是文本"),
        ("a.docx", b"x", "DOCX"),
        ("a.pdf", b"x", "PDF"),
        ("a.xls", b"x", "另存为"),
        ("a.JPG", b"\xff\xd8\xff\xe0", "OCR"),
        ("a.txt", b"a" * (LIMIT + 1), "太大"),
        ("a.md", "---\nspeaker: [\n---\n正文。".encode(), "YAML"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(name: str, data: bytes, word: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(name, data, LIMIT)
    assert word in caught.value.zh
    assert caught.value.en


def test_missing_folder_and_too_large_files(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="找不到"):
        read(tmp_path / "none.txt", LIMIT)
    with pytest.raises(UnreadableFile, match="文件夹"):
        read(tmp_path, LIMIT)
    big = tmp_path / "big.txt"
    with big.open("wb") as file:
        file.truncate(LIMIT + 1)
    with pytest.raises(UnreadableFile, match="太大"):
        read(big, LIMIT)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT)
    path.chmod(0)
    with pytest.raises(UnreadableFile, match="权限"):
        read(path, LIMIT)


def test_markdown_marks_become_hints_and_front_matter_is_declared() -> None:
    text = (
        "---\nspeaker: 顾望舒\norganization: 望川市人民法院\nposition: 院长\ndate: 2023-05-01\n"
        "note: 据讲话整理\ncolour: red\n---\n\n# 让司法更有温度\n\n## 一、立案\n\n"
        "立案窗口**必须**有[温度](http://x.y),\n也要有速度。\n\n- 第一条\n- 第二条\n"
    )
    document = read_bytes("a.md", text.encode(), LIMIT)
    assert document.declared == {
        "speaker": "顾望舒",
        "organization": "望川市人民法院",
        "position": "院长",
        "date": "2023-05-01",
        "note": "据讲话整理",
    }
    assert [(line.hint, line.text) for line in document.lines] == [
        ("title", "让司法更有温度"),
        ("heading", "一、立案"),
        ("", "立案窗口必须有温度,"),
        ("", "也要有速度。"),
        ("", "第一条"),
        ("", "第二条"),
    ]
    rows = text.split("\n")
    assert rows[document.lines[0].number - 1] == "# 让司法更有温度"
    assert rows[document.lines[5].number - 1] == "- 第二条"


def test_a_million_short_lines_are_read() -> None:
    document = read_bytes("a.txt", "字\n".encode() * 1_000_000, 1 << 23)
    assert len(document.lines) == 1_000_000
    assert document.lines[-1] == Line(1_000_000, "字", 0)
