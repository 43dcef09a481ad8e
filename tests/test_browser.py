"""The whole program as a person meets it, in a real Chromium."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.llm_servers import OpenAIServer, Say, openai_server  # noqa: F401
from tests.window import ROOT, ask, browser_tests, card_of, open_card, overflow, settle, shot

REAL = ROOT.parent / "shared" / "corpus" / "remarks.txt"

pytestmark = browser_tests

OWN = """把渡口守成家门口

卓一帆
澜水省渡江县航运事务中心
主任

渡口是乡亲们出门的第一步。渡江县有渡口四十三处，去年检修渡船六十一艘，没有一处带病开航。

一、把夜渡灯点亮

夜渡要有灯、有人、有救生衣。凡夜间开航的渡口，照明和值守必须同时到位，缺一样就停航。

二、把票价算明白

学生和七十岁以上老人过渡免费，费用由县财政按季度结算，不许让船工垫钱。

符号要原样：<script>document.title='坏'</script> ![](http://a.test/x.png) *星* **粗** :red[红]。
"""


def test_first_visit_suggestion_and_citation(visit):
    page = visit()
    assert page.locator(".yj-hero h1").inner_text() == "言据"
    assert "转述" in page.locator(".yj-banner").inner_text()
    assert page.locator(".yj-people li").count() >= 2
    shot(page, "empty")
    page.locator('[class*="st-key-suggest_0"] button').click()
    page.locator(".yj-cite").first.wait_for()
    settle(page)
    assert page.locator(".yj-banner").count() == 0
    marker = page.locator(".yj-cite").first
    assert marker.inner_text().startswith("[")
    assert open_card(page).count() == 0
    card = card_of(page, marker)
    marked = card.locator("mark").inner_text()
    assert marked and marked in card.locator(".yj-passage").inner_text()
    assert "转述" in card.inner_text() and ".md" in card.inner_text()
    box = card.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 1280 and box["y"] + box["height"] <= 860
    shot(page, "card")
    card.locator(".yj-copy").first.click()
    page.wait_for_function("document.querySelector(':popover-open .yj-copy').dataset.label")
    assert marked in page.evaluate("navigator.clipboard.readText()")
    card.locator(".yj-close").click()
    assert open_card(page).count() == 0


def test_a_citation_opens_and_closes_by_keyboard(visit):
    page = visit()
    page.locator('[class*="st-key-suggest_1"] button').click()
    page.locator(".yj-cite").first.wait_for()
    settle(page)
    page.locator(".yj-cite").first.focus()
    page.keyboard.press("Enter")
    assert open_card(page).count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "yj-close"
    page.keyboard.press("Escape")
    assert open_card(page).count() == 0
    assert page.evaluate("document.activeElement.className") == "yj-cite"
    page.locator(".yj-row").first.focus()
    page.keyboard.press("Space")
    assert open_card(page).count() == 1


def test_copying_works_without_the_clipboard_interface(visit):
    page = visit()
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.locator('[class*="st-key-suggest_0"] button').click()
    page.locator(".yj-foot .yj-copy").wait_for()
    settle(page)
    page.locator(".yj-foot .yj-copy").click()
    page.get_by_test_id("stChatInputTextArea").focus()
    page.keyboard.press("Control+V")
    pasted = page.get_by_test_id("stChatInputTextArea").input_value()
    assert "[1] “" in pasted and ".md" in pasted


def test_an_open_citation_survives_a_rerun(visit):
    page = visit()
    page.locator('[class*="st-key-suggest_0"] button').click()
    page.locator(".yj-cite").first.wait_for()
    settle(page)
    text = page.locator(".yj-answer").inner_text()
    page.get_by_text("语言模型", exact=True).click()
    settle(page)
    page.get_by_text("内置摘录（无需模型）").click()
    settle(page)
    assert page.locator(".yj-answer").inner_text() == text
    assert card_of(page, page.locator(".yj-cite").first).count() == 1


def visit_page(page, link: str) -> None:
    page.get_by_role("link", name=link).click()
    page.wait_for_selector(".yj-title")
    settle(page)


def look_up(page, quote: str) -> None:
    page.locator("textarea").fill(quote)
    page.get_by_role("button", name="查证").click()
    page.locator(".yj-told").get_by_text(quote).wait_for()
    settle(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_who_said_it(visit, scheme):
    page = visit(color_scheme=scheme)
    visit_page(page, "谁说的")
    page.locator('[class*="st-key-suggest_0"] button').click()
    page.locator(".yj-match").first.wait_for()
    settle(page)
    said = page.locator("textarea").input_value()
    assert "原文有这句话" in page.locator(".yj-verdict").inner_text()
    assert page.locator(".yj-match mark").first.inner_text() in said
    middle = len(said) // 2
    look_up(page, f"{said[:middle]}其实{said[middle:]}")
    assert "有出入" in page.locator(".yj-verdict").inner_text()
    gone = page.locator(".yj-redline del").first
    assert gone.inner_text() == "其实"
    # What was changed can be seen without telling colours apart.
    assert "line-through" in gone.evaluate("e => getComputedStyle(e).textDecorationLine")
    assert "引文多出“其实”" in page.locator(".yj-changes").inner_text()
    page.locator(".yj-match .yj-copy").first.click()
    page.get_by_text("已复制").first.wait_for()
    assert ".md" in page.evaluate("navigator.clipboard.readText()")
    shot(page, f"who-{scheme}")
    look_up(page, "星辰大海是我们的征途")
    assert "没有这句话" in page.locator(".yj-verdict").inner_text()
    assert page.locator(".yj-match").count() == 0


def test_quality_is_measured(visit):
    page = visit(accept_downloads=True)
    visit_page(page, "质量")
    page.get_by_role("button", name="开始检验").click()
    page.locator(".yj-table").wait_for()
    settle(page)
    page.locator('[data-testid="stVegaLiteChart"] canvas, .vega-embed svg').first.wait_for()
    assert "答对" in page.locator(".yj-heading").inner_text()
    assert page.locator(".yj-table tbody tr").count() >= 10
    shot(page, "quality")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载 Markdown").click()
    table = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert "| 类型 | 题数 | 答对 |" in table
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载 JSON").click()
    whole = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
    assert whole["engine"] == "extractive" and len(whole["details"]) == whole["rows"][-1]["n"]


def test_both_on_a_phone(visit):
    page = visit(width=375, height=740, has_touch=True, is_mobile=True)
    for link in ("谁说的", "质量"):
        page.get_by_test_id("stExpandSidebarButton").tap()
        page.wait_for_timeout(500)
        page.get_by_role("link", name=link).tap()
        page.locator(".yj-title").get_by_text(link).wait_for()
        settle(page)
        page.wait_for_timeout(500)
        if link == "谁说的":
            page.locator('[class*="st-key-suggest_0"] button').tap()
            page.locator(".yj-match").first.wait_for()
        else:
            page.get_by_role("button", name="开始检验").tap()
            page.locator(".yj-table").wait_for()
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        wide = page.evaluate(
            "Math.max(0, ...[...document.querySelectorAll('.stMain *')]"
            ".filter(e => !e.closest('.yj-table table'))"
            ".map(e => e.getBoundingClientRect().right - innerWidth - 1))"
        )
        assert wide <= 0
        shot(page, f"phone-{'who' if link == '谁说的' else 'quality'}")


def test_a_phone(visit):
    page = visit(width=375, height=740, has_touch=True, is_mobile=True)
    assert overflow(page) <= 0
    # The page settles at its top once Streamlit has scrolled for its chat box.
    page.wait_for_function(
        "() => document.querySelector('.yj-hero h1').getBoundingClientRect().top >= 0"
    )
    shot(page, "phone-empty")
    page.locator('[class*="st-key-suggest_0"] button').tap()
    page.locator(".yj-cite").first.wait_for()
    settle(page)
    page.wait_for_timeout(2600)
    question = page.locator(".yj-question").bounding_box()
    assert 0 <= question["y"] < 300
    assert overflow(page) <= 0
    page.locator(".yj-cite").first.tap()
    page.wait_for_timeout(300)
    box = open_card(page).bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 376
    assert box["y"] + box["height"] <= 741
    shot(page, "phone-card")
    page.keyboard.press("Escape")
    page.get_by_test_id("stExpandSidebarButton").tap()
    page.wait_for_timeout(500)
    shot(page, "phone-sidebar")
    page.get_by_role("link", name="资料库").tap()
    page.wait_for_selector(".yj-title")
    settle(page)
    page.wait_for_timeout(500)
    assert page.get_by_test_id("stSidebar").get_attribute("data-collapsed") == "true"
    assert overflow(page) <= 0
    shot(page, "phone-library")


def test_english_has_no_chinese_frame(visit):
    page = visit("/?lang=en")
    assert "Ask what officials have said" in page.locator(".yj-hero").inner_text()
    shot(page, "english")
    page.get_by_role("link", name="Library").click()
    page.wait_for_selector(".yj-title")
    settle(page)
    content = page.evaluate(
        "getComputedStyle(document.querySelector("
        "'[data-testid=stFileUploaderDropzone] button p'), '::after').content"
    )
    assert content == '"Choose files"'
    page.get_by_text("中文", exact=True).click()
    page.get_by_text("选择文件").or_(page.get_by_text("资料库")).first.wait_for()
    settle(page)
    assert page.locator(".yj-title").inner_text() == "资料库"


def test_own_document_from_upload_to_removal(visit, tmp_path):
    page = visit()
    page.get_by_role("link", name="资料库").click()
    page.wait_for_selector(".yj-title")
    settle(page)
    own, broken = tmp_path / "渡口.txt", tmp_path / "空.txt"
    own.write_text(OWN, encoding="utf-8")
    broken.write_bytes(b"")
    files = [own, broken]
    if REAL.exists():
        files.append(Path(shutil.copy(REAL, tmp_path / "remarks.txt")))
    page.locator('input[type="file"]').set_input_files([str(f) for f in files])
    page.locator(".yj-results li").nth(len(files) - 1).wait_for()
    settle(page)
    results = page.locator(".yj-results li")
    assert "卓一帆" in page.locator(".stMain").inner_text()
    assert "已放入" in results.nth(0).inner_text() and "失败" in results.nth(1).inner_text()
    assert "示例" not in page.locator(".stMain").inner_text()
    shot(page, "upload")
    page.locator('[class*="st-key-read_"] button').first.click()
    page.locator(".yj-piece").first.wait_for()
    assert "<script>document.title='坏'</script> ![](http://a.test/x.png) *星* **粗**" in (
        page.locator(".yj-piece").first.inner_text()
    )
    shot(page, "reading")

    page.get_by_role("link", name="问答").click()
    page.wait_for_selector(".yj-hero")
    settle(page)
    ask(page, "夜里开船的渡口有什么要求？")
    answer = page.locator(".yj-answer").last
    card = card_of(page, answer.locator(".yj-cite").first)
    assert "卓一帆" in card.inner_text() and "渡口.txt" in card.inner_text()
    page.keyboard.press("Escape")
    said = answer.inner_text()
    ask(page, "符号要原样是怎么说的？")
    assert page.title() == "言据"
    assert page.locator(".yj-answer script, .yj-answer img, .yj-card script").count() == 0

    page.get_by_role("link", name="资料库").click()
    page.wait_for_selector(".yj-title")
    settle(page)
    row = page.locator('[class*="st-key-document_"]').filter(has_text="渡口.txt")
    row.get_by_text("移除", exact=True).click()
    page.get_by_text("确认移除").click()
    page.get_by_text("已移除“渡口.txt”。").wait_for()
    settle(page)
    page.get_by_role("link", name="问答").click()
    page.wait_for_selector(".yj-question")
    settle(page)
    assert page.locator(".yj-answer").first.inner_text() == said
    card = card_of(page, page.locator(".yj-answer").first.locator(".yj-cite").first)
    assert "卓一帆" in card.inner_text()
    page.keyboard.press("Escape")
    ask(page, "夜里开船的渡口有什么要求？")
    assert "卓一帆" not in page.locator(".yj-answer").last.inner_text()


def test_a_slow_model_can_be_stopped(visit, openai_server: OpenAIServer):  # noqa: F811
    openai_server.script = [Say("这是很长的一句话。", every=0.2, forever=True)]
    page = visit()
    page.get_by_text("语言模型", exact=True).click()
    settle(page)
    page.get_by_label("模型（供应商：型号）").fill("openai:slow-model")
    page.keyboard.press("Enter")
    settle(page)
    page.get_by_label("服务地址（可留空）").fill(openai_server.url)
    page.keyboard.press("Enter")
    settle(page)
    page.locator('[class*="st-key-suggest_0"] button').click()
    page.locator('.yj-answer[aria-busy="true"]').wait_for()
    page.get_by_text("停止", exact=True).click()
    page.get_by_text("已停止").first.wait_for()
    settle(page)
    assert "已停止" in page.locator(".stMain").inner_text()
    shot(page, "stopped")


def test_a_slow_run_of_questions_can_be_stopped(visit, openai_server: OpenAIServer, tmp_path):  # noqa: F811
    openai_server.script = [Say("这是很长的一句话。", every=0.2, forever=True)]
    page = visit()
    page.get_by_text("语言模型", exact=True).click()
    settle(page)
    page.get_by_label("模型（供应商：型号）").fill("openai:slow-model")
    page.keyboard.press("Enter")
    settle(page)
    page.get_by_label("服务地址（可留空）").fill(openai_server.url)
    page.keyboard.press("Enter")
    settle(page)
    question = page.locator('[class*="st-key-suggest_0"] button').inner_text()
    visit_page(page, "质量")
    page.get_by_text("上传自己的题目").click()
    settle(page)
    own = tmp_path / "我的题.jsonl"
    own.write_text(json.dumps({"question": question}), encoding="utf-8")
    page.locator('input[type="file"]').set_input_files(str(own))
    page.get_by_text("我的题.jsonl").last.wait_for()
    settle(page)
    run = page.get_by_role("button", name="开始检验")
    run.click()
    page.get_by_role("button", name="停止").click()
    settle(page)
    assert page.locator(".yj-table").count() == 0 and run.is_enabled()
    assert page.get_by_role("button", name="停止").count() == 0
