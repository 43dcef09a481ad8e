"""Conversations on disk: whole after a reload, apart from each other, honest when damaged."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import replace

import pytest

from rag import Answer, Citation, Claim
from rag.archive import Archive, ArchiveError, now
from rag.transcript import Context, Message, Transcript, fresh_id
from store import Official, Passage

P = Passage(
    "x", "d", "某会.txt", Official("邵一舟", "青岚县", "县长"), "修桥", "一、检测", 2,
    "桥梁要逐座检测，检测结果公开。", (3, 4), 1, 0.61, True, True, False, "2031", "转述", "某报",
)  # fmt: skip


def message(question: str = "桥怎么修？", **values) -> Message:
    answer = Answer(
        question, True, "邵一舟说：“桥梁要逐座检测”[1]", (Citation(1, P, "桥梁要逐座检测"),),
        (Claim("邵一舟说：“桥梁要逐座检测”[1]", (1,), "supported"),), "提示", "extractive", 0.4,
        ("邵一舟",), (P,),
    )  # fmt: skip
    return Message(question, answer, {1: Context("前段", "后段")}, asked=now(), **values)


@pytest.fixture
def archive(tmp_path) -> Archive:
    return Archive(tmp_path / "conversations")


def test_what_was_said_comes_back_as_it_was(archive):
    talk = Transcript()
    asked = [
        message(),
        Message("停", partial="写到一半", stopped=True),
        Message("错", error={"zh": "坏了", "en": "broken"}),
    ]
    for one in asked:
        talk = archive.put(talk, one)
    back = archive.load(talk.id)
    assert back == talk and back.messages == tuple(asked)
    assert back.messages[0].answer.citations[0].passage == P
    assert [e.id for e in archive.entries()] == [talk.id] and archive.damaged() == []


def test_a_message_is_changed_in_its_place(archive):
    talk = archive.put(archive.put(Transcript(), message("一？")), message("二？"))
    judged = replace(talk.messages[0], feedback="wrong_source")
    archive.put(talk, judged)
    back = archive.load(talk.id)
    assert [m.question for m in back.messages] == ["一？", "二？"]
    assert back.messages[0].feedback == "wrong_source"


def test_two_windows_on_one_conversation_keep_both(archive):
    talk = archive.put(Transcript(), message("一？"))
    errors = []

    def other(n: int) -> None:
        try:
            archive.put(talk, message(f"窗口{n}？"))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=other, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert {m.question for m in archive.load(talk.id).messages} >= {f"窗口{n}？" for n in range(6)}


def test_the_list_is_searched_by_name_question_and_answer(archive):
    first = archive.put(Transcript(), message("桥怎么修？"))
    second = archive.put(Transcript(), Message("渡口呢？"))
    archive.rename(second, "水上交通")
    assert [e.title for e in archive.entries()] == ["水上交通", "桥怎么修？"]
    assert [e.id for e in archive.entries("逐座 检测")] == [first.id]
    assert [e.id for e in archive.entries("水上")] == [second.id]
    assert archive.entries("没有的词") == []


def test_a_damaged_file_loses_nothing_else_and_is_named(archive, tmp_path):
    whole = archive.put(Transcript(), message())
    bad, later = fresh_id(), fresh_id()
    folder = tmp_path / "conversations"
    (folder / f"{bad}.json").write_text('{"format": 1, "messages": [', encoding="utf-8")
    (folder / f"{later}.json").write_text(json.dumps({"format": 99, "messages": []}))
    assert [e.id for e in archive.entries()] == [whole.id]
    assert {p.stem for p in archive.damaged()} == {bad, later}
    with pytest.raises(ArchiveError, match="已损坏"):
        archive.load(bad)
    # It is not written over either.
    with pytest.raises(ArchiveError):
        archive.put(Transcript(id=bad), message())
    assert (folder / f"{bad}.json").read_text(encoding="utf-8").endswith("[")


def test_what_a_later_program_added_is_passed_over(archive, tmp_path):
    talk = archive.put(Transcript(), message())
    path = tmp_path / "conversations" / f"{talk.id}.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    values["new"] = values["messages"][0]["answer"]["citations"][0]["passage"]["new"] = 1
    path.write_text(json.dumps(values), encoding="utf-8")
    assert archive.load(talk.id) == talk


def test_a_kill_while_writing_leaves_the_old_one(archive, tmp_path, monkeypatch):
    talk = archive.put(Transcript(), message("一？"))

    def killed(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        archive.put(talk, message("二？"))
    monkeypatch.undo()
    assert archive.load(talk.id) == talk and archive.damaged() == []
    folder = tmp_path / "conversations"
    assert any("二？" in p.read_text(encoding="utf-8") for p in folder.glob("*.part"))
    assert archive.clear() == 1  # for good: not even a half of it is left
    assert not [p for p in folder.iterdir() if p.is_file() and p.name != ".lock"]


def test_removal_can_be_undone_and_clearing_cannot(archive):
    talk = archive.put(Transcript(), message())
    archive.remove(talk.id)
    assert archive.entries() == []
    archive.restore(talk.id)
    assert archive.load(talk.id) == talk
    archive.remove(talk.id)
    archive.put(Transcript(), message())
    assert archive.clear() == 2
    archive.restore(talk.id)
    assert archive.entries() == []


@pytest.mark.parametrize("ident", ["../x", "", "a" * 12 + "/..", "ABCDEF123456"])
def test_an_id_is_never_a_path(archive, ident):
    with pytest.raises(ArchiveError):
        archive.load(ident)


def test_a_folder_that_cannot_be_written_is_said_with_its_remedy(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match="检查磁盘空间与权限"):
        Archive(tmp_path / "file").put(Transcript(), message())
