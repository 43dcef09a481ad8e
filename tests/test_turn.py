"""Interviews: what is asked, and what somebody else says, is never the official's."""

from __future__ import annotations

import pytest

from rag import Assistant, RagSettings
from rag.narration import supporting
from rag.relevance import Relevance
from store import Library, Official, Passage
from store.attribution import attribute
from store.ground import Ground
from store.reader import read_bytes
from store.turn import answered, asked_within, is_asked, label_of, others_words, own_label

ZHUO = Official("卓一帆", "澜水省渡江县航运事务中心", "主任")


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("记者：渡口怎么管？", True),
        ("本刊记者:渡口怎么管？", True),
        ("渡江日报记者林小满：渡口怎么管？", True),
        ("中央广播电视总台央视记者：渡口怎么管？", True),
        ("记 者：渡口怎么管？", True),
        ("记者提问：渡口怎么管？", True),
        ("【记者】渡口怎么管？", True),
        ("主持人（林小满）：请讲。", True),
        ("问：渡口怎么管？", True),
        ("问题三：渡口怎么管？", True),
        ("Q1: 渡口怎么管？", True),
        ("网友“江上客”：渡口怎么管？", False),  # quotation marks: too seldom to guess
        ("网友江上客：渡口怎么管？", True),
        ("答：要有人管。", False),
        ("卓一帆：要有人管。", False),
        ("他对记者说：要有人管。", False),
        ("卓一帆告诉记者：要有人管。", False),
        ("县里答记者问：要有人管。", False),
        ("各位记者朋友：大家好。", False),
        ("要问：谁来管？", False),
        ("问题是：谁来管。", False),
        ("记者了解渡口。夜里也有人：三个。", False),
        ("一是：要有人管。", False),
    ],
)
def test_who_asks_is_told_by_the_label(line: str, asked: bool) -> None:
    assert is_asked(line) is asked


def test_a_label_stands_at_the_very_beginning() -> None:
    assert label_of("卓 一帆：好。") == "卓一帆"
    assert label_of("(记者)好。") == "记者"
    assert label_of("好。记者：好。") == "" and label_of("“记者：好”") == ""


def whose(*lines: str) -> str:
    """A letter a line: o the official's, a asked, t somebody else's turn, i the introduction."""
    letters = {"asked": "a", "turn": "t", "introduction": "i"}
    return "".join(letters[g.code] if g else "o" for g in others_words(lines, ZHUO))


def test_where_answers_are_labelled_a_turn_lasts() -> None:
    lines = (
        "近日，渡口热闹。",
        "记者：够不够？",
        "夜里呢？",
        "卓一帆：够。",
        "三个人。",
        "问：钱呢？",
        "答：有。",
    )
    assert whose(*lines) == "iaaooao"


def test_where_only_questions_are_labelled_each_is_one_line() -> None:
    assert whose("问：够不够？", "够。", "三个人。", "问：钱呢？", "有。") == "aooao"
    assert whose("渡口要管好。", "问：够不够？", "够。") == "oao"
    assert whose("日前，卓一帆谈了渡口。", "问：够不够？", "够。") == "iao"


def test_others_turns_are_told_by_name_and_post() -> None:
    lines = ("记者：水呢？", "鲁望舒局长：归我们管。", "支渠九十公里。", "卓主任：船闸让水。")
    assert whose(*lines) == "atto"
    assert whose("记者：水呢？", "主任卓一帆：够。", "水务局局长鲁望舒：够。") == "aot"
    assert (
        whose("记者：水呢？", "卓一帆：够。", "鲁局长：够。", "闻人岳：够。", "闻人岳：够。")
        == "aottt"
    )


def test_a_whole_name_with_its_post_is_somebody_else_in_any_file() -> None:
    assert whose("渡口要管好。", "局长鲁望舒：归我们管。", "渡口要有灯。") == "oto"
    assert whose("鲁望舒副局长：归我们管。", "卓局长：对。") == "to"
    assert whose("问：水呢？", "周平局长：归我们管。", "问：灯呢？", "周平局长：对。") == "atat"
    assert whose("鲁局长：归我们管。") == "o"  # without an interview too little to go by


def test_a_speech_with_colons_stays_whole() -> None:
    lines = (
        "时间：三月。",
        "一是：有人管。",
        "安全：是底线。",
        "他对记者说：要管。",
        "卓一帆：记住。",
    )
    assert whose(*lines) == "ooooo"
    posts = ("党组书记：负总责。", "项目经理：管钱。", "安全总监：管人。", "车间主任：管机器。")
    assert whose(*posts) == "oooo" and whose("记者：够吗？", *posts) == "aoooo"
    assert whose("时间：三月。", "记者：够不够？", "卓一帆：够。", "目的：安全。") == "iaoo"


