"""What a journalist asks of three officials: replies, summaries, who said it instead."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag import Answer, Assistant, RagSettings, Turn
from rag.selection import opening
from store import Library

WATER = """让每一滴水都算得清

方若谷
青石省临溪市水务局
党组书记、局长

水是城市的命脉。五年来，我们坚持节水优先，全市用水总量由9.2亿立方米降到7.8亿立方米。

一、水价要讲公平

阶梯水价不是为了多收钱，而是让多用水的人多负担。对低保户，每户每月免收五吨水费。

有人问，水价会不会涨？我的回答是，今明两年居民生活用水价格不作调整。涨价必须先听证。

二、河长要真下河

河长不是挂名的“名誉职务”。乡级河长每旬至少巡河一次，漏巡三次约谈。

农业用水占全市用水的六成二。农民把省下的水权卖给工业企业，去年增收2300多万元。
"""

COURT = """---
speaker: 罗沛霖
organization: 青石省高级人民法院
position: 党组书记、院长
title: 在全省法院院长会议上的讲话
---

# 在全省法院院长会议上的讲话

## 一、让小案也有大温度

小额诉讼要快。对农民工讨薪案件，开通绿色通道，当天立案、一个月内审结。

## 二、今年要建四项制度

第一项是院长接访制度。院长每月接访一天，当场答复。

第二项是案件回访制度。执结半年后回访当事人，问一问钱到手没有。

第三项是错案公开制度。改判的案件，理由一律上网。

第四项是诉讼费缓交制度。困难当事人先立案后交费。
"""

RETOLD = """---
speaker: 任晓舟
organization: 青石省松烟市教育局
position: 副局长
title: 上学不用愁（转述）
note: 转述：据其公开发表的文章改写，非原话
---

# 上学不用愁（转述）

他主张学位跟着人走，随迁子女凭居住证就能报名上学，不再要求社保证明。

城区老师要到乡村学校轮流任教，任教满三年的，每月另有补贴。
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    home = tmp_path_factory.mktemp("newsroom")
    documents = home / "documents"
    documents.mkdir()
    for name, text in (("water.txt", WATER), ("court.md", COURT), ("retold.md", RETOLD)):
        (documents / name).write_text(text, encoding="utf-8")
    made = RagSettings(
        home=home / "home", documents=documents, samples=home / "none", _env_file=None
    )
    library = Library.open(made)
    library.sync()
    yield Assistant(library, made)


def cited(answer: Answer) -> set[str]:
    return {c.passage.official.name for c in answer.citations}


def test_a_question_that_the_speaker_puts_comes_with_the_reply(desk: Assistant) -> None:
    answer = desk.ask("水价会涨吗?").answer
    assert answer.answered and "价格不作调整" in answer.text


def test_an_opening_that_asks_goes_on_until_it_is_told() -> None:
    text = "怎么办？谁来办？先立案。后交费。"
    assert [text[a:b] for a, b in opening(text)] == ["怎么办？", "谁来办？", "先立案。"]
    assert opening("先立案。怎么办？") == [(0, 4)]


def test_whoever_has_half_the_word_does_not_speak_of_it(desk: Assistant) -> None:
    assert cited(desk.ask("哪位官员谈到了农民工?").answer) == {"罗沛霖"}  # not 农民 and 工业


@pytest.mark.parametrize(
    "question",
    [
        "总结一下罗沛霖的讲话",
        "请概括罗沛霖这篇讲话的主要内容",
        "罗沛霖主要讲了什么?",
        "Summarise Luo Peilin's speech",
        "Give me a summary of the main points by Luo Peilin",
    ],
)
def test_a_summary_goes_through_the_whole_piece(desk: Assistant, question: str) -> None:
    answer = desk.ask(question).answer
    assert "一、让小案也有大温度" in answer.text and "二、今年要建四项制度" in answer.text


@pytest.mark.parametrize("question", ["各位官员怎么谈群众?", "Compare all officials on water"])
def test_a_question_to_all_officials_is_to_all_after_one_was_heard(
    desk: Assistant, question: str
) -> None:
    first = desk.ask("罗沛霖主要讲了什么?").answer
    later = desk.ask(question, history=[Turn(first.question, first.text)]).answer
    assert later.text == desk.ask(question).answer.text


def test_a_summary_of_one_theme_is_no_summary_of_the_piece(desk: Assistant) -> None:
    answer = desk.ask("总结罗沛霖对农民工讨薪的看法").answer
    assert "讨薪" in answer.text and "四项制度" not in answer.text


def test_one_item_of_a_list_is_told_alone(desk: Assistant) -> None:
    answer = desk.ask("四项制度的第三项是什么?").answer
    assert "错案公开" in answer.text and "理由一律上网" in answer.text
    assert "院长接访" not in answer.text and "案件回访" not in answer.text
    assert desk.ask("今年要建哪四项制度?").answer.text.count("制度。") == 4


@pytest.mark.parametrize(
    ("question", "who"),
    [("方若谷怎么看随迁子女上学?", "任晓舟"), ("罗沛霖对河长有什么要求?", "方若谷")],
)
def test_a_refusal_names_who_does_speak_of_it(desk: Assistant, question: str, who: str) -> None:
    answer = desk.ask(question).answer
    assert not answer.answered and f"谈到相近内容的另有：{who}" in answer.text
    assert {p.official.name for p in answer.related} == {who}


def test_a_refusal_names_nobody_where_nobody_speaks_of_it(desk: Assistant) -> None:
    answer = desk.ask("方若谷怎么看航天发射?").answer
    assert not answer.answered and not answer.related and "另有" not in answer.text


def test_a_retelling_is_never_called_somebodys_own_words(desk: Assistant) -> None:
    answer = desk.ask("“随迁子女凭居住证就能报名上学”是谁说的?").answer
    assert cited(answer) == {"任晓舟"} and "不能当作原话引用" in answer.text
    assert "的原话是" not in answer.text
    assert all(c.verdict == "supported" for c in answer.claims)
    own = desk.ask("“河长不是挂名的”是谁说的?").answer
    assert "方若谷（青石省临溪市水务局党组书记、局长）的原话是：" in own.text
