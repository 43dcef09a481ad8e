"""What axe-core says of every page, as a person meets it, in light and in dark."""

from __future__ import annotations

import pytest

from tests.window import browser_tests, open_page, settle

pytestmark = browser_tests

# Page → what is clicked there, and what that brings.
PAGES = {
    "问答": ('[class*="st-key-suggest_0"] button', ".yj-cite"),
    "谁说的": ('[class*="st-key-suggest_0"] button', ".yj-match"),
    "对比": ('[class*="st-key-theme_"] button', ".yj-side"),
    "资料库": ('[class*="st-key-read_"] button', ".yj-piece"),
    "校对": ("", ".yj-proof"),
    "质量": ("", '[class*="st-key-run"] button'),
    "设置": ("", '[class*="st-key-settings_talks"]'),
}


def serious(page) -> list[str]:
    """The findings that keep somebody out, each with the element that it is about."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response["violations"]
    return [
        f"{v['id']}: {node['html'][:120]}"
        for v in found
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_is_found_on_any_page(visit, scheme):
    page = visit(color_scheme=scheme)
    for name, (click, then) in PAGES.items():
        if name != "问答":
            open_page(page, name)
        if click:
            page.locator(click).first.click()
        page.locator(then).first.wait_for()
        settle(page)
        assert serious(page) == [], name


def test_nothing_serious_is_found_on_a_phone_in_english(visit):
    page = visit("/?lang=en", width=375, height=740)
    assert serious(page) == []
    for name in ("Compare", "Library", "Settings"):
        open_page(page, name)
        assert serious(page) == [], name


def test_the_check_finds_what_is_wrong(visit):
    page = visit()
    page.evaluate("document.querySelector('.yj-hero').innerHTML += '<img src=\"data:,\">'")
    assert any(found.startswith("image-alt") for found in serious(page))
