"""Conversations on the chat page, without a browser: kept, named, changed, judged."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.takeaway import file_name
from pages.talk import Talk
from pages.wording import say
from rag.archive import Archive, ArchiveError
from tests.fakes import FakeAssistant
from tests.test_pages import ask, html, library, page  # noqa: F401

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def archive(library) -> Archive:  # noqa: F811
    return Archive(library.settings.home / "conversations")


def reload(ident: str) -> AppTest:
    """The same conversation in a new window."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    at.query_params["c"] = ident
    return at.run()


def answers(at: AppTest) -> list[str]:
    return [e.value for e in at.get("html") if 'class="yj-answer"' in e.value]


def test_a_reload_shows_what_was_said_though_the_documents_went(library, archive):  # noqa: F811
    at = ask(page(), "水库怎么办？")
    said = answers(at)
    [kept] = archive.entries()
    assert at.query_params["c"] in (kept.id, [kept.id])
    library.remove(library.documents()[0].id)
    library.upload("新.txt", "# 题 | 闻人岳 | 某局 | 局长\n植树要看成活率。".encode())
    again = reload(kept.id)
    assert said and answers(again) == said
    ask(again, "植树呢？")
    assert [m.question for m in archive.load(kept.id).messages] == ["水库怎么办？", "植树呢？"]


def test_a_conversation_that_is_gone_begins_a_new_one(library):  # noqa: F811
    at = reload("0123456789ab")
    assert not at.exception and say("line") in html(at)


def test_conversations_are_listed_found_and_opened(library, archive):  # noqa: F811
    for question in ("水库怎么办？", "客车怎么办？", "票价呢？", "险工险段呢？"):
        ask(page(), question)
    at = page()
    by_title = {e.title: e.id for e in archive.entries()}
    assert len(by_title) == 4
    at.button(key=f"talk_{by_title['客车怎么办？']}").click().run()
    assert "客车怎么办？" in html(at) and len(answers(at)) == 1
    at.text_input(key="talks_search").set_value("票价呢").run()
    listed = [b.key for b in at.button if b.key and b.key.startswith("talk_")]
    assert f"talk_{by_title['票价呢？']}" in listed
    assert f"talk_{by_title['水库怎么办？']}" not in listed


def test_a_damaged_conversation_is_said_and_the_others_are_there(library, archive):  # noqa: F811
    ask(page(), "水库怎么办？")
    (library.settings.home / "conversations" / "0123456789ab.json").write_text("{")
    at = page()
    assert any("已损坏" in c.value for c in at.caption)
    assert any(b.key == f"talk_{archive.entries()[0].id}" for b in at.button)


def test_a_name_is_given_and_a_deletion_undone(library, archive):  # noqa: F811
    at = ask(page(), "水库怎么办？")
    ident = archive.entries()[0].id
    at.text_input(key=f"name_{ident}").set_value("防汛").run()
    assert archive.entries()[0].title == "防汛"
    at.button(key="talk_delete").click().run()
    assert archive.entries() == [] and say("line") in html(at)
    at.button(key="undelete").click().run()
    assert archive.entries()[0].title == "防汛" and len(answers(at)) == 1


def test_a_deletion_that_cannot_be_undone_now_can_be_later(library, archive, monkeypatch):  # noqa: F811
    def failing(self, ident):
        raise ArchiveError("磁盘已满。", "The disk is full.")

    at = ask(page(), "水库怎么办？")
    at.button(key="talk_delete").click().run()
    with monkeypatch.context() as patch:
        patch.setattr(Archive, "restore", failing)
        at.button(key="undelete").click().run()
    assert not at.exception and "磁盘已满。" in html(at) and archive.entries() == []
    at.button(key="undelete").click().run()
    assert not at.exception and len(archive.entries()) == 1


def test_the_last_question_is_changed_in_its_place(library, archive):  # noqa: F811
    at = ask(page(), "水库怎么办？")
    ident = archive.load(archive.entries()[0].id).messages[0].id
    at.button(key=f"edit_{ident}").click().run()
    at.text_area(key=f"edited_{ident}").set_value("客车怎么办？")
    at.button(key="edit_ask").click().run()
    [kept] = archive.load(archive.entries()[0].id).messages
    assert (kept.id, kept.question) == (ident, "客车怎么办？") and "慕容清和" in html(at)


