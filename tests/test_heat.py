"""Who speaks of what, and where in a document, as pictures."""

from __future__ import annotations

import re
import tomllib

from pages.heat import STEPS, draw_heat, shade
from pages.pagemap import draw_pagemap, runs
from pages.pictures import ROWS, called
from pages.proof import Badge
from pages.wording import say
from rag.theme import Theme
from store import Line, Official, Paragraph, Remarks
from tests.conftest import ROOT
from tests.test_pages import html, page
from tests.test_proofreading import proof, town

__all__ = ["town"]  # the fixture

A, B = Official("闻人岳", "某局", "局长"), Official("陆望川", "某厅", "厅长")


def test_a_cell_has_the_count_and_an_empty_one_none() -> None:
    themes = [Theme("植树", {A.key: 9, B.key: 1}), Theme("管护<b>", {B.key: 4})]
    drawn = draw_heat(themes, [A, B], called([A, B]))
    assert re.findall(r"<td(?: class=\"yj-cell s(\d)\" data-open=\"(\S+)\")?>(\d*)<", drawn) == [
        (str(STEPS), "theme-0", "9"),
        ("", "", ""),
        ("1", "theme-0", "1"),
        ("3", "theme-1", "4"),
    ]
    assert re.findall(r'data-open="theme-\d"><span>([^<]+)', drawn) == ["植树", "管护&lt;b&gt;"]
    assert re.findall(r'<th scope="row">([^<]+)', drawn) == ["闻人岳", "陆望川"]


def test_the_shades_go_from_the_palest_to_the_deepest() -> None:
    assert [shade(n, 60) for n in (1, 10, 11, 60)] == [1, 1, 2, STEPS]
    assert shade(1, 1) == STEPS


def test_few_paragraphs_are_pale_also_where_nobody_has_more() -> None:
    assert 'class="yj-cell s2"' in draw_heat([Theme("植树", {A.key: 2})], [A], called([A]))


def test_every_figure_can_be_read_on_its_shade_in_light_and_in_dark() -> None:
    css = (ROOT / "pages" / "style.css").read_text(encoding="utf-8")
    named = dict(re.findall(r"--yj-(0|ground): light-dark\((#\w+, #\w+)\)", css))
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    inks = [config["theme"][scheme]["textColor"] for scheme in ("light", "dark")]
    shares = {int(n): int(share) / 100 for n, share in re.findall(r"\.s(\d) { --deep: (\d+)%", css)}
    assert sorted(shares) == list(range(1, STEPS + 1))
    for scheme in (0, 1):
        hue, ground = (rgb(named[name].split(", ")[scheme]) for name in ("0", "ground"))
        for step, share in shares.items():
            under = [h * share + g * (1 - share) for h, g in zip(hue, ground, strict=True)]
            figure = ground if step >= 5 else rgb(inks[scheme])
            assert contrast(figure, under) >= 4.5, (scheme, step)


def rgb(colour: str) -> list[float]:
    return [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]


def contrast(one: list[float], other: list[float]) -> float:
    """Of two colours by WCAG 2.2, 1 to 21."""

    def luminance(colour: list[float]) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_namesakes_have_rows_of_their_own() -> None:
    other = Official("闻人岳", "某院", "院长")
    names = called([A, other, B])
    assert len(set(names.values())) == 3 and names[B.key] == "陆望川"
    assert all("闻人岳 · 某" in names[o.key] for o in (A, other))


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
    assert html(at).count('<th scope="row">') == ROWS * 1
    who.set_value([town.officials()[-1].key]).run()
    assert not at.exception and html(at).count('<th scope="row">') == 1


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
