"""A PDF that hangs, crashes or swallows memory ends with one line, and the program goes on."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.errors import UnreadableFile
from store.isolation import Limits, read_apart
from store.pdf import read_pdf
from tests.test_pdf import assembled, stream

CHILD = """
import os, sys, time
from store.document import Document, Line
from store.errors import UnreadableFile
from store.isolation import serve

def read(name, data, progress):
    what = data.decode()
    if what == "hang":
        time.sleep(60)
    if what == "slow":
        for n in range(600):
            time.sleep(0.1)
            progress(n, 600)
    if what == "crash":
        os.abort()
    if what == "memory":
        return bytearray(8 << 30)
    if what == "noise":
        sys.stdout.write("not JSON" + chr(10)); sys.stdout.flush()
    if what == "refuse":
        raise UnreadableFile("不行", "no")
    progress(1, 2)
    return Document(name, (Line(1, what, 0, 3, "title"),), {"note": "注"})

serve(read)
"""


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A module that misbehaves as the file says."""
    folder = tmp_path_factory.mktemp("child")
    (folder / "yanju_misbehaving.py").write_text(CHILD, encoding="utf-8")
    old = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(folder)
    yield "yanju_misbehaving"
    if old is None:
        del os.environ["PYTHONPATH"]
    else:
        os.environ["PYTHONPATH"] = old


def test_a_document_comes_back_whole(module: str) -> None:
    told: list[tuple[int, int]] = []
    made = read_apart(module, "名.pdf", "文".encode(), lambda *n: told.append(n), Limits())
    assert made.name == "名.pdf" and made.declared == {"note": "注"}
    (line,) = made.lines
    assert (line.number, line.text, line.page, line.hint) == (1, "文", 3, "title")
    assert told == [(1, 2)]


@pytest.mark.parametrize(
    ("what", "limits", "word"),
    [
        ("hang", Limits(stall=1.5), "时间过长"),
        ("slow", Limits(stall=5, total=2.0), "时间过长"),
        ("crash", Limits(), "损坏"),
        ("noise", Limits(), "损坏"),
        ("refuse", Limits(), "不行"),
        pytest.param(
            "memory",
            Limits(memory=1 << 30),
            "内存",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="limit of POSIX"),
        ),
    ],
)
def test_whatever_it_does_there_is_one_line(
    module: str, what: str, limits: Limits, word: str
) -> None:
    started = time.monotonic()
    with pytest.raises(UnreadableFile, match=word) as caught:
        read_apart(module, "a.pdf", what.encode(), None, limits)
    assert caught.value.en and "\n" not in caught.value.zh
    assert time.monotonic() - started < 40


def test_a_page_that_draws_itself_without_end(tmp_path: Path) -> None:
    """Forms that draw each other: nested ten deep and ten wide, ten thousand million strokes."""
    forms = []
    for n in range(5, 15):
        inner = b" ".join(b"/F Do" for _ in range(10)) if n < 14 else b"BT /T 9 Tf (x) Tj ET"
        entries = (
            b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]"
            b"/Resources<</XObject<</F %d 0 R>>/Font<</T 4 0 R>>>>" % (n + 1)
        )
        forms.append(stream(inner, entries))
    bomb = assembled(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R"
        b"/Resources<</XObject<</F 6 0 R>>/Font<</T 4 0 R>>>>>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *forms,
    )
    started = time.monotonic()
    with pytest.raises(UnreadableFile):
        read_pdf("bomb.pdf", bomb, None, Limits(memory=1 << 30, stall=5, total=10))
    assert time.monotonic() - started < 40


def test_a_stream_that_unpacks_without_end() -> None:
    """A thousandfold: 300 MB of white space in 300 kB."""
    bomb = assembled(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        stream(b" " * (300 << 20)),
    )
    started = time.monotonic()
    with pytest.raises(UnreadableFile):
        read_pdf("bomb.pdf", bomb, None, Limits(memory=1 << 30, stall=10, total=20))
    assert time.monotonic() - started < 40