def test_an_earlier_question_is_changed_in_a_copy(library, archive):  # noqa: F811
    at = ask(ask(page(), "水库怎么办？"), "客车呢？")
    [old] = archive.entries()
    first = archive.load(old.id).messages[0].id
    at.button(key=f"edit_{first}").click().run()
    assert any(say("edit_branch") in c.value for c in at.caption)
    at.text_area(key=f"edited_{first}").set_value("票价呢？")
    at.button(key="edit_ask").click().run()
    assert [m.question for m in archive.load(old.id).messages] == ["水库怎么办？", "客车呢？"]
    new = next(e for e in archive.entries() if e.id != old.id)
    assert [m.question for m in archive.load(new.id).messages] == ["票价呢？"]


def test_a_retry_that_fails_keeps_the_answer_there_was(library, archive, monkeypatch):  # noqa: F811
    at = ask(page(), "水库怎么办？")
    said, ident = answers(at), archive.load(archive.entries()[0].id).messages[0].id

    def broken(self, question, speakers, language):
        raise RuntimeError("down")
        yield ""

    monkeypatch.setattr(FakeAssistant, "_write", broken)
    at.button(key=f"retry_{ident}").click().run()
    assert answers(at) == said and say("failed") in at.toast[0].value
    assert archive.load(archive.entries()[0].id).messages[0].answer is not None


def test_a_judgement_is_kept_with_the_answer(library, archive):  # noqa: F811
    at = ask(page(), "水库怎么办？")
    ident = archive.entries()[0].id

    def judged() -> str:
        return archive.load(ident).messages[0].feedback

    message = archive.load(ident).messages[0].id
    at.button(key=f"wrong_source_{message}").click().run()
    assert judged() == "wrong_source"
    at.button(key=f"helpful_{message}").click().run()
    assert judged() == "helpful"
    at.button(key=f"helpful_{message}").click().run()
    assert judged() == ""


def test_what_cannot_be_kept_is_said_and_goes_on(library):  # noqa: F811
    (library.settings.home / "conversations").write_text("a file where a folder should be")
    at = ask(page(), "水库怎么办？")
    assert not at.exception and len(answers(at)) == 1 and "仍可导出" in html(at)
    assert len(answers(ask(at, "客车呢？"))) == 2


def test_a_long_conversation_is_shown_by_and_by(library, archive):  # noqa: F811
    at = page()
    for n in range(10):
        ask(at, f"第{n}问火星？")
    assert "第9问" in html(at) and "第1问" not in html(at)
    at.button(key="earlier").click().run()
    assert "第0问" in html(at)


def test_the_next_questions_can_be_asked(library):  # noqa: F811
    at = ask(page(), "水库的安全鉴定怎么安排？")
    at.button(key="next_0").click().run()
    assert len(answers(at)) == 2


def test_what_is_suggested_next_can_be_answered(town):
    asked = set()
    for question in town.suggestions(6):
        answer = town.ask(question).answer
        for following in town.next_questions(answer, 3):
            asked.add(following)
            found = town.ask(following).answer
            assert found.answered and found.citations, following
            who = following.split("怎么谈")[0]
            assert who in {c.passage.official.name for c in found.citations}, following
    assert len(asked) >= 3


def test_conversations_need_not_be_kept(library, archive, monkeypatch):  # noqa: F811
    monkeypatch.setenv("YANJU_KEEP_CONVERSATIONS", "false")
    at = ask(page(), "水库怎么办？")
    assert len(answers(at)) == 1 and archive.entries() == [] and "c" not in at.query_params


@pytest.mark.parametrize(
    ("title", "name"), [("a/b:c?", "a b c.md"), ("..", "yanju.md"), ("字" * 99, "字" * 60 + ".md")]
)
def test_file_names_fit_every_system(title, name):
    assert file_name(title, "md") == name


def test_what_could_not_be_kept_is_kept_with_the_next(tmp_path: Path, monkeypatch) -> None:
    from rag.archive import ArchiveError
    from rag.transcript import Message, Transcript

    kept = Archive(tmp_path)
    talk = Talk(kept, Transcript())
    talk.keep(Message("一", id="a"))
    real = kept.put

    def busy(before: Transcript, message: Message) -> Transcript:
        raise ArchiveError("忙", "busy")

    monkeypatch.setattr(kept, "put", busy)
    talk.keep(Message("二", id="b", stopped=True))
    talk.keep(Message("二", id="b"))
    assert talk.trouble["en"] == "busy" and not talk.kept
    monkeypatch.setattr(kept, "put", real)
    talk.keep(Message("三", id="c"))
    again = kept.load(talk.transcript.id)
    assert [m.question for m in again.messages] == ["一", "二", "三"] and talk.kept
    assert [m.question for m in talk.transcript.messages] == ["一", "二", "三"]
    assert not again.messages[1].stopped
