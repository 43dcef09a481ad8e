"""Follow-ups made whole without a language model."""

from __future__ import annotations

import pytest

from rag.answer import Turn
from rag.conversation import make_whole
from rag.roster import Roster
from store import Official

A = Official("陆承远", "云溪省青川市交通运输局", "局长")
B = Official("苏晚棠", "云溪省青川市图书馆", "馆长")
C = Official("韩立秋", "云溪省青川市水务局", "局长")
ROSTER = Roster.of([A, B, C])
BEFORE = [Turn("陆承远怎么谈桥梁养护?", "陆承远指出:小病早治。[1]", ("陆承远",))]


@pytest.mark.parametrize(
    ("question", "officials", "contains"),
    [
        ("他怎么看超载?", [A], "超载"),
        ("那图书馆长呢?", [B], "桥梁养护"),
        ("另外两位呢?", [B, C], "桥梁养护"),
        ("为什么?", [A], "桥梁养护"),
        ("那预警要多快?", [A], "预警"),
    ],
)
def test_leaning_questions(question: str, officials: list[Official], contains: str) -> None:
    whole = make_whole(question, BEFORE, ROSTER)
    assert list(whole.officials) == officials
    assert contains in f"{whole.text} {whole.context}"
    assert whole.follows


@pytest.mark.parametrize(
    "question",
    [
        "苏晚棠怎么谈社区书屋的建设?",
        "河道清淤由哪个部门来负责落实?",
        "几位官员各自怎么谈队伍建设?",
        "哪些官员谈到安全?",
        "有谁说过廉洁?",
    ],
)
def test_whole_questions_stay_as_they_are(question: str) -> None:
    whole = make_whole(question, BEFORE, ROSTER)
    assert whole.text == question and not whole.context and not whole.follows
    assert A not in whole.officials


def test_a_point_of_the_last_answer() -> None:
    history = [
        Turn(
            "有哪些措施?",
            "- 建立健康档案。[1]\n- 布设三类传感器。[2]\n- 提高补贴。[3]",
            ("陆承远",),
        )
    ]
    whole = make_whole("第二点展开说说", history, ROSTER)
    assert "传感器" in whole.text and whole.deeper


def test_something_else_is_asked_for() -> None:
    assert make_whole("除了这个,还有什么办法?", BEFORE, ROSTER).instead


def test_without_a_conversation_nothing_is_added() -> None:
    assert make_whole("他怎么看?", [], ROSTER).text == "他怎么看?"


def test_a_foreign_subject_does_not_lean() -> None:
    whole = make_whole("今天天气怎么样", BEFORE, ROSTER, "桥梁养护的成功率")
    assert not whole.follows
    assert make_whole("成功率是多少?", BEFORE, ROSTER, "桥梁养护的成功率").follows


@pytest.mark.parametrize(
    ("question", "officials", "follows"),
    [
        ("还有多少处排污口没有完成整治?", [], False),
        ("乡镇医生具体怎么提高待遇?", [], False),
        ("另外,他对超载有什么要求?", [A], True),
        ("他还提出了其他什么措施?", [A], True),
        ("那其他官员呢?", [B, C], True),
        ("除了检测,还有其他办法吗?", [A], True),
    ],
)
def test_who_is_left_out_and_what_stands_by_itself(
    question: str, officials: list[Official], follows: bool
) -> None:
    whole = make_whole(question, BEFORE, ROSTER)
    assert whole.follows == follows and list(whole.officials) == officials


def test_the_other_two_are_those_whom_the_answer_left_out() -> None:
    asked = [
        Turn(
            "陆承远、苏晚棠、韩立秋三位分别怎么谈安全?", "韩立秋（青川市水务局局长）指出：巡堤。[1]"
        )
    ]
    whole = make_whole("另外两位呢?", asked, ROSTER)
    assert list(whole.officials) == [A, B] and "安全" in whole.text


def test_a_pronoun_takes_over_the_person_and_not_the_subject() -> None:
    whole = make_whole("那他怎么防止养护的钱被人挪用?", BEFORE, ROSTER)
    assert list(whole.officials) == [A] and not whole.context and "挪用" in whole.text
    assert make_whole("那他怎么管?", BEFORE, ROSTER).text == "桥梁养护"  # no subject of its own


def test_a_sum_without_a_subject_is_of_what_was_spoken_of() -> None:
    whole = make_whole("一共花了多少钱?", BEFORE, ROSTER)
    assert whole.follows and list(whole.officials) == [A] and "桥梁养护" in whole.context


def test_points_that_begin_on_the_line_of_the_speaker_are_counted() -> None:
    answer = "陆承远指出：1. 建立健康档案[1]\n2. 布设三类传感器[2]\n3. 提高补贴[3]"
    whole = make_whole("第二点展开说说", [Turn("陆承远有哪些措施?", answer)], ROSTER)
    assert "传感器" in whole.text
