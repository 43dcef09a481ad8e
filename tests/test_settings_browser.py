"""The settings as a person meets them, in a real Chromium."""

from __future__ import annotations

import pytest

from tests.llm_servers import KEY, Fail, OpenAIServer, Say, openai_server  # noqa: F401
from tests.window import browser_tests, open_page, overflow, settle, shot

pytestmark = browser_tests


def section(page, name: str):
    return page.locator(f".st-key-settings_{name}")


def choose(page, place, word: str) -> None:
    place.get_by_text(word, exact=True).click()
    settle(page)


def test_a_model_is_tested_and_kept(visit, openai_server: OpenAIServer):  # noqa: F811
    page = visit()
    open_page(page, "设置")
    engine = section(page, "engine")
    choose(page, engine, "语言模型")
    engine.get_by_label("模型", exact=True).fill("openai:some-model")
    engine.get_by_label("服务地址").fill(openai_server.url)
    engine.get_by_label("密钥").fill(KEY)
    page.keyboard.press("Enter")
    settle(page)
    openai_server.script = [Fail(401, "no")]
    engine.get_by_role("button", name="测试连接").click()
    engine.get_by_text("不接受密钥").wait_for()
    settle(page)
    openai_server.script = [Say("好")]
    engine.get_by_role("button", name="测试连接").click()
    engine.get_by_text("连接正常。").wait_for()
    settle(page)
    shot(page, "settings-model")
    engine.get_by_role("button", name="保存").click()
    engine.get_by_text("已保存，从下一个问题起生效。").wait_for()
    settle(page)
    assert KEY not in page.content() and engine.get_by_label("密钥").input_value() == ""
    again = visit()
    open_page(again, "设置")
    assert section(again, "engine").get_by_label("服务地址").input_value() == openai_server.url
    assert KEY not in again.content()
    choose(again, section(again, "engine"), "内置摘录（无需模型）")
    section(again, "engine").get_by_role("button", name="保存").click()
    again.get_by_text("已保存，从下一个问题起生效。").wait_for()


def test_another_embedder_shows_its_progress_and_answers(visit):
    page = visit()
    open_page(page, "设置")
    embedder = section(page, "embedder")
    choose(page, embedder, "内置词表")
    embedder.get_by_role("button", name="更换并重建索引").click()
    embedder.get_by_text("索引已重建").wait_for()
    settle(page)
    choose(page, embedder, "内置模型")
    embedder.get_by_role("button", name="更换并重建索引").click()
    embedder.get_by_test_id("stProgress").wait_for()
    embedder.get_by_text("索引已重建").wait_for()
    settle(page)
    shot(page, "settings-embedder")
    page.get_by_role("link", name="问答").click()
    page.locator('[class*="st-key-suggest_0"] button').click()
    page.locator(".yj-cite").first.wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_settings_on_a_phone(visit, scheme):
    page = visit(width=375, height=740, color_scheme=scheme)
    open_page(page, "设置")
    choose(page, section(page, "embedder"), "向量服务")
    assert overflow(page) <= 0
    section(page, "embedder").scroll_into_view_if_needed()
    shot(page, f"phone-settings-{scheme}")


def test_settings_in_english(visit):
    page = visit("/?lang=en")
    open_page(page, "Settings")
    words = page.locator(".stMain").inner_text().replace("中文", "")
    assert not any("\u4e00" <= c <= "\u9fff" for c in words)
