"""Small numbers in questions and headings."""

from __future__ import annotations

import pytest

from rag.enumeration import asked_count
from rag.ordinal import point
from store.heading import heading_number
from store.numeral import number_of


@pytest.mark.parametrize(
    ("word", "number"),
    [
        *(("5", 5), ("１２", 12), ("五", 5), ("两", 2), ("十", 10), ("十二", 12), ("二十", 20)),
        *(("二十三", 23), ("九十九", 99)),
        *((word, 0) for word in ("", "三五", "三五十", "十3", "十十", "百", "²")),
    ],
)
def test_numbers(word: str, number: int) -> None:
    assert number_of(word) == number


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一、总的要求", (1, 1)),
        ("第二十一部分 保障", (1, 21)),
        ("（十三）加强督查", (2, 13)),
        ("12. 压实责任", (3, 12)),
        ("三五十、上百人都来了", (0, 0)),
        ("十二十、都不是数", (0, 0)),
        ("总的要求", (0, 0)),
    ],
)
def test_headings(text: str, found: tuple[int, int]) -> None:
    assert heading_number(text) == found


def test_numbers_above_ten_are_understood_in_questions() -> None:
    items = "\n".join(f"{n}. 第{n}件要办的实事" for n in range(1, 13))
    assert point("第十二条怎么落实?", items) == "第12件要办的实事"
    assert asked_count("哪十二项措施?") == 12 and asked_count("哪些措施?") == 0
