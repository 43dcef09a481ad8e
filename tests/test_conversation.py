"""Follow-ups made whole without a language model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag import Answer, Assistant, RagSettings
from rag.answer import Turn
from rag.conversation import make_whole
from rag.opening import Opened, opened
from rag.ordinal import point
from rag.roster import Roster
from store import Library, Official

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
    whole = make_whole("今天天气怎么样", BEFORE, ROSTER, lambda text, of: 0.2)
    assert not whole.follows and not whole.officials
    assert make_whole("成功率是多少?", BEFORE, ROSTER, lambda text, of: 1.0).follows


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


@pytest.mark.parametrize(
    ("question", "rest", "turning"),
    [
        ("不是问这个,我问的是河道清淤", "河道清淤", "correction"),
        ("我说的是图书馆", "图书馆", "correction"),
        ("我问的不是他,是图书馆长", "图书馆长", "correction"),
        ("No, I meant the library", "the library", "correction"),
        ("换个话题,清淤归谁管?", "清淤归谁管?", "switch"),
        ("不说这个了,讲讲清淤", "讲讲清淤", "switch"),
        ("顺便问下,清淤归谁管?", "清淤归谁管?", "aside"),
        ("好的,谢谢!那第二点呢", "那第二点呢", ""),
        ("我想了解清淤", "我想了解清淤", ""),
        ("行政处罚怎么办?", "行政处罚怎么办?", ""),
        ("换个话题吧", "换个话题吧", ""),  # nothing would be left
    ],
)
def test_what_stands_before_a_question_is_told_from_it(
    question: str, rest: str, turning: str
) -> None:
    assert opened(question) == Opened(rest, turning)  # type: ignore[arg-type]


def test_a_correction_keeps_what_it_does_not_correct() -> None:
    official = make_whole("我说的是图书馆", BEFORE, ROSTER)
    assert list(official.officials) == [B] and official.text == "桥梁养护"
    subject = make_whole("不对,我是问超载", BEFORE, ROSTER)
    assert list(subject.officials) == [A] and subject.text == "超载" and not subject.context


def test_another_topic_inherits_nothing_but_a_person_pointed_to() -> None:
    whole = make_whole("换个话题,清淤归谁管?", BEFORE, ROSTER, lambda text, of: 1.0)
    assert not whole.follows and not whole.officials and whole.text == "清淤归谁管?"
    assert list(make_whole("换个话题,他怎么看清淤?", BEFORE, ROSTER).officials) == [A]


@pytest.mark.parametrize(
    ("question", "answer", "told"),
    [
        ("最后一条什么意思?", "- 建档案。[1]\n- 布传感器。[2]\n- 提补贴。[3]", "提补贴。"),
        ("倒数第二点呢", "- 建档案。[1]\n- 布传感器。[2]\n- 提补贴。[3]", "布传感器。"),
        (
            "第一条展开",
            "陆承远（局长）指出：先查病害再养护。[1]\n后提补贴标准。[2]",
            "先查病害再养护。",
        ),
        ("第二点", "陆承远指出：先查病害；再换支座；后刷涂层。[1]", "再换支座"),
        ("第九点呢", "- 建档案。[1]\n- 布传感器。[2]", ""),
        ("为什么?", "- 建档案。[1]\n- 布传感器。[2]", ""),
    ],
)
def test_which_point_is_meant(question: str, answer: str, told: str) -> None:
    assert point(question, answer) == told


@pytest.mark.parametrize(
    ("question", "who"),
    [("前一位怎么看清淤?", A), ("后面那位还说了什么?", C), ("第二位呢?", C), ("后者呢?", C)],
)
def test_people_are_meant_by_their_place(question: str, who: Official) -> None:
    both = [
        Turn(
            "水务局和交通局怎么谈安全?",
            "陆承远指出:巡桥。[1]\n韩立秋指出:巡堤。[2]",
            ("陆承远", "韩立秋"),
        )
    ]
    assert list(make_whole(question, both, ROSTER).officials) == [who]


@pytest.mark.parametrize("question", ["他俩有什么不同?", "谁做得更早?", "哪家投得更多?"])
def test_those_who_were_heard_are_set_against_each_other(question: str) -> None:
    turns = [*BEFORE, Turn("那水务局呢?", "韩立秋指出:巡堤。[1]", ("韩立秋",))]
    whole = make_whole(question, turns, ROSTER)
    assert whole.between and list(whole.officials) == [A, C] and "桥梁养护" in whole.text
    assert not make_whole(question, BEFORE, ROSTER).between  # one alone is set against nobody


def test_a_question_without_a_sign_goes_on_where_the_answer_is_with_who_was_heard() -> None:
    question = "货车司机超载会被怎么处理?"
    on = make_whole(question, BEFORE, ROSTER, lambda text, of: 1.0)
    assert list(on.officials) == [A] and on.text == question and not on.follows
    assert not make_whole(question, BEFORE, ROSTER, lambda text, of: 0.6).officials
    short = make_whole("追回来多少?", BEFORE, ROSTER, lambda text, of: 0.5)
    assert list(short.officials) == [A] and short.follows and "桥梁养护" in short.text


def test_more_of_the_same_is_asked_for_without_a_subject() -> None:
    for question in ("具体怎么做?", "有哪些成效?", "为什么?", "花了多少钱?"):
        whole = make_whole(question, BEFORE, ROSTER)
        assert whole.deeper and whole.text == "桥梁养护" and list(whole.officials) == [A], question
    refused = [Turn("陆承远怎么谈航天?", "现有材料中没有找到陆承远对此的相关表述。")]
    assert not make_whole("为什么?", refused, ROSTER).context


def test_a_pronoun_turn_has_a_subject_of_its_own_and_one_can_go_back() -> None:
    turns = [*BEFORE, Turn("他怎么谈超载?", "陆承远指出:入口称重。[1]", ("陆承远",))]
    assert make_whole("效果怎么样?", turns, ROSTER).text == "超载"
    assert make_whole("回到开头那个问题,效果怎么样?", turns, ROSTER).text == "桥梁养护"


def test_a_conversation_of_follow_ups_may_go_on_for_days() -> None:
    """Each leans on the one before it, which must not be followed without end."""
    for count, text in ((120, "桥梁养护"), (2000, "")):
        turns = [*BEFORE, *[Turn("还有呢?", "陆承远指出:入口称重。[1]", ("陆承远",))] * count]
        whole = make_whole("他还说了什么?", turns, ROSTER)
        assert text in whole.text and list(whole.officials) == [A] and whole.follows


def test_an_organ_by_the_beginning_of_its_name_is_somebody() -> None:
    fire = Official("蔺春山", "云溪省青川市消防救援支队", "支队长")
    whole = make_whole("那消防呢,有什么纪律?", BEFORE, Roster.of([A, fire]))
    assert list(whole.officials) == [fire] and "纪律" in whole.text


@pytest.fixture
def small(tmp_path: Path) -> Assistant:
    """Two officials; the second piece is dated."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.md").write_text(
        "---\nspeaker: 陆承远\norganization: 青川市交通运输局\nposition: 局长\n"
        "title: 养好桥\n---\n\n"
        "桥梁养护要小病早治。全市一千二百座桥逐座建立健康档案，去年投入维修资金三千万元，追回被挪用的养护款85万元。\n\n"
        "货车超载伤桥。高速入口称重，超限的一律劝返，去年劝返4100辆。\n",
        encoding="utf-8",
    )
    (folder / "b.md").write_text(
        "---\nspeaker: 韩立秋\norganization: 青川市水务局\nposition: 局长\n"
        "title: 守好堤\ndate: 2023-05-06\n---\n\n"
        "堤防巡查不能断。汛期每两小时巡一次，发现管涌当场处置，去年处置险情37处。\n",
        encoding="utf-8",
    )
    settings = RagSettings(
        home=tmp_path / "home", documents=folder, samples=tmp_path / "none", _env_file=None
    )
    library = Library.open(settings)
    library.sync()
    return Assistant(library, settings)


