"""The pictures as a person sees them, in a real Chromium."""

from __future__ import annotations

from functools import partial

import pytest

from tests.test_accessible_browser import serious
from tests.window import SHOTS, browser_tests, open_page, overflow, settle, shot

pytestmark = browser_tests

# Two invented pieces whose paragraphs were put into one another.
TEXT = """把渡口守成家门口

卓一帆
澜水省渡江县航运事务中心
主任

渡口是乡亲们出门的第一步。渡江县航运事务中心管着渡口四十三处，去年检修渡船六十一艘。

灌溉要精打细算。渡江县水务局整修支渠九十公里，四万亩稻田用上了按方计量的水。

夜渡要有灯、有人、有救生衣。凡夜间开航的渡口和渡船，照明和值守必须同时到位。

让每块田都喝上水

鲁望舒
澜水省渡江县水务局
局长

抽水站夏天昼夜有人值守，支渠断水十分钟内换上柴油机，误了灌溉由水务局负责。

渡船的船员每年考一次证，航运事务中心对不合格的渡口一律停航，乘客先上岸再整改。

稻田的用水账在村里公布，灌溉到哪块田、用了多少方水，水务局一户一户核对。
"""
SIZES = [(1280, "light"), (375, "light"), (1280, "dark")]


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_the_map_of_themes_leads_to_a_comparison_and_is_still_there(visit, width, scheme):
    page = visit(width=width, height=900, color_scheme=scheme)
    open_page(page, "对比")
    picture = page.locator(".yj-heat")
    picture.wait_for()
    picture.scroll_into_view_if_needed()
    assert overflow(page) <= 0
    shot(page, f"heat-{width}-{scheme}")
    cell = picture.locator(".yj-cell").first
    theme = picture.locator(
        f'.yj-theme[data-open="{cell.get_attribute("data-open")}"]'
    ).inner_text()
    cell.click()
    page.locator(".yj-side").wait_for()
    settle(page)
    assert page.get_by_role("textbox", name="主题", exact=True).input_value() == theme
    # Folded up above the table; unfolded, another theme is compared from the keyboard.
    assert not page.locator(".yj-heat").is_visible()
    page.get_by_text("谁谈什么、何时谈").click()
    other = page.locator(".yj-theme").nth(1)
    other.wait_for()
    assert overflow(page) <= 0
    shot(page, f"heat-after-{width}-{scheme}")
    name = other.inner_text()
    other.focus()
    page.keyboard.press("Enter")
    page.locator(".yj-heading").get_by_text(name).wait_for()
    settle(page)
    assert page.get_by_role("textbox", name="主题", exact=True).input_value() == name
    assert not page.locator(".yj-heat").is_visible()


DATED = """---
speaker: {who}
organization: 澜水省渡江县{of}
position: 局长
title: {title}
{date}---

渡口是乡亲们出门的第一步，{title}要有人管。

夜渡要有灯、有人、有救生衣，{title}年年都要见实效。
"""


def compared(visit, paths, **window):
    """The comparison of a library that these files were put into."""
    page = visit(**window)
    open_page(page, "资料库")
    page.locator('input[type="file"]').set_input_files([str(path) for path in paths])
    page.locator(".yj-results li").nth(len(paths) - 1).wait_for()
    settle(page)
    open_page(page, "对比")
    page.locator(".yj-time").wait_for()
    return page


