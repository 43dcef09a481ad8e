"""Who speaks of what, and where in a document, as pictures."""

from __future__ import annotations

import re

from pages.heat import ROWS, heat, in_words
from pages.pagemap import draw_pagemap, runs
from pages.proof import Badge
from pages.wording import say
from rag.theme import Theme
from store import Line, Official, Paragraph, Remarks
from tests.test_pages import html, page
from tests.test_proofreading import proof, town

__all__ = ["town"]  # the fixture

A, B = Official("闻人岳", "某局", "局长"), Official("陆望川", "某厅", "厅长")


def test_a_cell_has_the_count_and_an_empty_one_none() -> None:
    themes = [Theme("植树", {A.key: 9, B.key: 1}), Theme("管护", {B.key: 4})]
    drawn = heat(themes, [A, B], "zh").to_dict()
    assert [layer["mark"]["type"] for layer in drawn["layer"]] == ["rect", "text"]
    (cells,) = drawn["datasets"].values()
    assert [(c["theme"], c["official"], c["count"]) for c in cells] == [
        ("植树", "闻人岳", 9),
        ("植树", "陆望川", 1),
        ("管护", "陆望川", 4),
    ]
    assert "管护: 陆望川 4" in in_words(themes, [A, B], "zh")


def test_namesakes_have_rows_of_their_own() -> None:
    other = Official("闻人岳", "某院", "院长")
    drawn = heat([Theme("植树", {A.key: 2, other.key: 3})], [A, other], "zh").to_dict()
    rows = drawn["layer"][1]["encoding"]["y"]["scale"]["domain"]
    assert len(set(rows)) == 2 and all("闻人岳 · 某" in row for row in rows)


def test_of_many_the_most_speaking_are_shown_and_others_can_be_chosen(town) -> None:
    for n in range(ROWS + 4):
        name = f"闻{'春夏秋冬'[n % 4]}{'江河湖海山川'[n // 4]}"
        theme = ("植树造林", "河道清淤", "食品安全", "校车运营")[n % 4]
        own = f"{theme}要有人管，去年花了{n + 3}万元。\n\n{theme}年年都要见实效。\n\n"
        head = f"{theme}要见实效\n\n{name}\n澜水省渡江县某某局\n局长\n\n"
        town.upload(f"{n:02}.txt", f"{head}{own}".encode())
    at = page("pages/compare.py")
    assert not at.exception and say("heat_title") in html(at)
    who = at.multiselect(key="heat_officials")
    assert str(ROWS) in who.proto.placeholder
    assert len(at.get("vega_lite_chart") or at.get("arrow_vega_lite_chart")) == 1
    who.set_value([town.officials()[-1].key]).run()
    assert not at.exception and say("heat_title") in html(at)


def test_the_document_has_a_lane_for_each_with_his_places(town) -> None:
    seen = html(proof())
    lanes = re.findall(r"<li[^>]*><span><i class=\"yj-sign\">(\w)</i> <b>(\S+?)</b>", seen)
    assert lanes[:2] == [("A", "陆承远"), ("B", "苏晚棠")] and say("pagemap_title") in seen


def test_bars_stand_where_the_lines_stand() -> None:
    lines = [Line(n, f"句{n}。") for n in range(1, 7)]

    def piece(who: Official, *numbers: int) -> Remarks:
        own = tuple(
            Paragraph(at, f"句{n}。", None, (n,), 1.0, ()) for at, n in enumerate(numbers, 1)
        )
        return Remarks(who, "题", own)

    badges = {A.key: Badge("A", 0), B.key: Badge("B", 1), None: Badge("?")}
    both = [piece(A, 1, 2, 5), piece(B, 3, 6)]  # line 4 is a title: it parts nobody
    seen = draw_pagemap(lines, both, badges)
    assert re.findall(r"left:([\d.]+)%;width:([\d.]+)%", seen) == [
        ("0.00", "40.00"),
        ("60.00", "20.00"),
        ("40.00", "20.00"),
        ("80.00", "20.00"),
    ]
    assert seen.count(say("pagemap_places", n=2)) == 2
    assert seen.count(">A</i>") == 3  # on the name and on each bar
    assert say("proof_lines", lines="1–2") in seen
    assert "places: 2" in draw_pagemap(lines, both, badges, "en")
    assert draw_pagemap(lines, both[:1], badges) == ""
    assert runs([1, 2, 4, 6, 7]) == [(1, 2), (4, 4), (6, 7)]