def interview(front: str) -> str:
    return (
        f"{front}记者：渡口四十三处，人手够不够用？\n\n卓一帆：够用。渡口每处三个人，夜里也有人值守。\n\n"
        "记者：灌溉用水从哪里来？\n\n卓一帆：从江里来，抽水站昼夜有人值守，断水十分钟内换上柴油机。\n"
    )


FRONT = (
    "---\nspeaker: 卓一帆\norganization: 澜水省渡江县航运事务中心\nposition: 主任\n"
    "title: 守渡口\n---\n\n"
)
SIGNED = "把渡口守成家门口\n\n卓一帆\n澜水省渡江县航运事务中心\n主任\n\n"


@pytest.mark.parametrize(("name", "front"), [("访谈.md", FRONT), ("访谈.txt", SIGNED)])
def test_a_reporters_question_is_nobodys(name: str, front: str) -> None:
    document = read_bytes(name, interview(front).encode(), 1 << 20)
    mine, nobodys = attribute(document)
    assert mine.official == ZHUO and [p.text[:5] for p in mine.paragraphs] == [
        "卓一帆：够",
        "卓一帆：从",
    ]
    assert nobodys.official is None and all(p.review for p in nobodys.paragraphs)
    assert all(p.asked and not p.doubtful for p in nobodys.paragraphs)
    assert [p.evidence for p in nobodys.paragraphs] == [(Ground("asked", ("记者",)),)] * 2
    body = {line.number for line in document.lines if "：" in line.text}
    told = [n for r in (mine, nobodys) for p in r.paragraphs for n in p.lines]
    assert sorted(told) == sorted(body)
    asked = [p.section for p in mine.paragraphs]
    assert asked == ["渡口四十三处，人手够不够用？", "灌溉用水从哪里来？"]


IN_ONE_LINE = FRONT + (
    "记者：有人说渡口人手不够。够不够用？卓一帆：够用。每处三个人，夜里也有人值守。\n\n"
    "问：断水怎么办？答：抽水站十分钟内换上柴油机。问：钱呢？答：县里出。\n\n"
    "记者：外面都说守渡口是苦差事。卓一帆：苦，也有人抢着来。\n"
)


def test_question_and_answer_may_stand_in_one_line() -> None:
    document = read_bytes("访谈.md", IN_ONE_LINE.encode(), 1 << 20)
    (mine,) = attribute(document)
    assert [p.text for p in mine.paragraphs] == [
        "卓一帆：够用。每处三个人，夜里也有人值守。",
        "答：抽水站十分钟内换上柴油机。问：钱呢？答：县里出。",
        "卓一帆：苦，也有人抢着来。",
    ]
    assert [p.section for p in mine.paragraphs] == [
        "够不够用？",
        "断水怎么办？",
        "外面都说守渡口是苦差事。",
    ]
    text = mine.paragraphs[1].text
    assert [(text[r.start : r.end], r.by) for r in mine.reported(mine.paragraphs[1])] == [
        ("问：钱呢？", "问")
    ]
    assert not mine.reported(mine.paragraphs[0])


def test_without_an_answers_label_a_question_within_a_speech_is_the_speakers() -> None:
    for text in ("有人问：钱从哪来？我说：县里出。", "三个问题。一问：谁来管？二问：管什么？"):
        assert answered(text, [ZHUO]) == text and not asked_within(text, ZHUO)
    assert answered("记者：够吗？鲁局长：够。", [ZHUO]) == "记者：够吗？鲁局长：够。"


def test_an_answer_is_found_by_what_was_asked(library: Library) -> None:
    library.upload("访谈.md", IN_ONE_LINE.encode())
    answer = Assistant(library, RagSettings(_env_file=None)).ask("断水了怎么办？").answer
    assert answer.answered and "换上柴油机" in answer.citations[0].quote
    assert "县里出" in answer.text and "钱呢" not in answer.text
    assert all("？" not in c.quote for c in answer.citations)


def test_what_is_suggested_is_a_theme_and_not_an_interviewers_question(library: Library) -> None:
    talk = interview(f"{FRONT}## 一、谈渡口\n\n") + "\n## 二、关于灌溉\n\n" + interview("")
    library.upload("访谈.md", talk.encode())
    asked = Assistant(library, RagSettings(_env_file=None)).suggestions(6)
    assert "卓一帆怎么谈渡口？" in asked and "卓一帆怎么谈“关于灌溉”？" in asked
    assert not any("人手" in question for question in asked)


