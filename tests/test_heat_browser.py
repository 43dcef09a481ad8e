"""The pictures as a person sees them, in a real Chromium."""

from __future__ import annotations

import pytest

from tests.test_proof_browser import TEXT
from tests.window import browser_tests, open_page, overflow, settle, shot

pytestmark = browser_tests

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
    path = tmp_path / f"混排{width}{scheme}.txt"
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
