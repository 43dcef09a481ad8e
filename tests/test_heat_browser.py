"""The pictures as a person sees them, in a real Chromium."""

from __future__ import annotations

import pytest

from tests.window import browser_tests, open_page, overflow, settle, shot

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
def test_the_map_of_themes_leads_to_a_comparison(visit, width, scheme):
    page = visit(width=width, height=900, color_scheme=scheme)
    open_page(page, "对比")
    picture = page.locator('.stMain [data-testid="stVegaLiteChart"]')
    picture.wait_for()
    page.wait_for_timeout(800)
    picture.scroll_into_view_if_needed()
    assert overflow(page) <= 0
    shot(page, f"heat-{width}-{scheme}")
    box = picture.bounding_box()
    # A cell somewhere within: along the lowest row until one answers.
    for share in (0.25, 0.4, 0.55, 0.7, 0.85):
        picture.click(position={"x": box["width"] * share, "y": box["height"] - 30})
        page.wait_for_timeout(900)
        if page.locator(".yj-side").count():
            break
    page.locator(".yj-side").wait_for()
    settle(page)
    assert page.get_by_label("主题").input_value()


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
