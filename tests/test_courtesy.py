"""What is no question is answered as what it is, without a passage."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Assistant, RagSettings
from rag.answer import Turn
from rag.courtesy import courteous, kind_of_courtesy
from rag.knowledge import Knowledge
from rag.transcript import Message, Transcript
from rag.understanding import understand
from store import Library


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("你好", "greeting"),
        ("您好！", "greeting"),
        ("hello", "greeting"),
        ("谢谢你，帮大忙了", "thanks"),
        ("好的，谢谢", "thanks"),
        ("明白了", "thanks"),
        ("再见", "parting"),
        ("讲个笑话", "else"),
        ("请帮我写一首关于秋天的诗", "else"),
        ("今天天气怎么样?", "else"),
        ("把这段话翻译成英文", "else"),
    ],
)
def test_told_by_its_form(asked: str, kind: str) -> None:
    assert kind_of_courtesy(asked) == kind


@pytest.mark.parametrize(
    "asked",
    [
        "感谢群众的是谁",
        "你好，他怎么谈调解?",
        "好的，那他怎么抓队伍",
        "法官讲故事有什么要求?",
        "写一份报告的要求是什么",
        "今天的会议讲了什么",
        "好人好事怎么奖励",
        "知道他是谁吗",
    ],
)
def test_a_question_stays_a_question(asked: str) -> None:
    assert kind_of_courtesy(asked) == ""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_reply_cites_nothing(language: str) -> None:
    draft = courteous("谢谢", language)
    assert draft.text and not draft.citations and not draft.answered
    assert draft.text.isascii() == (language == "en")


def test_a_thank_you_gets_no_nearest_passage(tmp_path: Path) -> None:
    settings = RagSettings(home=tmp_path, documents=tmp_path / "none", _env_file=None)
    library = Library.open(settings)
    library.sync()
    answer = Assistant(library, settings).ask("谢谢你").answer
    assert answer.text.startswith("不客气") and not answer.citations and not answer.answered


def test_a_thank_you_between_is_no_subject_of_the_conversation(tmp_path: Path) -> None:
    documents = Path(__file__).parent / "data" / "heldout"
    library = Library.open(RagSettings(home=tmp_path, documents=documents, _env_file=None))
    library.sync()
    knowledge, name = Knowledge(library), library.officials()[0].name
    first = Turn(f"{name}怎么谈农村供水?", "", (name,))
    asked = understand("那他具体怎么做?", [first, Turn("谢谢", "不客气。")], (), knowledge)
    assert asked == understand("那他具体怎么做?", [first], (), knowledge)
    assert asked.follows and "供水" in f"{asked.search} {asked.context}"


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        (["你好", "谢谢", "供水怎么办？", "那价格呢？"], "供水怎么办？"),
        (["供水怎么办？", "你好"], "供水怎么办？"),
        (["你好", "谢谢"], "你好"),
        ([], ""),
    ],
)
def test_a_conversation_is_called_by_its_first_question(asked: list[str], title: str) -> None:
    said = Transcript(messages=tuple(map(Message, asked)))
    assert said.title == title
    assert Transcript(name="供水", messages=said.messages).title == "供水"
