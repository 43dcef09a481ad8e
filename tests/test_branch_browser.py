"""Several libraries as a person has them, in a real Chromium."""

from __future__ import annotations

import pytest

from tests.conftest import BRIDGE
from tests.test_accessible_browser import serious
from tests.window import ask, browser_tests, open_page, overflow, settle, shot

pytestmark = browser_tests

WORDS = {
    "zh": ("资料库", "新建资料库", "名称", "新建", "删除资料库", "确认删除", "示例资料", "改名"),
    "en": ("Library", "New library", "Name", "Create", "Delete library", "Delete it", "Samples",
           "Rename"),
}  # fmt: skip


def press(page, name: str) -> None:
    page.locator(".stMain").get_by_role("button", name=name, exact=True).click()
    page.wait_for_timeout(400)


def call(page, label: str, name: str) -> None:
    """Give the name in the box that stands open."""
    box = page.get_by_label(label, exact=True).locator("visible=true")
    box.fill(name)
    page.keyboard.press("Enter")
    page.locator(".yj-banner").get_by_text(name).first.wait_for()
    settle(page)


def choose(page, label: str, name: str) -> None:
    """Take a library in the library page's own box, which a phone shows too."""
    box = page.locator(".stMain").get_by_role("combobox", name=label)
    box.first.click()
    page.get_by_role("option", name=name, exact=True).click()
    page.wait_for_timeout(800)
    settle(page)


@pytest.mark.parametrize(("lang", "width", "scheme"), [("zh", 1280, "light"), ("en", 375, "dark")])
def test_a_library_is_made_filled_left_deleted_and_brought_back(
    visit, tmp_path, lang, width, scheme
):
    title, new, label, _make, delete, sure, samples, rename = WORDS[lang]
    page = visit(f"/?lang={lang}", width=width, height=860, color_scheme=scheme)
    open_page(page, title)
    press(page, new)
    call(page, label, f"青川 {width}")
    assert "l=" in page.url and page.locator('[class*="st-key-document_"]').count() == 0
    town = tmp_path / "town.txt"
    town.write_text(BRIDGE, encoding="utf-8")
    page.locator('input[type="file"]').set_input_files(str(town))
    page.locator('[class*="st-key-document_"]').filter(has_text="town.txt").wait_for()
    settle(page)
    assert overflow(page) <= 0 and serious(page) == []
    shot(page, f"branch-{lang}-{width}")
    page.goto(page.url.replace("/library", "/"))
    page.locator(".yj-people").wait_for()
    settle(page)
    assert page.locator(".yj-people li").count() == 2
    ask(page, "桥梁预防性养护多少座？")
    assert "326" in page.locator(".yj-answer").last.inner_text()
    talk = page.url
    open_page(page, title)
    choose(page, title, samples)
    assert page.locator('input[type="file"]').count() == 0
    assert page.locator('[class*="st-key-document_"]').filter(has_text="town.txt").count() == 0
    shot(page, f"branch-samples-{lang}-{width}")
    page.goto(talk)  # the address of a conversation knows its library
    page.locator(".yj-answer").first.wait_for()
    settle(page)
    assert "326" in page.locator(".yj-answer").last.inner_text()
    open_page(page, title)
    press(page, rename)
    call(page, label, f"青川 新 {width}")
    press(page, delete)
    page.get_by_role("button", name=sure, exact=True).click()
    page.locator('[class*="st-key-branch_undo_do"] button').wait_for()
    settle(page)
    assert overflow(page) <= 0
    shot(page, f"branch-deleted-{lang}-{width}")
    page.locator('[class*="st-key-branch_undo_do"] button').click()
    page.locator('[class*="st-key-document_"]').filter(has_text="town.txt").wait_for()
    settle(page)


def test_two_windows_stand_in_two_libraries(visit):
    one, other = visit(), visit()
    open_page(one, "资料库")
    press(one, "新建资料库")
    call(one, "名称", "只在一个窗口")
    open_page(other, "资料库")
    assert other.locator('[class*="st-key-document_"]').count() >= 1
    assert one.locator('[class*="st-key-document_"]').count() == 0


@pytest.mark.parametrize(("lang", "words"), [("zh", "没有匹配的选项"), ("en", "No results")])
def test_a_search_without_a_match_says_so_in_the_language_of_the_page(visit, lang, words):
    page = visit(f"/?lang={lang}")
    box = page.get_by_test_id("stSidebar").get_by_role("combobox").first
    box.click()
    box.fill("zzzzzz")
    empty = page.locator('[role="listbox"] [role="option"] > span').first
    empty.wait_for()
    shown = empty.evaluate(
        "e => [getComputedStyle(e, '::after').content, getComputedStyle(e).fontSize]"
    )
    assert shown == [f'"{words}"', "0px"]
    assert page.get_by_text("Select all").count() == 0
