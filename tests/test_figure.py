"""Figures: Arabic digits and Chinese numerals, with units, and what counts nothing."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rag.figure import figures, missing


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("11.4万件", 114000, "case"),
        ("1,234件", 1234, "case"),
        ("５０％", 50, "%"),
        ("百分之九十六", 96, "%"),
        ("九成六", 96, "%"),
        ("三分之二", Fraction(2, 3), "fraction"),
        ("3.5个百分点", Fraction(7, 2), "point"),
        ("一万两千三百名", 12300, "person"),
        ("二〇二二年", 2022, "year"),
        ("三级", 3, "level"),
        ("1.2亿元", 120_000_000, "money"),
        ("5.6萬畝", 56000, "area"),
        ("第264条", 264, "count"),
    ],
)
def test_one_figure(text: str, value: int | Fraction, unit: str) -> None:
    (found,) = figures(text)
    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize(
    "text",
    [
        "一个平台",
        "一批项目",
        "第一，要快",
        "一是要快",
        "两个方面",
        "三位官员",
        "统一部署",
        "十分重要",
        "千家万户",
        "（1）要快",
        "一体化",
        "百姓",
        "进一步",
    ],
)
def test_words_that_count_nothing(text: str) -> None:
    assert figures(text) == []


SOURCE = [
    "2021年调处纠纷8.6万余件,成功率达97%,建成三级中心1420个,投入近三亿元,"
    "涉及人员2300名,占比三分之二。"
]


@pytest.mark.parametrize(
    "text",
    [
        "8.6万件",
        "86000件纠纷",
        "超过8.5万件",
        "成功率为百分之九十七",
        "成功率９７％",
        "三级中心",
        "1420家中心",
        "约1400个中心",
        "近3亿元",
        "二千三百人",
        "2021年",
        "三分之二",
    ],
)
def test_the_same_figure_written_otherwise(text: str) -> None:
    assert missing(text, SOURCE) == []


@pytest.mark.parametrize(
    "text",
    [
        "8.7万件",
        "8.6亿件",
        "8.6件",
        "近8.6万件",
        "9.7%",
        "97个百分点",
        "四级中心",
        "1240个中心",
        "2300件",
        "2020年",
        "约1200个中心",
        "四分之三",
    ],
)
def test_another_figure_is_missed(text: str) -> None:
    assert [f.text for f in missing(text, SOURCE)] == [text.removesuffix("中心").strip()]


def test_line_breaks_and_blanks_inside_numbers() -> None:
    assert missing("建成 1420 个，纠纷 8 . 6 万件，14\n20个", SOURCE) == []


def test_places() -> None:
    text = "全年办结1286件。"
    (found,) = figures(text)
    assert text[found.start : found.end] == found.text == "1286件"