def test_a_long_question_is_cut_and_a_heading_stays_above_it() -> None:
    long = "渡" * 80
    front = FRONT + "## 一、谈渡口\n\n"
    document = read_bytes("访谈.md", f"{front}记者：{long}？\n\n卓一帆：够。\n".encode(), 1 << 20)
    section = attribute(document)[0].paragraphs[0].section
    assert section == f"一、谈渡口 › …{'渡' * 59}？"


def test_among_several_officials_a_question_is_nobodys_too() -> None:
    other = (
        "让每块田都喝上水\n\n鲁望舒\n澜水省渡江县水务局\n局长\n\n灌溉要精打细算，支渠整修了九十公里，"
        "四万亩稻田用上了按方计量的水。\n\n问：账目在哪里公布？\n\n账目在村里公布，一户一户核对。\n"
    )
    document = read_bytes("两篇.txt", (interview(SIGNED) + "\n" + other).encode(), 1 << 20)
    made = attribute(document)
    assert {r.official.name for r in made if r.official} == {"卓一帆", "鲁望舒"}
    for piece in made:
        for p in piece.paragraphs:
            assert is_asked(p.text) == (piece.official is None), p.text
    assert sum(len(r.paragraphs) for r in made if r.official is None) == 3


def test_a_question_is_not_cited_from_the_library(library: Library) -> None:
    library.upload("访谈.md", interview(FRONT).encode())
    assert len(library.passages()) == 2 and not any("记者：" in p.text for p in library.passages())
    assert library.documents()[0].unattributed == 0  # nobody need look who asks


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("答：要有人管。", "答："),
        ("【答】要有人管。", "【答】"),
        ("卓 一帆: 要有人管。", "卓 一帆: "),
        ("卓主任：要有人管。", "卓主任："),
        ("主任卓一帆：要有人管。", "主任卓一帆："),
        ("要有人管：夜里也要。", ""),
        ("一是：要有人管。", ""),
        ("鲁局长：归我们管。", ""),
        ("答：", ""),
        ("", ""),
    ],
)
def test_the_label_of_the_officials_own_turn(text: str, label: str) -> None:
    assert own_label(text, ZHUO) == label


def test_what_is_cited_does_not_begin_with_the_label(library: Library) -> None:
    library.upload("访谈.md", interview(FRONT).encode())
    assistant = Assistant(library, RagSettings(_env_file=None))
    asked = (
        "渡口每处几个人值守？",
        "灌溉用水断了怎么办？",
        "“从江里来，抽水站昼夜有人值守”是谁说的？",
    )
    for question in asked:
        answer = assistant.ask(question).answer
        assert answer.citations, question
        for c in answer.citations:
            assert c.passage.text.startswith("卓一帆：") and c.quote in c.passage.text
            assert not c.quote.startswith("卓一帆"), question
        assert "卓一帆：够" not in answer.text and "卓一帆：从" not in answer.text
        assert all(c.verdict == "supported" for c in answer.claims), answer.claims
    table = assistant.compare("抽水站值守", [ZHUO.key])
    assert table.citations and not any(c.quote.startswith("卓一帆") for c in table.citations)


@pytest.mark.parametrize("text", ["答：夜里也有人值守。", "答：夜里也有人值守。断水换柴油机。"])
def test_nor_does_what_a_models_sentence_stands_on(text: str) -> None:
    said = Passage("1", "d", "f.txt", ZHUO, "守渡口", "", 1, text)
    words = supporting("夜里也有人值守。", said, Relevance([text]))
    assert words.startswith("夜里") and words in text


@pytest.mark.parametrize(
    ("lines", "doubtful"),
    [
        (["记者：够不够？", "夜里呢？", "卓一帆：够。"], [False, True]),  # no label: whose?
        (["问题一：渡口怎么管？", "答：有人管。"], [False]),
        (["渡口有两个问题。", "问题一：人手太少。", "要加人。"], [True]),
    ],
)
def test_what_may_be_the_officials_is_still_a_doubt(lines: list[str], doubtful: list[bool]) -> None:
    made = attribute(read_bytes("访谈.md", (FRONT + "\n\n".join(lines)).encode(), 1 << 20))
    nobodys = [p for piece in made if piece.official is None for p in piece.paragraphs]
    assert [p.doubtful for p in nobodys] == doubtful and all(p.review for p in nobodys)
