"""Who spoke when: dates, periods, the picture and its list."""

from __future__ import annotations

import re

import pytest

from pages.pictures import ROWS, called
from pages.timeline import HOLLOW, LISTED, SHAPES, Timeline, draw_cell, draw_list, draw_timeline
from pages.wording import say
from rag.chronicle import COLUMNS, DECADE, MONTH, YEAR, Piece, chronicle, day_of, periods, unit_of
from store import Official, Passage
from tests.test_pages import html, page
from tests.test_proofreading import town

__all__ = ["town"]  # the fixture

A, B = Official("闻人岳", "某局", "局长"), Official("陆望川", "某厅", "厅长")


def passage(who: Official, title: str, date: str = "", published: str = "", n: int = 1) -> Passage:
    ident = f"{title}{n}"
    return Passage(
        ident, title, f"{title}.md", who, title, "", n, "话。", date=date, published=published
    )


def spoken(who: Official, *days: str) -> list[Piece]:
    return chronicle(passage(who, f"{who.name}{n}", day) for n, day in enumerate(days))


def line_of(pieces: list[Piece], *officials: Official) -> Timeline:
    unit = unit_of(pieces)
    return Timeline(officials, called(officials), periods(pieces, unit), unit, pieces)


@pytest.mark.parametrize(
    ("date", "published", "day"),
    [
        ("2021年5月6日", "", "2021-05-06"),
        ("2021-5", "", "2021-05"),
        ("2021", "", "2021"),
        ("", "某日报,2021-05-06(03)", "2021-05-06"),
        ("", "《某刊》2021年第5期", "2021"),
        ("春天", "某刊 2021, 12(5): 7-9", "2021"),
        ("2021-13-40", "", "2021"),
        ("2021-02-45", "", "2021"),
        ("第120215号", "", ""),
        ("", "", ""),
    ],
)
def test_a_day_is_as_exact_as_it_is_known(date: str, published: str, day: str) -> None:
    assert day_of(passage(A, "题", date, published)) == day


def test_pieces_are_in_order_and_the_undated_are_last() -> None:
    made = chronicle(
        [
            passage(A, "无"),
            passage(A, "后", "2021-06", n=2),
            passage(A, "后", "2021-06", n=1),
            passage(B, "先", "2021-05-06"),
        ]
    )
    assert [(p.first.title, p.first.paragraph, p.paragraphs) for p in made] == [
        ("先", 1, 1),
        ("后", 1, 2),
        ("无", 1, 1),
    ]


def test_months_are_filled_and_a_bare_year_stands_before_its_months() -> None:
    made = spoken(A, "2021-11-05", "2022-02", "2022", "")
    assert unit_of(made) == MONTH
    assert periods(made, MONTH) == ["2021-11", "2021-12", "2022", "2022-01", "2022-02"]


def test_the_unit_grows_with_the_time_between() -> None:
    assert unit_of(spoken(A, "2019-01", "2020-12")) == MONTH
    assert unit_of(spoken(A, "2019-01", "2021-01")) == YEAR
    assert unit_of(spoken(A, "2019", "2020")) == YEAR
    assert periods(spoken(A, "2019", "2022-03"), YEAR) == ["2019", "2020", "2021", "2022"]
    long = spoken(A, "1949-10", "2021-05")
    assert unit_of(long) == DECADE and periods(long, DECADE)[0] == "194"
    assert periods(spoken(A, ""), YEAR) == [] and len(periods(long, DECADE)) <= COLUMNS


def test_marks_have_a_shape_each_and_the_undated_a_column_of_their_own() -> None:
    made = chronicle(
        [p.first for p in spoken(A, "2021-03-01", "2021-03-09", "")]
        + [p.first for p in spoken(B, "2021-05")]
    )
    line = line_of(made, A, B)
    drawn = draw_timeline(line, lambda key: 0)
    assert say("time_count", people=2, dated=3, undated=1) in drawn
    found = re.findall(
        r'data-open="(time-\d-\d)" aria-label="([^"]+)".*?>(.)</i>(?:<b>(\d))?', drawn
    )
    assert found == [
        ("time-0-0", "闻人岳 2021年3月 2 篇", SHAPES[0], "2"),
        ("time-0-3", "闻人岳 日期不详 1 篇", HOLLOW[0], ""),
        ("time-1-2", "陆望川 2021年5月 1 篇", SHAPES[1], ""),
    ]
    assert re.findall(r'scope="col">([^<]+)', drawn) == ["3月", "4月", "5月"]
    assert 'colspan="3">2021' in drawn and 'class="undated" rowspan="2">日期不详' in drawn
    english = draw_timeline(line, lambda key: 0, "en")
    assert set(re.findall("[\u4e00-\u9fff]+", english)) == {"闻人岳", "陆望川"}
    assert 'aria-label="闻人岳 Mar 2021 2 pieces"' in english