@pytest.fixture
def dated(server, visit, tmp_path):
    """Opens the comparison of a library with dated and undated pieces of three officials."""
    pieces = [("卓一帆", "航运局", f"守渡口之{n}", f"date: 2024-03-0{n}\n") for n in range(1, 4)]
    pieces += [("鲁望舒", "水务局", "修支渠", "date: 2023年11月\n")]
    pieces += [("鲁望舒", "水务局", "清河道", ""), ("闻人岳", "林业局", "管山林", "date: 2024\n")]
    paths = []
    for who, of, title, date in pieces:
        paths.append(tmp_path / f"{title}.md")
        text = DATED.format(who=who, of=of, title=title, date=date)
        paths[-1].write_text(text, encoding="utf-8")

    return partial(compared, visit, paths)


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_the_timeline_leads_to_the_pieces(dated, width, scheme):
    page = dated(width=width, height=900, color_scheme=scheme)
    page.locator("#yj-time").evaluate("e => e.scrollIntoView()")
    shot(page, f"timeline-{width}-{scheme}")
    mark = page.get_by_role("button", name="卓一帆 2024年3月 3 篇")
    assert mark.inner_text().split() == [mark.locator("i").inner_text(), "3"]
    shapes = [row.locator("th i").inner_text() for row in page.locator(".yj-time tbody tr").all()]
    assert len(set(shapes)) == len(shapes) >= 3
    assert page.get_by_role("button", name="鲁望舒 日期不详 1 篇").count() == 1
    mark.focus()
    page.keyboard.press("Enter")
    page.locator(".yj-then li").nth(2).wait_for()
    settle(page)
    assert overflow(page) <= 0
    beside = "e => { const i = e.querySelector('i').getBoundingClientRect();"
    beside += " const r = document.createRange(); r.selectNode(e.lastChild);"
    beside += " return r.getBoundingClientRect().top < i.bottom; }"
    assert all(row.evaluate(beside) for row in page.locator(".yj-time tbody th").all())
    page.locator(".yj-more summary").last.click()
    fits = page.locator(".yj-dates").evaluate(
        "e => e.parentElement.scrollWidth <= e.parentElement.clientWidth"
    )
    assert fits and overflow(page) <= 0
    shot(page, f"timeline-open-{width}-{scheme}")
    assert page.locator(".yj-dates tbody tr").count() >= 6
    assert serious(page) == []
    page.locator(".yj-then .yj-goto").first.click()
    page.get_by_role("dialog").locator(".yj-piece").get_by_text("夜渡要有灯").wait_for()
    shot(page, f"timeline-piece-{width}-{scheme}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_print_in_dark_ink_without_what_is_for_clicking(dated, scheme):
    page = dated(color_scheme=scheme)
    page.emulate_media(media="print", color_scheme=scheme)
    page.wait_for_timeout(300)
    assert page.locator(".yj-heat").is_visible() and page.locator(".yj-time").is_visible()
    for hidden in ('[data-testid="stSidebar"]', '[data-testid="stHeader"]', ".stForm"):
        assert not page.locator(hidden).first.is_visible(), hidden
    ink = "e => getComputedStyle(e).color.match(/\\d+/g).slice(0, 3).every(c => c < 110)"
    for dark in ("#yj-time", ".yj-time tbody th", ".yj-heat tbody th", ".yj-time thead th"):
        assert page.locator(dark).first.evaluate(ink), dark
    sheet = page.locator(".yj-time").bounding_box()
    assert sheet["x"] >= 0 and sheet["x"] + sheet["width"] <= 1280
    SHOTS.mkdir(exist_ok=True)
    assert page.pdf(path=str(SHOTS / f"pictures-{scheme}.pdf")).startswith(b"%PDF")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_the_map_of_a_document(visit, width, scheme, tmp_path):
    page = visit(width=width, height=900, color_scheme=scheme)
    open_page(page, "资料库")
    path = tmp_path / "两篇混排.txt"
    path.write_text(TEXT, encoding="utf-8")
    page.locator('input[type="file"]').set_input_files(str(path))
    page.locator(".yj-results li").first.wait_for()
    settle(page)
    open_page(page, "校对")
    settle(page)
    page.get_by_role("combobox", name="文件").click()
    page.get_by_role("option", name=path.name).click()
    settle(page)
    lanes = page.locator(".yj-lanes")
    lanes.wait_for()
    assert overflow(page) <= 0
    assert lanes.locator("li").count() >= 2
    lanes.scroll_into_view_if_needed()
    shot(page, f"pagemap-{width}-{scheme}")
    if width > 1000:
        page.get_by_text("English", exact=True).click()
        page.locator(".yj-lanes").get_by_text("places:").first.wait_for()
        settle(page)
        assert overflow(page) <= 0
        shot(page, f"pagemap-english-{scheme}")


# Last, as what it puts into the shared library is so alike that no theme is left.
def test_on_a_phone_a_long_timeline_scrolls_inside_its_box(visit, tmp_path):
    paths = [tmp_path / f"{year}.md" for year in range(2008, 2026)]
    for n, path in enumerate(paths):
        who = ("路远明", "韩知非", "沈默言")[n % 3]
        date = f"date: {path.stem}-05-06\n"
        text = DATED.format(who=who, of="林业局", title=f"管山林之{path.stem}", date=date)
        path.write_text(text, encoding="utf-8")
    page = compared(visit, paths, width=375, height=740)
    box = page.locator(".yj-picture:has(.yj-time)")
    assert box.evaluate("e => e.scrollWidth > e.clientWidth") and overflow(page) <= 0
    last = page.get_by_role("button", name="沈默言 2025年 1 篇")
    last.click()
    page.locator(".yj-then li").first.wait_for()
    assert box.evaluate("e => e.scrollLeft > 0 || e.scrollWidth > e.clientWidth")
    assert overflow(page) <= 0
