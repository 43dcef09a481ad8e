"""Proofreading as a person does it, in a real Chromium."""

from __future__ import annotations

import re

import pytest

from tests.window import ask, browser_tests, card_of, open_page, overflow, settle, shot

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


# -- each thing that a person can do, kept and searchable at once --------------------------

OWN = """# 把堤坝看成自家墙

濮阳岸
澜水省望江县水利局
局长

堤坝是望江县的墙。全县堤坝二百公里，每公里有两名看护员，汛期日夜轮班。

汛期前要查一遍，汛期里要天天查，汛期后还要再查一遍，查到的隐患当天上账。

看护员的补贴从今年起按月发放，由县财政直接打到本人卡上，任何单位不得截留。

# 把考场办到家门口

乐正川
澜水省望江县教育局
局长

望江县今年新设考点六个，最远的学生乘车四十分钟就能到，早饭由食堂免费供应。
"""
DIKE, CHECK, PAY, EXAM = (
    next(n for n, line in enumerate(OWN.splitlines(), 1) if words in line)
    for words in ("堤坝是望江县", "汛期前要查", "看护员的补贴", "新设考点")
)


def put_in(page, path) -> None:
    open_page(page, "资料库")
    page.locator('.stMain input[type="file"]').first.set_input_files(str(path))
    page.locator(".yj-results li").filter(has_text=path.name).first.wait_for()
    settle(page)


def open_document(page, name: str) -> None:
    """The page of proofs, with this document."""
    open_page(page, "校对")
    page.locator(".yj-proof").wait_for()
    settle(page)
    digits = re.sub(r"\D", "", name)
    shown = page.locator(".yj-src").filter(has_text=f"{digits}个")
    if not shown.count():
        page.get_by_role("combobox", name="文件").click()
        page.get_by_role("option").filter(has_text=name).click()
        shown.wait_for()
        settle(page)


def order(page) -> list[str]:
    """Sign and source lines of every paragraph of the right column."""
    return page.locator(".yj-par").evaluate_all(
        "rows => rows.map(r => r.querySelector('.yj-sign').textContent + ':' + r.dataset.lines)"
    )


def tools(page, *lines: int):
    """The buttons of the paragraph of these lines, picked in the right column."""
    wanted = " ".join(map(str, lines))
    page.locator(f'.yj-pick[data-pick="{wanted}"]').click()
    found = page.locator(f'[class*="st-key-tools_any_{"_".join(map(str, lines))}"]')
    found.wait_for()
    settle(page)
    return found


def press(page, found, group: str, button: str, name: str = "") -> None:
    """Open one of the groups of buttons and click a button in it."""
    steps = page.locator(".yj-tally").inner_text()
    found.get_by_role("button", name=group).click()
    inside = page.locator('[data-testid="stPopoverBody"]')
    inside.get_by_role("button", name=button).wait_for()
    assert overflow(page) <= 0
    if name:
        page.wait_for_timeout(300)
        shot(page, name)
    inside.get_by_role("button", name=button).click()
    page.wait_for_function(
        "was => document.querySelector('.yj-tally').innerText !== was", arg=steps
    )
    settle(page)
    page.keyboard.press("Escape")
    page.wait_for_timeout(200)


def in_the_library(page, name: str) -> str:
    """The document's text as it is indexed, from the library page."""
    open_page(page, "资料库")
    card = page.locator('[class*="st-key-document_"]').filter(has_text=name)
    if not page.locator(".yj-piece").count():
        card.get_by_role("button", name="阅读全文").click()
        page.locator(".yj-piece").wait_for()
        settle(page)
    return page.locator(".yj-piece").inner_text()


@pytest.mark.parametrize("width", [1280, 375])
def test_every_step_is_kept_indexed_at_once_and_outlives_the_file(visit, tmp_path, width):
    page = visit(width=width, height=860)
    path = tmp_path / f"望江{width}.md"
    text = OWN.replace("六个", f"{width}个")  # a file of its own each time
    path.write_text(text, encoding="utf-8")
    put_in(page, path)
    open_document(page, path.name)
    assert overflow(page) <= 0
    assert order(page) == [f"A1:{DIKE}", f"A2:{CHECK}", f"A3:{PAY}", f"B1:{EXAM}"]

    press(page, tools(page, CHECK), "段落", "上移一段", f"proof-place-{width}")
    assert order(page) == [f"A1:{CHECK}", f"A2:{DIKE}", f"A3:{PAY}", f"B1:{EXAM}"]

    press(page, tools(page, DIKE), "段落", "与下一段合并")
    assert order(page) == [f"A1:{CHECK}", f"A2:{DIKE} {PAY}", f"B1:{EXAM}"]
    assert page.locator(".yj-half").count() == 2

    press(page, tools(page, DIKE, PAY), "段落", "按行拆开")
    assert order(page) == [f"A1:{CHECK}", f"A2:{DIKE}", f"A3:{PAY}", f"B1:{EXAM}"]

    press(page, tools(page, PAY), "缺失", "标记后面有缺失", f"proof-lost-{width}")
    assert page.locator(".yj-column").nth(1).locator(".yj-gap").count() == 1

    press(page, tools(page, CHECK), "改归属", "确定")
    assert sorted(order(page)) == [f"A1:{DIKE}", f"A2:{PAY}", f"B1:{CHECK}", f"B2:{EXAM}"]
    assert "已校对 5 步" in page.locator(".yj-tally").inner_text()
    shot(page, f"proof-done-{width}")

    kept = order(page)
    text = in_the_library(page, path.name)
    assert text.index("堤坝是望江县") < text.index("看护员的补贴") < text.index("原文此处缺失")
    assert "汛期前要查" not in text

    # The same file again, after it was removed: what a person said of it is still true.
    card = page.locator('[class*="st-key-document_"]').filter(has_text=path.name)
    card.get_by_role("button", name="移除").first.click()
    page.get_by_role("button", name="确认移除").click()
    page.get_by_text(f"已移除“{path.name}”").first.wait_for()
    settle(page)
    put_in(page, path)
    assert "汛期前要查" not in in_the_library(page, path.name)
    open_document(page, path.name)
    assert order(page) == kept and "已校对 5 步" in page.locator(".yj-tally").inner_text()


def test_the_english_page_has_english_reasons(page):
    page.get_by_text("English", exact=True).click()
    page.get_by_role("link", name="Proofread").click()
    page.locator(".yj-proof").wait_for()
    settle(page)
    for n in range(page.locator(".yj-pick").count()):
        pick = page.locator(".yj-pick").nth(n)
        card = page.locator(f".st-key-card_any_{pick.get_attribute('data-pick').replace(' ', '_')}")
        pick.click()
        card.wait_for()
        settle(page)
        why = card.locator(".yj-meta").inner_text()
        reasons = why.split("because: ")[1]
        assert not re.search("[\u4e00-\u9fff]", re.sub("“.*?”", "", reasons)), why
    shot(page, "proof-english")
