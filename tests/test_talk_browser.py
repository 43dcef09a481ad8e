"""Conversations as a person has them, in a real Chromium: kept, changed, taken away."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.window import SHOTS, ask, browser_tests, card_of, overflow, settle, shot

pytestmark = browser_tests


def suggested(page):
    """Ask the first suggestion; its words."""
    page.locator('[class*="st-key-suggest_0"] button').click()
    page.locator(".yj-cite").first.wait_for()
    settle(page)
    return page.locator(".yj-question").last.inner_text()


def test_a_conversation_is_kept_named_found_and_removed(visit):
    page = visit()
    asked = suggested(page)
    ask(page, "火星上有没有基地？")
    said = page.locator(".yj-answer").all_inner_texts()
    page.get_by_role("button", name="有用").first.click()
    settle(page)
    assert "c=" in page.url
    page.reload()
    settle(page)
    assert page.locator(".yj-answer").all_inner_texts() == said
    assert page.locator('[class*="st-key-helpful_"] button[kind="secondary"]').count() == 1
    page.get_by_role("button", name="管理").click()
    page.get_by_label("对话名称").fill("渡口材料")
    page.keyboard.press("Enter")
    page.get_by_test_id("stSidebar").get_by_role("button", name="渡口材料").wait_for()
    settle(page)
    page.keyboard.press("Escape")
    shot(page, "talk")

    page.get_by_role("button", name="新对话").click()
    page.wait_for_selector(".yj-hero")
    settle(page)
    page.get_by_test_id("stSidebar").get_by_role("button", name="渡口材料").click()
    page.wait_for_selector(".yj-question")
    settle(page)
    assert page.locator(".yj-question").first.inner_text() == asked
    page.get_by_role("button", name="管理").click()
    page.get_by_role("button", name="删除对话").click()
    page.get_by_text("已删除“渡口材料”。").wait_for()
    settle(page)
    page.get_by_role("button", name="撤销").click()
    page.wait_for_selector(".yj-question")
    settle(page)
    assert page.locator(".yj-answer").all_inner_texts() == said


def test_a_number_opens_its_piece_at_the_words(visit):
    page = visit()
    suggested(page)
    marker = page.locator(".yj-cite").first
    marked = card_of(page, marker).locator("mark").inner_text()
    page.mouse.move(5, 500)
    page.wait_for_function("!document.querySelector('.yj-card:popover-open')")
    marker.click()
    window = page.get_by_role("dialog").locator(".yj-piece")
    window.wait_for()
    assert window.locator("mark").inner_text() == marked
    assert window.locator(".yj-paragraph").count() > 1
    page.wait_for_timeout(900)
    box = window.locator("mark").bounding_box()
    assert 0 <= box["y"] <= 860
    shot(page, "piece")
    page.keyboard.press("Escape")
    window.wait_for(state="detached")
    page.locator(".yj-cited summary").click()
    assert page.locator(".yj-source").count() >= 1
    shot(page, "talk-sources")
    page.locator(".yj-source").first.click()
    window.wait_for()


def test_a_question_is_changed_and_asked_again(visit):
    page = visit()
    first = suggested(page)
    page.get_by_role("button", name="修改").click()
    page.get_by_label("修改问题").fill("资料库里有哪些官员？")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="重新提问").click()
    page.get_by_text("现收录").first.wait_for()
    settle(page)
    assert page.locator(".yj-question").all_inner_texts() == ["资料库里有哪些官员？"]
    page.get_by_role("button", name="重新回答").click()
    settle(page)
    page.locator(".yj-answer").get_by_text("现收录").first.wait_for()
    ask(page, first)
    page.locator('[class*="st-key-next_0"] button').wait_for()
    page.locator('[class*="st-key-next_0"] button').click()
    page.wait_for_function("document.querySelectorAll('.yj-question').length == 3")
    settle(page)
    # Others follow: the changed question goes on in a copy.
    page.get_by_role("button", name="修改").first.click()
    page.get_by_text("原对话不变").wait_for()
    page.get_by_role("button", name="重新提问").click()
    page.wait_for_function("document.querySelectorAll('.yj-question').length == 1")
    settle(page)
    names = page.locator(".st-key-talks button").all_inner_texts()
    assert any("（改问）" in name for name in names) and len(names) >= 2


@pytest.mark.parametrize("width", [1280, 375])
def test_a_conversation_is_taken_away(visit, width):
    page = visit(width=width, accept_downloads=True)
    asked = suggested(page)
    page.get_by_role("button", name="导出对话").click()
    page.get_by_role("dialog").get_by_text("参考文献").first.wait_for()
    settle(page)
    assert overflow(page) <= 0
    shot(page, f"export-{width}")
    files = {}
    for name in ("Word（脚注）", "Markdown", "JSON"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=name).click()
        files[name] = Path(waiting.value.path())
        assert waiting.value.suggested_filename.startswith(asked[:2])
    with zipfile.ZipFile(files["Word（脚注）"]) as word:
        notes = word.read("word/footnotes.xml").decode()
    whole = json.loads(files["JSON"].read_text(encoding="utf-8"))
    citation = whole["messages"][0]["citations"][0]
    assert (
        citation["quote"] in notes
        and citation["gbt7714"] in page.locator('textarea[aria-label^="参考文献"]').input_value()
    )
    assert f"## {asked}" in files["Markdown"].read_text(encoding="utf-8")
    page.get_by_role("button", name="复制参考文献").click()
    page.get_by_text("已复制").first.wait_for()
    assert "[Z]" in page.evaluate("navigator.clipboard.readText()")


def test_a_conversation_on_a_phone(visit):
    page = visit(width=375, height=740, has_touch=True, is_mobile=True)
    page.locator('[class*="st-key-suggest_0"] button').tap()
    page.locator(".yj-cite").first.wait_for()
    settle(page)
    assert overflow(page) <= 0
    page.locator(".yj-cite").first.tap()
    page.locator(".yj-card:popover-open .yj-open").tap()
    page.get_by_role("dialog").locator(".yj-piece mark").wait_for()
    page.wait_for_timeout(900)
    assert overflow(page) <= 0
    shot(page, "phone-piece")
    page.get_by_role("dialog").get_by_role("button", name="Close").tap()  # a phone has no Escape
    page.get_by_role("dialog").locator(".yj-piece").wait_for(state="detached")
    page.locator(".stMain").evaluate("e => e.scrollTop = e.scrollHeight")
    page.wait_for_timeout(300)
    shot(page, "phone-talk")


def test_one_citation_is_copied_from_its_card_in_both_forms(visit):
    page = visit()
    suggested(page)
    card = card_of(page, page.locator(".yj-cite").first)
    name, words = card.locator("header b").inner_text(), card.locator("mark").first.inner_text()
    card.get_by_role("button", name="复制引文与出处").click()
    page.wait_for_function("document.querySelector(':popover-open .yj-copy').dataset.label")
    plain = page.evaluate("navigator.clipboard.readText()")
    assert plain.startswith(f"“{words}”——") and name in plain and ".md" in plain
    card.get_by_role("button", name="复制 GB/T 7714").click()
    page.wait_for_function(
        "[...document.querySelectorAll(':popover-open .yj-copy')].every(e => e.dataset.label)"
    )
    entry = page.evaluate("navigator.clipboard.readText()")
    assert entry.startswith(f"{name}. ") and "[Z]//" in entry


@pytest.mark.parametrize("width", [1280, 375])
def test_a_link_leads_back_to_the_paragraph(visit, width):
    page = visit(width=width, height=800)
    suggested(page)
    page.locator(".yj-cite").first.focus()
    page.keyboard.press("Enter")  # a finger and the keyboard get the card first
    words = page.locator(".yj-card:popover-open .yj-passage").inner_text()
    page.locator(".yj-card:popover-open .yj-open").click()
    window = page.get_by_role("dialog").filter(has=page.locator(".yj-reading"))
    window.locator(".yj-piece mark").first.wait_for()
    settle(page)
    window.get_by_role("button", name="复制链接").click()
    window.get_by_text("已复制").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert "?p=" in link and "c=" not in link

    other = visit("/" + link[link.index("?") :], width=width, height=800)
    marked = other.get_by_role("dialog").locator(".yj-piece mark")
    marked.wait_for()
    settle(other)
    assert marked.inner_text() == words and "p=" not in other.url
    other.wait_for_timeout(1500)
    box = marked.bounding_box()
    assert box["y"] < 800 and box["y"] + box["height"] > 0
    assert overflow(other) <= 0
    shot(other, f"linked-{width}")

    gone = visit("/?p=no-such-paragraph", width=width, height=800)
    gone.get_by_text("链接指向的段落已更改或已移出资料库。").wait_for()
    assert gone.get_by_role("dialog").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_answer_prints_with_its_sources_in_dark_ink(visit, scheme):
    page = visit(color_scheme=scheme)
    suggested(page)
    page.emulate_media(media="print", color_scheme=scheme)
    page.wait_for_timeout(300)
    for shown in (".yj-question", ".yj-answer", ".yj-row"):
        assert page.locator(shown).first.is_visible(), shown
    hidden = ('[data-testid="stSidebar"]', '[data-testid="stHeader"]', '[data-testid="stBottom"]')
    for away in (*hidden, ".yj-copy", ".stMain .stButton"):
        assert not page.locator(away).first.is_visible(), away
    ink = "e => getComputedStyle(e).color.match(/\\d+/g).slice(0, 3).every(c => c < 130)"
    for dark in (".yj-question", ".yj-answer p", ".yj-row"):
        assert page.locator(dark).first.evaluate(ink), dark
    ground = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    made = page.pdf(path=str(SHOTS / f"answer-{scheme}.pdf"))
    assert made.startswith(b"%PDF")
