"""The page that measures the answers: its run, its table, its picture, its downloads."""

from __future__ import annotations

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from pages import session
from pages.score import chart, draw_table, draw_wrong
from pages.wording import say
from rag.case import Case
from rag.evaluation import evaluate
from tests.fakes import FakeAssistant, FakeLibrary
from tests.test_pages import ROOT, html, library, page

__all__ = ["library"]  # the fixture

QUESTIONS = [
    {"id": "a", "type": "number", "question": "水库怎么办？", "speakers": ["陆望川"]},
    {"id": "b", "type": "自定的<b>类", "question": "客车呢？", "speakers": ["陆望川"]},
    {"id": "c", "type": "unanswerable", "question": "火星基地呢？", "answerable": False},
]
QUOTE = "票价实行市场调节价，老人和学生按半价执行"
CASES = [
    Case("a", "number", "水库怎么办？", ("陆望川",)),
    Case("b", "自定的<b>类", "客车<i>呢？", ("陆望川",), facts=("没有",)),
]


def lines(rows) -> bytes:
    return "\n".join(json.dumps(r, ensure_ascii=False) for r in rows).encode()


@pytest.fixture
def questions(library, tmp_path):
    """The page with sample questions of its own."""
    (tmp_path / "questions.jsonl").write_bytes(lines(QUESTIONS))
    library.settings = library.settings.model_copy(update={"samples": tmp_path})
    return library


def made():
    return evaluate(FakeAssistant(FakeLibrary()), CASES)  # type: ignore[arg-type]


def test_the_table_has_a_row_a_type_and_escapes():
    seen = draw_table(made())
    assert seen.count("<tr>") == 4 and "<b>" not in seen and "自定的&lt;b&gt;类" in seen
    assert '<th scope="row">数字</th><td>1</td><td>100%</td>' in seen
    assert '<th scope="col">Right</th>' in draw_table(made(), "en")


def test_the_picture_says_the_same_in_words():
    picture, words = chart(made())
    assert words == "各类题目答对的比例：数字 100%（1 题）、自定的<b>类 0%（1 题）"
    drawn = picture.to_dict()
    values = drawn["data"]["values"] if "values" in drawn.get("data", {}) else None
    values = values or next(iter(drawn["datasets"].values()))
    assert [(v["type"], v["right"]) for v in values] == [("数字", 1.0), ("自定的<b>类", 0.0)]
    assert {layer["mark"]["type"] for layer in drawn["layer"]} == {"bar", "text"}


def test_wrong_answers_say_what_they_miss():
    wrong = [d for d in made().details if d["right"] < 1]
    seen = draw_wrong(wrong)
    assert "客车&lt;i&gt;呢？" in seen and "未达到：要点齐全、官员全对" in seen
    assert "秒/题" not in seen and "慕容清和" in seen


def test_the_sample_questions_are_run(questions):
    at = page("pages/quality.py")
    assert say("questions_count", count=3, types=3, engine=say("extractive")) in html(at)
    assert "yj-table" not in html(at)
    at.button(key="run").click().run()
    seen = html(at)
    assert not at.exception and "3 题中答对 2 题" in seen and "yj-table" in seen
    assert say("wrong", count=1) in seen and "客车呢？" in seen
    assert {b.label for b in at.get("download_button")} == {
        say("download_json"),
        say("download_markdown"),
    }
    assert len(at.get("vega_lite_chart")) == 1
    asked = len(questions.assistants[0].calls)
    at.run()
    assert len(questions.assistants[0].calls) == asked and "yj-table" in html(at)


def test_own_questions_are_uploaded(questions):
    at = page("pages/quality.py")
    at.radio(key="questions_from").set_value("own").run()
    assert not [b for b in at.button if b.key == "run"] and at.expander
    at.file_uploader[0].set_value([("我的.jsonl", lines(QUESTIONS[:1]), "text/plain")]).run()
    assert "我的.jsonl" in html(at)
    at.button(key="run").click().run()
    assert "1 题中答对 1 题" in html(at)


def test_a_bad_file_of_questions_is_one_line(questions):
    at = page("pages/quality.py")
    at.radio(key="questions_from").set_value("own").run()
    at.file_uploader[0].set_value([("坏.jsonl", b'{"question": ""}', "text/plain")]).run()
    assert not at.exception and "“坏.jsonl”第 1 行" in html(at)
    assert not [b for b in at.button if b.key == "run"]


def test_a_run_that_fails_says_so(questions):
    bad = [QUESTIONS[0], {"question": "请出错"}]
    at = page("pages/quality.py")
    at.radio(key="questions_from").set_value("own").run()
    at.file_uploader[0].set_value([("q.jsonl", lines(bad), "text/plain")]).run()
    at.button(key="run").click().run()
    assert not at.exception and "问题太长，请缩短。" in html(at) and "yj-table" not in html(at)


def test_answers_that_are_not_the_model_s_are_told(questions):
    at = page("pages/quality.py")
    at.radio(key="questions_from").set_value("own").run()
    fell = [{"question": "水库怎么办？请提示"}]
    at.file_uploader[0].set_value([("q.jsonl", lines(fell), "text/plain")]).run()
    at.button(key="run").click().run()
    assert say("fell_back", share="100%", engine=say("extractive")) in html(at)


def test_sample_questions_do_not_ask_a_library_of_one_s_own(questions):
    questions.upload("新.txt", "# 题 | 闻人岳 | 某局 | 局长\n植树要看成活率。".encode())
    at = page("pages/quality.py")
    assert say("samples_replaced") in html(at)
    assert not [b for b in at.button if b.key == "run"]


def test_missing_sample_questions_are_told(questions):
    (questions.settings.samples / "questions.jsonl").unlink()
    assert say("questions_missing") in html(page("pages/quality.py"))


def test_an_empty_library_has_nothing_to_measure(monkeypatch):
    monkeypatch.setattr(session, "open_library", lambda settings: FakeLibrary(""))
    monkeypatch.setattr(session, "open_assistant", FakeAssistant)
    session._desks.clear()
    at = page("pages/quality.py")
    session._desks.clear()
    assert say("empty_library") in html(at) and not at.radio(key="engine").disabled


def test_the_limit_of_a_file_is_the_settings_own(library):
    library.settings = library.settings.model_copy(update={"max_file_mb": 7.5})
    at = page("pages/library.py")
    style = "".join(e.value for e in at.get("html") if "--yj-upload-hint" in e.value)
    assert "每个不超过 7.5 MB" in style
    assert at.file_uploader[0].proto.max_upload_size_mb == 8


@pytest.mark.parametrize("name", ["who", "quality"])
def test_english_leaves_no_chinese_of_ours(questions, name):
    at = AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=30)
    at.query_params["lang"] = "en"
    at.run()
    if name == "who":
        at.text_area(key="quote").set_value(QUOTE)
        next(b for b in at.button if b.label == say("who_look", "en")).click().run()
    else:
        at.button(key="run").click().run()
    documents = "".join(
        f"{p.text}{p.title}{p.official.office}{p.section}" for p in questions.passages()
    )
    documents += "".join(p.official.name for p in questions.passages())
    documents += (
        json.dumps(QUESTIONS, ensure_ascii=False) + QUOTE + "示例，转述，不是原话，市场调节，说"
    )
    texts = [e.value for e in at.get("html")] + [b.label for b in at.button]
    texts += [e.label for e in [*at.radio, *at.text_area]]
    for text in texts:
        visible = re.sub(r"<[^>]*>", "\n", text)
        for words in re.findall(r"[\u4e00-\u9fff]+", visible):
            assert words in documents or words == "中文", words