def _after(small: Assistant, first: str, *then: str) -> Answer:
    turns: list[Turn] = []
    answer = small.ask(first).answer
    for question in then:
        turns.append(Turn(answer.question, answer.text, answer.speakers))
        answer = small.ask(question, history=turns).answer
    return answer


def test_a_whole_conversation(small: Assistant) -> None:
    first = "陆承远怎么谈桥梁养护?"
    assert "85万元" in _after(small, first, "追回来多少?").text
    assert "4100辆" in _after(small, first, "那他怎么管超载?").text
    assert "37处" in _after(small, first, "换个话题,堤防巡查有什么要求?").text
    assert _after(small, first, "换个话题,堤防巡查有什么要求?").speakers == ("韩立秋",)
    assert (
        "健康档案" in _after(small, first, "那他怎么管超载?", "回到开头那个问题,具体怎么做?").text
    )


def test_whether_those_were_his_words_is_traced(small: Assistant) -> None:
    answer = _after(small, "陆承远怎么谈桥梁养护?", "这是他说的吗?")
    assert answer.answered and answer.text.startswith("说过这句话的是：陆承远")
    other = _after(small, "陆承远怎么谈桥梁养护?", "这是水务局长说的吗?")
    assert "说过这句话的是：陆承远" in other.text and "韩立秋" not in other.text


def test_a_follow_up_may_narrow_to_a_year(small: Assistant) -> None:
    assert _after(small, "韩立秋怎么谈堤防巡查?", "只看2023年的").answered
    assert not _after(small, "韩立秋怎么谈堤防巡查?", "只看2019年的").answered


def test_this_office_is_that_of_whoever_was_heard(small: Assistant) -> None:
    roster = small.knowledge.roster
    officials = [e.official for e in roster.entries]
    same = Roster.of([replace(o, position="局长") for o in officials])
    name = officials[0].name
    before = [Turn(f"{name}怎么谈堤防巡查?", f"{name}指出：堤防要天天巡查。[1]")]
    whole = make_whole("这位局长对手下人有什么规矩?", before, same)
    assert [o.name for o in whole.officials] == [name]
    whole = make_whole("各位局长对手下人有什么规矩?", before, same)
    assert len(whole.officials) == len(officials)


def test_another_of_some_kind_of_organ_and_something_similar(small: Assistant) -> None:
    kin = [Official("甲", "青川市公安局", "局长"), Official("乙", "河西市公安局", "局长")]
    roster = Roster.of([*kin, Official("丙", "青川市水务局", "局长")])
    before = [Turn("甲怎么谈夜间巡逻?", "甲指出：夜里要天天巡逻。[1]")]
    assert make_whole("另一位公安的领导怎么说?", before, roster).officials == (kin[1],)
    assert make_whole("另一位公安的领导怎么说?", before, roster).text == "夜间巡逻"
    for asked in ("水务局有类似的做法吗?", "水务局那边有什么办法?", "水务局那里呢?"):
        whole = make_whole(asked, before, roster)
        assert whole.text == "夜间巡逻" and [o.name for o in whole.officials] == ["丙"], asked
    figure = make_whole("他去年一共上门走了多少?", before, roster)
    assert figure.officials == (kin[0],) and figure.context == "夜间巡逻"
