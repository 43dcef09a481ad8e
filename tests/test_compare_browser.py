"""The comparison as a person meets it, in a real Chromium."""

from __future__ import annotations

import pytest

from tests.window import browser_tests, card_of, open_page, overflow, settle, shot

pytestmark = browser_tests


def compared(visit, **window):
    page = visit(**window)
    open_page(page, "对比")
    page.locator('[class*="st-key-theme_"] button').first.click()
    page.locator(".yj-side").wait_for()
    settle(page)
    return page


def test_a_comparison_its_sources_and_its_copy(visit):
    page = compared(visit, accept_downloads=True)
    rows = page.locator(".yj-side tbody tr")
    assert rows.count() == 4
    card = card_of(page, page.locator(".yj-side .yj-cite").first)
    assert ".md" in card.inner_text()
    page.keyboard.press("Escape")
    page.mouse.move(3, 500)
    shot(page, "compare")
    page.get_by_role("button", name="复制表格").click()
    page.get_by_text("已复制").first.wait_for()
    kinds = page.evaluate(
        "navigator.clipboard.read().then(async items => [items[0].types,"
        " await (await items[0].getType('text/html')).text()])"
    )
    assert set(kinds[0]) == {"text/plain", "text/html"} and "<table" in kinds[1]
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载 Word").click()
    assert waiting.value.suggested_filename.endswith(".docx")
    page.locator(".yj-side .yj-cite").first.click()
    page.locator('[role="dialog"] .yj-piece mark').wait_for()


def test_officials_are_found_by_typing(visit):
    page = visit()
    open_page(page, "对比")
    box = page.locator('.stMain [data-testid="stMultiSelect"] input')
    box.click()
    page.keyboard.type("法院")
    page.get_by_role("option").filter(has_text="法院").first.click()
    page.keyboard.press("Escape")
    page.get_by_role("textbox", name="主题", exact=True).fill("改革")
    page.keyboard.press("Enter")
    page.locator(".yj-side").wait_for()
    settle(page)
    assert page.locator(".yj-side tbody tr").count() == 1
    assert "法院" in page.locator(".yj-side tbody th").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_comparison_on_a_phone(visit, scheme):
    page = compared(visit, width=375, height=740, color_scheme=scheme)
    assert overflow(page) <= 0
    page.locator(".yj-side").scroll_into_view_if_needed()
    shot(page, f"phone-compare-{scheme}")
