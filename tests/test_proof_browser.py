"""Proofreading as a person does it, in a real Chromium."""

from __future__ import annotations

import pytest

from tests.window import ask, browser_tests, card_of, overflow, settle, shot

pytestmark = browser_tests

TEXT = """把渡口守成家门口

卓一帆
澜水省渡江县航运事务中心
主任

渡口是乡亲们出门的第一步。渡江县有渡口四十三处，去年检修渡船六十一艘，没有一处带病开航。

一、把夜渡灯点亮

夜渡要有灯、有人、有救生衣。凡夜间开航的渡口，照明和值守必须同时到位，缺一样就停航。

符号要原样：<script>document.title='坏'</script> ![](http://a.test/x.png) *星* :red[红]。

让每块田都喝上水

鲁望舒
澜水省渡江县水务局
局长

灌溉要精打细算。渡江县整修支渠九十公里，四万亩稻田用上了按方计量的水。

抽水站夏天昼夜有人值守，停电十分钟内换上柴油机，误了农时由水务局负责。
"""


def open_proof(page) -> None:
    page.get_by_role("link", name="校对").click()
    page.wait_for_selector(".yj-title")
    settle(page)


@pytest.fixture
def page(visit, tmp_path):
    """The program with one document of two invented officials."""
    page = visit()
    page.get_by_role("link", name="资料库").click()
    page.wait_for_selector(".yj-title")
    settle(page)
    path = tmp_path / "渡江.txt"
    path.write_text(TEXT, encoding="utf-8")
    page.locator('input[type="file"]').set_input_files(str(path))
    page.locator(".yj-results li").first.wait_for()
    settle(page)
    return page


def test_a_click_marks_both_sides_and_a_correction_reaches_the_chat(page):
    open_proof(page)
    page.locator(".yj-proof").wait_for()
    assert overflow(page) <= 0
    line = TEXT.splitlines().index(next(x for x in TEXT.splitlines() if "夜渡要有灯" in x)) + 1
    right = page.locator(f'.yj-par[data-lines="{line}"]')
    page.locator(f'.yj-src[data-lines="{line}"] .yj-no').focus()
    page.keyboard.press("Enter")
    assert "lit" in right.get_attribute("class") and page.locator(".yj-proof .lit").count() == 2
    column = page.locator(".yj-column").nth(1).bounding_box()
    box = right.bounding_box()
    assert column["y"] - 1 <= box["y"] < column["y"] + column["height"]
    shown = page.locator(".yj-proof").inner_text()
    assert "<script>document.title='坏'</script> ![](http://a.test/x.png) *星*" in shown
    assert page.title() == "言据" and page.locator(".yj-proof script, .yj-proof img").count() == 0

    right.locator(".yj-pick").click()
    tools = page.locator(f'[class*="st-key-tools_any_{line}"]')
    tools.wait_for()
    settle(page)
    tools.get_by_text("改归属").click()
    page.get_by_text("归给").wait_for()
    shot(page, "proof-assign")
    page.get_by_role("button", name="确定").click()
    page.get_by_text("已校对 1 步").wait_for()
    settle(page)
    page.wait_for_timeout(500)
    assert page.locator(f'.yj-src[data-lines="{line}"] .yj-sign').inner_text().startswith("B")
    assert "lit" in page.locator(f'.yj-src[data-lines="{line}"]').get_attribute("class")
    assert not page.get_by_text("归给").is_visible()
    shot(page, "proof-assigned")

    page.get_by_role("link", name="问答").click()
    page.wait_for_selector(".yj-hero")
    settle(page)
    ask(page, "夜渡的灯有什么要求？")
    cards = page.locator(".yj-answer .yj-cite")
    owners = {}
    for n in range(cards.count()):
        card = card_of(page, cards.nth(n))
        owners[card.locator(".yj-passage").inner_text()[:5]] = card.locator("b").inner_text()
        page.keyboard.press("Escape")
    assert owners["夜渡要有灯"] == "鲁望舒"

    open_proof(page)
    page.get_by_role("button", name="全部还原").click()
    page.get_by_role("button", name="确认还原全部 1 步").click()
    page.get_by_text("已校对 1 步").wait_for(state="detached")
    settle(page)
    assert page.locator(f'.yj-src[data-lines="{line}"] .yj-sign').inner_text().startswith("A")


def test_on_a_phone_the_columns_stack(page):
    open_proof(page)
    page.set_viewport_size({"width": 375, "height": 740})
    page.wait_for_timeout(400)
    assert overflow(page) <= 0
    left, right = (page.locator(".yj-column").nth(n).bounding_box() for n in (0, 1))
    assert right["y"] >= left["y"] + left["height"] and abs(right["x"] - left["x"]) < 1
    page.locator(".yj-src .yj-no").nth(6).click()
    assert page.locator(".yj-par.lit").count() == 1
    shot(page, "proof-phone")
