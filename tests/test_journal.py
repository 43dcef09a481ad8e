"""One line of JSON a question, without its words unless they are asked for."""

from __future__ import annotations

import json
import logging

import pytest
from streamlit.testing.v1 import AppTest

from pages import access, journal, session
from rag import RagSettings
from rag.transcript import Message
from tests.conftest import BRIDGE, ROOT


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[dict]:
    kept: list[dict] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            line = journal.JsonLine().format(record)
            assert "\n" not in line
            kept.append(json.loads(line))

    handler = Handler()
    journal.ROOT.addHandler(handler)
    monkeypatch.setattr(journal.ROOT, "level", logging.INFO)
    yield kept
    journal.ROOT.removeHandler(handler)


@pytest.mark.parametrize("words", [False, True])
def test_a_question_leaves_one_line(
    settings: RagSettings, monkeypatch: pytest.MonkeyPatch, lines: list[dict], words: bool
) -> None:
    (settings.documents / "town.txt").write_text(BRIDGE, encoding="utf-8")
    monkeypatch.setenv("YANJU_HOME", str(settings.home))
    monkeypatch.setenv("YANJU_DOCUMENTS", str(settings.documents))
    monkeypatch.setenv("YANJU_LOG_QUESTIONS", str(words))
    session._desks.clear()
    access.announce.clear()
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    for question in ("桥梁养护怎么做？", "量子计算机何时普及？"):
        at.chat_input[0].set_value(question).run()
    session._desks.clear()
    told = [row for row in lines if row["logger"] == "yanju.questions"]
    assert [row["outcome"] for row in told] == ["answered", "refused"]
    assert told[0]["citations"] >= 1 and told[0]["engine"] == "extractive"
    assert set(told[0]["verdicts"]) == {"supported"} and told[0]["seconds"] > 0
    assert ("桥梁" in json.dumps(lines, ensure_ascii=False)) is words
    assert any(row["logger"] == "yanju.access" for row in lines)


def test_what_failed_or_was_stopped_is_told(lines: list[dict]) -> None:
    journal.note(Message("问", error={"zh": "坏", "en": "bad\nthing"}, id="a"), 1.0, "k", False)
    journal.note(Message("问", stopped=True, id="b"), 1.0, "", False)
    assert [row["outcome"] for row in lines] == ["failed", "stopped"]
    assert lines[0]["person"] == "k" and "person" not in lines[1]
