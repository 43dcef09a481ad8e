"""The particulars a question asks for, the share of words and meaning, and the cohort."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rag.cohort import FILE, nearest
from rag.particulars import has_figure, lacks_figure, names_what_is_counted, unmet
from rag.question import Question, kind_of
from rag.retrieval import Found, fuse
from rag.share import FEW, LEAST, MANY, MOST, dense_share
from store import Candidate, Hit, Official, Passage
from store.embedder import BuiltinEmbedder, TableEmbedder

OFFICIAL = Official("祁连山", "云台市审计局", "局长")


def _passage(text: str, ident: str = "p1") -> Passage:
    return Passage(ident, "甲", "甲.md", OFFICIAL, "", "", 1, text)


def _found(text: str) -> list[Found]:
    return [Found(Hit(_passage(text), 1.0), 1.0, 0.5)]


def _asked(text: str) -> Question:
    return Question(asked=text, search=text, focus=text, kind=kind_of(text, 0))


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("去年审计了多少个项目?", "去年审计项目86个。", False),
        ("去年审计了多少个项目?", "去年审计力度加大。", True),
        ("一共花了多少钱?", "组建队伍12支。", True),
        ("一共花了多少钱?", "投入资金300万元。", False),
        ("上班的人什么时候能办?", "周末和午间都有人值守。", False),  # told without a figure
        ("怎么查资金?", "逐笔核对。", False),
    ],
)
def test_a_figure_that_is_not_there(question: str, text: str, lacks: bool) -> None:
    assert lacks_figure(_asked(question), _found(text)) is lacks


def test_the_figure_is_of_the_thing_asked_about() -> None:
    q = _asked("培训经费是多少?")
    assert has_figure(q, _found("培训经费50万元。"))
    assert names_what_is_counted(q, _found("培训经费50万元。"))
    assert not names_what_is_counted(q, _found("追回资金50万元。"))


@pytest.mark.parametrize(
    ("question", "text", "count"),
    [
        ("哪个项目金额最大?", "审计项目86个。", 1),
        ("哪个项目金额最大?", "金额最大的是水渠项目。", 0),
        ("这个系统是哪家公司开发的?", "建成数据分析系统。", 1),
        ("这个系统是哪家公司开发的?", "与某科技公司合作开发。", 0),
        ("前年每人补助多少?", "今年人均补助300元。", 2),
        ("怎么管资金?", "逐笔核对。", 0),
    ],
)
def test_what_a_question_wants_and_no_passage_has(question: str, text: str, count: int) -> None:
    assert unmet(_asked(question), _found(text)) == count


def test_the_more_words_are_shared_the_less_the_vectors_count() -> None:
    question = "专项审计怎样全面铺开"
    none = dense_share(question, ["食堂的饭菜很好吃。"])
    all_of_it = dense_share(question, ["要让专项审计怎样全面铺开,各科室都有责任。"])
    some = dense_share(question, ["专项审计工作。"])
    assert none == MOST and all_of_it == LEAST and LEAST < some < MOST
    assert dense_share("?", ["食堂"]) == MOST and dense_share(question, []) == MOST
    assert 0 < FEW < MANY < 1


def test_fusing_goes_by_the_question() -> None:
    words = Candidate(_passage("专项审计全面铺开。", "a"), 9.0, 0.1)
    sense = Candidate(_passage("把每一笔账都查一遍。", "b"), 0.0, 0.9)
    assert fuse([words, sense], "专项审计全面铺开")[0] > 0.39
    assert fuse([words, sense], "钱花到哪儿去了有人看着吗")[0] < 0.16
    assert fuse([words, sense], "随便", 0.0).tolist() == [1.0, 0.0]


def test_the_cohort_was_made_with_the_embedders_that_come_along() -> None:
    joint, table = BuiltinEmbedder(), TableEmbedder()
    with np.load(FILE) as file:
        assert str(file["embedder"]) == joint.name
    for embedder in (joint, table):
        officialese = nearest(
            embedder.embed_query("深入推进扫黑除恶常态化,依法惩治违法犯罪"), embedder.name
        )
        chatter = nearest(embedder.embed_query("猫为什么喜欢钻纸箱"), embedder.name)
        assert officialese is not None and chatter is not None
        assert 0 < chatter < officialese < 1
    assert nearest(joint.embed_query("审计"), "some-other-model") is None
    assert nearest(table.embed_query("审计"), "builtin-static-256-00000000") is None


def test_another_question_has_another_standing() -> None:
    q = _asked("哪个项目金额最大?")
    assert unmet(replace(q, asked="项目怎么管?"), _found("审计项目86个。")) == 0
