"""Citations as they stand in a list of references."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rag import Citation
from rag.reference import gbt7714, iso_day, place, plain
from store import Official, Passage

P = Passage(
    "x", "d", "汇编.pdf", Official("邵一舟", "青岚县", "县长"), "修桥", "一、检测", 2,
    "桥梁要逐座检测。", (3, 4, 9), 12,
)  # fmt: skip
TODAY = date(2031, 7, 8)


@pytest.mark.parametrize(
    ("day", "published", "page", "entry"),
    [
        # Nothing known of its publication: a part of the file, the file's page if it has any.
        ("", "", 12, "邵一舟. 修桥[Z]//汇编.pdf. [日期不详]: 12."),
        ("2031年5月6日", "", 12, "邵一舟. 修桥[Z]//汇编.pdf. 2031-05-06: 12."),
        ("2031-05", "", None, "邵一舟. 修桥[Z]//汇编.pdf. 2031-05."),
        ("2031", "会议材料汇编 第7页", 12, "邵一舟. 修桥[Z]//会议材料汇编. 2031: 7."),
        # A newspaper, with and without its day and sheet.
        ("2031-5-6", "青岚日报", 12, "邵一舟. 修桥[N]. 青岚日报, 2031-05-06."),
        ("2031-5-6", "《青岚日报》第3版", 12, "邵一舟. 修桥[N]. 青岚日报, 2031-05-06(3)."),
        ("", "青岚日报,2031-05-06(03)", None, "邵一舟. 修桥[N]. 青岚日报, 2031-05-06(03)."),
        ("", "青岚日报", None, "邵一舟. 修桥[N]. 青岚日报, [日期不详]."),
        # A periodical: its own pages, never the file's.
        ("", "《青岚法治》2031年第5期", 12, "邵一舟. 修桥[J]. 青岚法治, 2031(5)."),
        ("2031", "青岚法治 第5期 第12—15页", 1, "邵一舟. 修桥[J]. 青岚法治, 2031(5): 12-15."),
        ("", "青岚法治, 2031, 12(5): 7-9", 1, "邵一舟. 修桥[J]. 青岚法治, 2031, 12(5): 7-9."),
        ("", "青岚法治 第5期", 1, "邵一舟. 修桥[J]. 青岚法治, [年份不详](5)."),
        # A page of the web, with the day on which it was seen.
        ("2031.5.6", "https://a.test/b", 1,
         "邵一舟. 修桥[EB/OL]. (2031-05-06)[2031-07-08]. https://a.test/b."),
        ("", "https://a.test/b。", 1, "邵一舟. 修桥[EB/OL]. [2031-07-08]. https://a.test/b."),
    ],
)  # fmt: skip
def test_gbt7714(day, published, page, entry):
    assert gbt7714(replace(P, date=day, published=published, page=page), TODAY) == entry


@pytest.mark.parametrize(
    ("names", "authors"),
    [
        ("邵一舟、陆望川", "邵一舟, 陆望川"),
        ("邵一舟、陆望川、闻人岳、慕容清和", "邵一舟, 陆望川, 闻人岳, 等"),
        ("买买提·艾力", "买买提·艾力"),
        ("", "佚名"),
    ],
)
def test_several_authors_are_parted_by_commas_up_to_three(names, authors):
    entry = gbt7714(replace(P, official=Official(names)), TODAY)
    assert entry == f"{authors}. 修桥[Z]//汇编.pdf. [日期不详]: 12."


def test_what_is_not_known_is_said_and_a_remark_stays():
    p = replace(P, title="", official=Official("", ""), page=None, note="转述")
    assert gbt7714(p, TODAY) == "佚名. [题名不详][Z]//汇编.pdf. [日期不详].（转述）"
    assert gbt7714(p, TODAY, noted=False).endswith("[日期不详].")


@pytest.mark.parametrize("text", ["2031年5月6日", "2031-05-06", "2031.5.6", "2031/05/06"])
def test_days_are_written_one_way(text):
    assert iso_day(text) == "2031-05-06"


def test_the_plain_form_holds_all_that_a_citation_needs():
    line = plain(Citation(1, replace(P, date="2031", published="青岚日报"), "逐座检测"))
    for part in ("“逐座检测”", "青岚县县长邵一舟", "《修桥》", "2031", "一、检测", "第 2 段",
                 "青岚日报", "汇编.pdf", "第 12 页", "第 3–4、9 行"):  # fmt: skip
        assert part in line
    assert "lines 3–4, 9" in plain(Citation(1, P, "逐座检测"), "en")
    single = plain(Citation(1, replace(P, lines=(9,)), "逐座检测"), "en")
    assert ", line 9" in single and "第 9 行" in place(replace(P, lines=(9,)))


def test_a_citation_of_an_unsure_speaker_says_so_wherever_it_is_taken():
    unsure = Citation(1, replace(P, review=True, confidence=0.412), "逐座检测")
    assert "归属存疑（把握 41%）" in plain(unsure)
    assert "speaker uncertain (41%)" in plain(unsure, "en")
    assert "存疑" not in plain(Citation(1, P, "逐座检测"))
    assert unsure.as_dict()["review"] is True