def test_without_any_date_it_says_how_one_is_given() -> None:
    drawn = draw_timeline(line_of(spoken(A, "", ""), A), lambda key: 0)
    assert "<table" not in drawn and say("time_none") in drawn
    assert say("time_count", people=1, dated=0, undated=2) in drawn


def test_years_and_decades_have_one_row_of_heads() -> None:
    years = draw_timeline(line_of(spoken(A, "2019", "2022"), A), lambda key: 0)
    assert re.findall(r'scope="col">(\d+)<', years) == ["2019", "2020", "2021", "2022"]
    decades = draw_timeline(line_of(spoken(A, "1949", "2021"), A), lambda key: 0)
    assert "1940s" in decades and "1940—1949年" in decades


def test_a_click_leads_to_its_pieces_and_a_wrong_one_nowhere() -> None:
    line = line_of(spoken(A, "2021-03-01", "2021-03-09", ""), A)
    assert line.find("0-0") == (0, 0) and line.find("0-1") == (0, 1)
    for wrong in ("", "0", "1-0", "0-2", "x-0", "0--1"):
        assert line.find(wrong) is None
    listed = draw_cell(line, (0, 0))
    assert listed.count('data-open="whole-') == 2 and "2021年3月 · 2 篇" in listed
    assert draw_cell(line, (0, 1)).count('data-open="whole-') == 1


def test_hundreds_of_pieces_are_listed_up_to_a_limit_that_is_told() -> None:
    made = spoken(A, *["2021-03-01"] * (LISTED + 7))
    line = line_of(made, A)
    for drawn in (draw_list(line), draw_cell(line, (0, 0))):
        assert drawn.count('data-open="whole-') == LISTED and say("time_more", n=7) in drawn
    assert len(draw_timeline(line, lambda key: 0)) < 3000


def upload(library, name: str, who: str, date: str) -> None:
    head = f"speaker: {who}\norganization: 澜水省渡江县某局\ntitle: {name}\n"
    text = f"---\n{head}date: {date}\n---\n\n渡口要有人管，夜渡要有灯。\n\n救生衣一件不能少。\n"
    library.upload(f"{name}.md", text.encode())


def test_the_page_shows_the_pieces_of_a_mark_and_opens_one(town) -> None:
    upload(town, "守渡口", "卓一帆", "2021-03-05")
    upload(town, "护渡船", "卓一帆", "2021年3月")
    at = page("pages/compare.py")
    seen = html(at)
    assert say("time_title") in seen and say("time_count", people=3, dated=2, undated=2) in seen
    mark = re.search(r'data-open="time-(\d+-\d+)" aria-label="卓一帆 2021年3月', seen)
    at.session_state["time_cell"] = mark[1]
    at.run()
    assert not at.exception and "卓一帆 · 2021年3月 · 2 篇" in html(at)
    first = next(p for p in town.passages() if p.title == "守渡口" and p.paragraph == 1)
    at.session_state["whole_piece"] = first.id
    at.run()
    assert not at.exception and '<article class="yj-piece"' in html(at)
    assert "救生衣一件不能少" in html(at)
    at.session_state["whole_piece"] = "gone"
    at.run()
    assert say("time_gone") in html(at)


def test_of_many_officials_those_with_dates_are_shown(town) -> None:
    for n in range(ROWS + 3):
        who = f"闻{'春夏秋冬'[n % 4]}{'江河湖海山川'[n // 4]}"
        upload(town, f"题{n}", who, "2021-03-05" if n > 4 else "某日")
    seen = html(page("pages/compare.py"))
    body = seen[seen.index('class="yj-time"') :]
    assert body.count('scope="row"') == ROWS and body.count("2021年3月") >= ROWS - 2
