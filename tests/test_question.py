"""What form of answer a question wants, and what is left of it to look for."""

from __future__ import annotations

import pytest

from rag.question import Question, focus_of, kind_of


@pytest.mark.parametrize(
    "asked",
    [
        "谁都谈到了堤防巡查?各说了什么?",
        "都有谁讲到夜间值守?",
        "哪几位要求新来的人先跟班?",
        "哪几位局长说过优化窗口?",
        "哪些人说到了弄虚作假?",
        "哪些官员在集市上摆摊?",
        "向上面反映问题的,哪几位许诺给奖励?",
        "大家对减负怎么看?",
        "各单位在培训方面有什么做法?",
        "哪些单位请退休的人帮忙?",
        "谁谈到过桥梁养护?",
        "有几位提到了噪声?",
        "几位官员说到自己做错了要道歉?",
        "Which officials talk about bridges?",
        "Who mentioned night patrols?",
    ],
)
def test_whoever_speaks_on_a_theme_is_asked(asked: str) -> None:
    assert kind_of(asked, 0) == "compare"


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("哪些人可以申请援助?", "list"),
        ("由哪几位律师组成?", "fact"),
        ("哪些部门联合成立了专班?", "list"),
        ("各级组织怎么抓学习?", "fact"),
        ("巡逻的路线谁说了算?", "fact"),
        ("哪些领导干部要申报?", "list"),
        ("“桥要天天看”是谁说的?", "whosaid"),
        ("资料库里有哪些官员?", "library"),
        ("Which officials are in the library?", "library"),
    ],
)
def test_who_may_or_must_is_no_comparison(asked: str, kind: str) -> None:
    assert kind_of(asked, 0) == kind


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("谁都谈到了堤防巡查?各说了什么?", "堤防巡查"),
        ("都有谁讲到夜间值守?", "夜间值守"),
        ("哪几位要求新来的人先跟班?", "要求新来的人先跟班"),
        ("大家对减负怎么看?", "对减负"),
        ("各单位在培训方面有什么做法?", "在培训方面"),
        ("几位官员谈到了桥梁养护,各怎么做?", "桥梁养护"),
        ("哪些人派队员进学校,都讲什么?", "派队员进学校"),
    ],
)
def test_the_words_that_ask_are_not_what_is_looked_for(asked: str, left: str) -> None:
    assert focus_of(asked, ()) == left


def test_what_is_read_with_passages_holds_what_the_conversation_was_about() -> None:
    alone = Question("多久一次?", "多久一次?", "多久一次", "fact")
    assert alone.whole == "多久一次"
    within = Question("多久一次?", "多久一次?", "多久一次", "fact", context="堤防巡查")
    assert within.whole == "多久一次 堤防巡查"
