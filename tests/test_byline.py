"""Names, organizations and posts out of the shapes that bylines have."""

from __future__ import annotations

import pytest

from store.byline import find_bylines, names_of
from store.office import split_office
from store.reader import read_bytes


def found(text: str) -> list[tuple[str, str, str]]:
    lines = read_bytes("a.txt", text.encode(), 1 << 20).lines
    return [
        (b.official.name, b.official.organization, b.official.position) for b in find_bylines(lines)
    ]


BODY = "近年来,各项工作取得了新的成效,群众的获得感明显增强。"


@pytest.mark.parametrize(
    ("office", "organization", "position"),
    [
        (["望川市人民法院", "党组书记、院长"], "望川市人民法院", "党组书记、院长"),
        (["云屏省司法厅党委委员、副厅长"], "云屏省司法厅", "党委委员、副厅长"),
        (["云屏省望川市委常委、组织部长"], "云屏省望川市委", "常委、组织部长"),
        (["中共云屏省委", "书记"], "中共云屏省委", "书记"),
        (["云屏省", "澜溪县委书记"], "云屏省澜溪县委", "书记"),
        (["云屏自治区党委常委、宣传部部长"], "云屏自治区党委", "常委、宣传部部长"),
        (
            ["云屏省望川市副市长、", "市公安局党委书记、局长"],
            "云屏省望川市",
            "副市长、市公安局党委书记、局长",
        ),
        (["望川市公安局长"], "望川市公安局", "局长"),
        (["云屏省人民检察院党组书记、检察长"], "云屏省人民检察院", "党组书记、检察长"),
        (["云屏大学校长"], "云屏大学", "校长"),
    ],
)
def test_offices_are_split_and_no_word_is_lost(
    office: list[str], organization: str, position: str
) -> None:
    assert split_office(office) == (organization, position)


@pytest.mark.parametrize(
    "byline",
    [
        "顾望舒\n望川市人民法院\n党组书记、院长",
        "顾望舒\n望川市人民法院党组书记、院长",
        "顾望舒 望川市人民法院党组书记、院长",
        "望川市人民法院党组书记、院长 顾望舒",
        "望川市人民法院党组书记、院长\n顾望舒",
        "作者:顾望舒(望川市人民法院党组书记、院长)",
        "顾望舒(望川市人民法院党组书记、院长)",
    ],
)
def test_every_shape_of_byline_names_the_same_official(byline: str) -> None:
    assert found(f"\n\n\n{byline}\n\n{BODY}") == [("顾望舒", "望川市人民法院", "党组书记、院长")]


def test_an_office_at_the_end_finds_its_name() -> None:
    text = f"用心办好每一件小案\n\n黎青\n\n{BODY}\n\n(作者系澜溪县人民检察院检察长)"
    assert found(text) == [("黎青", "澜溪县人民检察院", "检察长")]


def test_names_with_spaces_dots_and_company() -> None:
    assert names_of("黎  青") == ("黎青",)
    assert names_of("艾山·托合提") == ("艾山·托合提",)
    assert names_of("欧阳怀远") == ("欧阳怀远",)
    assert names_of("顾望舒 黎青") == ("顾望舒", "黎青")
    assert found(f"艾山·托合提\n白苇区委书记\n\n{BODY}")[0][0] == "艾山·托合提"


def test_a_rare_surname_is_told_by_its_place() -> None:
    assert found(f"\n\n\n丌官文\n白苇区委书记\n\n{BODY}") == [("丌官文", "白苇区委", "书记")]


def test_two_officials_of_one_name_stay_two() -> None:
    text = f"顾望舒\n望川市人民法院院长\n\n{BODY}\n\n\n\n顾望舒\n澜溪县委书记\n\n{BODY}"
    assert [o[1] for o in found(text)] == ["望川市人民法院", "澜溪县委"]


@pytest.mark.parametrize(
    "text",
    [
        "本报记者 顾望舒",
        "责任编辑:黎青",
        "平安建设\n\n" + BODY,
        "高质量\n" + BODY,
        "江北省\n\n" + BODY,
        "文明创建\n一、抓好文明村镇\n" + BODY,
        BODY + "\n\n全力以赴",
    ],
)
def test_short_lines_are_not_bylines(text: str) -> None:
    assert found(text) == []


def test_marked_bylines_without_a_post_are_bylines() -> None:
    text = """谈谈河湖管护

文/陈启元

河湖管护贵在日常。要把巡河记在账上,问题逐条销号。

(作者系云溪省青川市水务局党组书记、局长)

书香里的乡村

文/欧阳荷

乡村图书室是孩子们放学后的好去处。图书馆每月送去新书。

(作者单位:云溪省青川市图书馆)
"""
    from store.attribution import attribute
    from store.reader import read_bytes

    pieces = attribute(read_bytes("a.txt", text.encode(), 10**6))
    told = {
        (r.official.name, r.official.organization): "".join(p.text for p in r.paragraphs)
        for r in pieces
        if r.official
    }
    assert set(told) == {("陈启元", "云溪省青川市水务局"), ("欧阳荷", "云溪省青川市图书馆")}
    assert "巡河" in told[("陈启元", "云溪省青川市水务局")]
    assert "图书室" in told[("欧阳荷", "云溪省青川市图书馆")]
    assert not any("作者" in t or "文/" in t for t in told.values())


@pytest.mark.parametrize(
    ("rows", "organization", "position"),
    [
        (["云溪大学水利研", "究中心"], "云溪大学水利研究中心", ""),
        (["云溪省水务", "厅党组书记、厅长"], "云溪省水务厅", "党组书记、厅长"),
    ],
)
def test_an_office_cut_inside_a_word_is_told_by_all_its_lines(
    rows: list[str], organization: str, position: str
) -> None:
    text = "\n".join(
        ["谈谈河湖管护", "", "", "陈启元", *rows, "", "河湖管护贵在日常，要常抓不懈。"]
    )
    assert found(text) == [("陈启元", organization, position)]


def test_a_guest_researcher_is_no_reporter() -> None:
    text = (
        "谈谈河湖管护\n\n\n陈启元\n云溪省水利研究中心特约研究员\n\n河湖管护贵在日常，要常抓不懈。"
    )
    assert [name for name, _, _ in found(text)] == ["陈启元"]
    text = text.replace("特约研究员", "特约记者")
    assert found(text) == []
