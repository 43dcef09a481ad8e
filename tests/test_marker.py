"""Citation markers in every shape, and what only looks like one."""

from __future__ import annotations

import random

import pytest

from rag.marker import MarkerStream, find_marks, normalise, numbers_in, strip_marks, written


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("要快[1]。", "要快[1]。"),
        ("要快【1】。", "要快[1]。"),
        ("要快［１］。", "要快[1]。"),
        ("要快[1,2]。", "要快[1][2]。"),
        ("要快[1、2]。", "要快[1][2]。"),
        ("要快[1-3]。", "要快[1][2][3]。"),
        ("要快[1]–[2]。", "要快[1]–[2]。"),
        ("要快[1][2]。", "要快[1][2]。"),
        ("要快[1], [2]。", "要快[1][2]。"),
        ("要快[^1]。", "要快[1]。"),
        ("要快[[1]]。", "要快[1]。"),
        ("要快[来源1]。", "要快[1]。"),
        ("要快（来源：1）。", "要快[1]。"),
        ("要快(来源：[1][2])。", "要快[1][2]。"),
        ("要快[citation:2]。", "要快[2]。"),
        ("要快【2†source】。", "要快[2]。"),
        ("要快<sup>[1]</sup>。", "要快[1]。"),
        ("要快[1][1]。", "要快[1]。"),
    ],
)
def test_every_shape_becomes_one(text: str, wanted: str) -> None:
    assert normalise(text, 3) == wanted
    assert normalise(wanted, 3) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("要快[0]。", "要快。"),
        ("要快 [9]。", "要快。"),
        ("要快[1, 9]。", "要快[1]。"),
        ("要快[2-99]。", "要快[2]。"),
        ("要快[3-1]。", "要快[3][1]。"),
        ("要快[1", "要快"),
        ("要快 【来源 1", "要快"),
    ],
)
def test_invented_and_broken_numbers_are_dropped(text: str, wanted: str) -> None:
    assert normalise(text, 3) == wanted


def test_with_nothing_to_cite_every_marker_goes() -> None:
    assert normalise("要快[1]，要好【2】。", 0) == "要快，要好。"


@pytest.mark.parametrize(
    "text",
    [
        "某发[2022]5号",
        "某发〔2022〕5号",
        "某发[98]5号",
        "据[2022]年统计",
        "（1）要快；（2）要好",
        "见[1](https://example.org)",
        "见[1](#a)",
        "[1]: https://example.org",
        "[第1段]",
        "[注意]",
        "【重点】",
    ],
)
def test_what_is_no_marker_stays(text: str) -> None:
    assert find_marks(text) == []
    assert normalise(text, 5) == text


def test_a_remark_in_brackets_after_a_marker_is_no_link() -> None:
    assert numbers_in("要快[1](原文此处中断)") == (1,)


def test_places_and_numbers() -> None:
    text = "要快[1]，要好【2、3】。"
    first, second = find_marks(text)
    assert text[first.start : first.end] == "[1]"
    assert (second.numbers, text[second.start : second.end]) == ((2, 3), "【2、3】")
    assert numbers_in(text) == (1, 2, 3)
    assert strip_marks(text) == "要快，要好。"
    assert written([1, 2]) == "[1][2]"


PARTS = [
    "要快",
    "。",
    " ",
    "[1]",
    "【2】",
    "[1,",
    "3]",
    "[2022]",
    "（来源1）",
    "[9]",
    "\n",
    "，",
    "《书》",
]


def test_streamed_pieces_give_the_whole() -> None:
    rng = random.Random(5)
    for _ in range(3000):
        text = "".join(rng.choice(PARTS) for _ in range(rng.randint(1, 12)))
        stream = MarkerStream(3)
        out, at = "", 0
        while at < len(text):
            size = rng.randint(1, 4)
            out += stream.feed(text[at : at + size])
            at += size
        out += stream.finish()
        assert out == normalise(text, 3), text
        assert normalise(out, 3) == out, text


def test_half_a_marker_is_never_shown() -> None:
    stream = MarkerStream(3)
    assert stream.feed("要快[") == "要快"
    assert stream.feed("1") == ""
    assert stream.feed("]。要") == "[1]。要"
    assert stream.feed("好[2") == "好"
    assert stream.finish() == ""


def test_plain_text_is_not_held_back() -> None:
    stream = MarkerStream(3)
    assert stream.feed("要修路，要种树。") == "要修路，要种树。"
