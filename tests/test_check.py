"""Verdicts on the sentences of an answer, and the repairs that code may make."""

from __future__ import annotations

import pytest

from rag.answer import Citation
from rag.check import attach_certain, check, drop_failing, strip_false_quotes
from rag.polarity import contradicts
from store.passage import Passage
from store.remarks import Official
from tests.check_bench import run

ZHANG = Official("章明远", "江州省白水市人民检察院", "党组书记、检察长")
LIU = Official("柳青山", "临海省司法厅", "党委书记、厅长")
WANG = Official("王伟", "江州省白水市公安局", "局长")
WANGQ = Official("王伟强", "江州省青溪市公安局", "局长")
NAMESAKE = Official("章明远", "临海省教育厅", "厅长")
OFFICIALS = [ZHANG, LIU, WANG, WANGQ]


def passage(number: int, official: Official, text: str, title: str = "") -> Passage:
    return Passage(f"p{number}", "d", "d.txt", official, title, "", number, text)


WATER = passage(
    1,
    ZHANG,
    "近年来,白水市检察机关共办理公益诉讼案件1286件,同比增长23.5%,督促修复受损湿地3400亩。"
    "我们坚持“谁损害、谁修复”,探索“劳务代偿+增殖放流”方式,让青山常在、碧水长流。",
    "守护一方碧水",
)
PEACE = passage(
    2,
    LIU,
    "全省建成县乡村三级调解中心1420个,2021年调处纠纷8.6万件,成功率达97%。"
    "严禁借调解之名收取费用,绝不让群众多跑一趟冤枉路。",
    "把纠纷化解在家门口",
)
PATROL = passage(3, WANG, "夜间巡逻要把警灯亮到群众心坎上,全市设置快反点46处,做到三分钟到场。")
CITATIONS = [Citation(n, p, p.text) for n, p in enumerate([WATER, PEACE, PATROL], 1)]


def verdicts(text: str, question: str = "") -> list[str]:
    return [c.verdict for c in check(text, CITATIONS, OFFICIALS, question)]


@pytest.mark.parametrize(
    "text",
    [
        "章明远指出，当地办理公益诉讼案件1286件，同比增长23.5%[1]。",
        "章明远指出，当地办理公益诉讼案件1286件。[1]",
        "章检察长介绍，受损湿地修复了3400亩【1】。",
        "白水市检察院检察长章明远强调“谁损害、谁修复”[1]。",
        "章明远强调：“让青山常在，碧水\n长流”[1]",
        "章明远强调：「讓青山常在、碧水長流」[1]。",
        "临海省调解成功率为９７％[2]。",
        "柳青山强调不得借调解之名收费[2]。",
        "与章明远不同，柳青山着重谈调解，2021年调处纠纷8.6万件[2]。",
        "章明远办理公益诉讼案件1286件[1]，柳青山调处纠纷8.6万件[2]。",
        "章明远在《守护一方碧水》中提出“劳务代偿+增殖放流”的方式[1]。",
        "王伟强调，夜间巡逻要把警灯亮到群众心坎上[3]。",
        "他们设置了46处快反点，三分钟到场[3]。",
        "有人问的“谁污染、谁治理”并非原话，章明远的原话是“谁损害、谁修复”[1]。",
    ],
)
def test_sound_sentences(text: str) -> None:
    assert set(verdicts(text)) == {"supported"}


@pytest.mark.parametrize(
    "text",
    [
        "柳青山指出，当地办理公益诉讼案件1286件[1]。",
        "柳厅长指出，当地办理公益诉讼案件1286件[1]。",
        "临海省司法厅厅长指出，当地办理公益诉讼案件1286件[1]。",
        "临海省司法厅当地办理公益诉讼案件1286件[1]。",
        "章明远（临海省司法厅厅长）指出，办理公益诉讼案件1286件[1]。",
        "章明远和柳青山都谈到调解中心[2]。",
        "章明远办理公益诉讼案件1286件[2]，柳青山调处纠纷8.6万件[1]。",
        "王伟强说，夜间巡逻要把警灯亮到群众心坎上[3]。",
        "柳青山指出：\n- 办理公益诉讼案件1286件[1]。",
        "## 柳青山\n\n办理公益诉讼案件1286件[1]。",
        "柳青山谈了很多。他还说办理公益诉讼案件1286件[1]。",
        "| 官员 | 数据 |\n|---|---|\n| 柳青山 | 办理公益诉讼案件1286件[1] |",
        "| 方面 | 柳青山 |\n|---|---|\n| 数据 | 办理公益诉讼案件1286件[1] |",
    ],
)
def test_wrong_speaker(text: str) -> None:
    assert "wrong_speaker" in verdicts(text)


def test_namesakes_are_told_apart_by_their_office() -> None:
    officials = [*OFFICIALS, NAMESAKE]
    right = check("章明远（白水市检察院检察长）说，修复湿地3400亩[1]。", CITATIONS, officials)
    wrong = check("章明远（临海省教育厅厅长）说，修复湿地3400亩[1]。", CITATIONS, officials)
    assert [right[0].verdict, wrong[0].verdict] == ["supported", "wrong_speaker"]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("章明远强调“谁破坏、谁修复”[1]。", "altered_quote"),
        ("章明远强调“让青山永在、碧水长流”[1]。", "altered_quote"),
        ("柳青山说“谁损害、谁修复”[2]。", "altered_quote"),
        ("章明远说“青山常在……群众多跑一趟”[1]。", "altered_quote"),
        ("办理公益诉讼案件1268件[1]。", "wrong_number"),
        ("办理公益诉讼案件1286件，同比增长23.5个百分点[1]。", "wrong_number"),
        ("全省建成县乡村四级调解中心[2]。", "wrong_number"),
        ("全省2022年调处纠纷8.6万件[2]。", "wrong_number"),
        ("白水市检察机关将推动智慧停车场建设[1]。", "unsupported"),
        ("允许借调解之名收取费用[2]。", "unsupported"),
        ("可以让群众多跑一趟冤枉路[2]。", "unsupported"),
        ("苏州市检察机关督促修复受损湿地[1]。", "unsupported"),
        ("依据《湿地条例》督促修复受损湿地3400亩[1]。", "unsupported"),
        ("公益诉讼案件1286件，同比下降23.5%[1]。", "unsupported"),
        ("全省建成三级调解中心1420个。", "uncited"),
        ("全省建成三级调解中心1420个[7]。", "uncited"),
    ],
)
def test_failures(text: str, verdict: str) -> None:
    assert verdicts(text) == [verdict]


@pytest.mark.parametrize(
    "text",
    [
        "## 关于湿地",
        "章明远（白水市检察院检察长）指出：",
        "现有材料中没有找到柳青山关于湿地的表述。",
        "未见相关表述。",
        "The library holds no answer to this question.",
        "您想了解哪一位官员的讲话？",
        "以下按官员整理。",
        "注：以上为转述。",
        "说过这句话的是：章明远。",
        "(原文此处中断)",
        "参考来源：\n- 章明远《守护一方碧水》\n- 柳青山《把纠纷化解在家门口》",
    ],
)
def test_what_claims_nothing(text: str) -> None:
    assert verdicts(text) == []


def test_what_follows_a_notice_is_a_claim() -> None:
    assert verdicts("现有材料中没有相关内容，但一般认为湿地修复需要十年以上的时间。") == ["uncited"]
    text = "未见章明远谈调解的表述，柳青山则提到调处纠纷8.6万件[2]。"
    assert verdicts(text) == ["supported"]


def test_a_marker_at_the_end_of_a_paragraph_serves_what_it_supports() -> None:
    text = "全省建成三级调解中心1420个。未来将建设智慧停车场五十座。调处纠纷8.6万件[2]。"
    claims = check(text, CITATIONS, OFFICIALS)
    assert [(c.citations, c.verdict) for c in claims] == [
        ((2,), "supported"),
        ((), "uncited"),
        ((2,), "supported"),
    ]
    changed = check("调处纠纷9.6万件，成功率达97%。建成调解中心1420个[2]。", CITATIONS, OFFICIALS)
    assert changed[0].verdict == "wrong_number"


def test_words_quoted_from_the_question() -> None:
    question = "“谁污染、谁治理”是谁说的？"
    denied = "材料中没有“谁污染、谁治理”的原话，章明远的说法是“谁损害、谁修复”[1]。"
    claimed = "章明远指出“谁污染、谁治理”[1]。"
    assert verdicts(denied, question) == ["supported"]
    assert verdicts(claimed, question) == ["altered_quote"]


def test_claims_are_exact_parts_of_the_text() -> None:
    text = "**章明远**指出：\n\n1. 修复湿地**3400亩**[1]。\n2. 坚持“谁损害、谁修复”。[1]"
    claims = check(text, CITATIONS, OFFICIALS)
    assert [c.sentence in text for c in claims] == [True, True]
    assert [c.verdict for c in claims] == ["supported", "supported"]


def test_no_text_and_no_citations() -> None:
    assert check("", CITATIONS, OFFICIALS) == ()
    assert [c.verdict for c in check("湿地修复了3400亩[1]。", [], OFFICIALS)] == ["uncited"]


def test_false_quotation_marks_come_off() -> None:
    text = "章明远强调“谁损害、谁修复”，还要“走好群众路线”[1]。"
    wanted = "章明远强调“谁损害、谁修复”，还要走好群众路线[1]。"
    assert strip_false_quotes(text, CITATIONS) == wanted
    assert strip_false_quotes(wanted, CITATIONS) == wanted


def test_quotes_in_notices_and_headings_stay() -> None:
    text = "## 关于“枫叶行动”\n\n现有材料中没有找到“枫叶行动”的表述。"
    assert strip_false_quotes(text, CITATIONS) == text


def test_a_certain_sentence_gets_its_marker() -> None:
    text = "柳青山指出，全省建成县乡村三级调解中心1420个。要建设智慧停车场。"
    wanted = "柳青山指出，全省建成县乡村三级调解中心1420个[2]。要建设智慧停车场。"
    assert attach_certain(text, CITATIONS) == wanted
    assert attach_certain(wanted, CITATIONS) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "章明远指出，全省建成县乡村三级调解中心1420个。",
        "全省建成县乡村三级调解中心1402个。",
        "调解中心的工作做得很好，群众满意。",
        "柳青山指出：",
        "全省建成县乡村三级调解中心1420个。调处纠纷8.6万件[2]。",
    ],
)
def test_an_uncertain_sentence_gets_none(text: str) -> None:
    assert attach_certain(text, CITATIONS) == text


def test_the_same_words_in_two_mouths_are_not_certain() -> None:
    twice = [*CITATIONS, Citation(4, passage(4, WANG, PEACE.text), PEACE.text)]
    text = "全省建成县乡村三级调解中心1420个。"
    assert attach_certain(text, twice) == text


def test_strict_mode_leaves_failing_sentences_out() -> None:
    text = (
        "## 湿地\n\n章明远指出：\n\n- 修复湿地3400亩[1]。\n- 建设智慧停车场[1]。\n\n"
        "## 停车\n\n柳青山指出：\n\n- 建设停车场五十座[2]。"
    )
    claims = check(text, CITATIONS, OFFICIALS)
    left = drop_failing(text, claims)
    assert left == "## 湿地\n\n章明远指出：\n\n- 修复湿地3400亩[1]。"
    assert drop_failing(left, check(left, CITATIONS, OFFICIALS)) == left


def test_strict_mode_keeps_the_marker_of_those_that_shared_it() -> None:
    text = "全省建成三级调解中心1420个。未来还要建设智慧停车场[2]。"
    left = drop_failing(text, check(text, CITATIONS, OFFICIALS))
    assert left == "全省建成三级调解中心1420个[2]。"
    assert drop_failing("好[1]。", check("好[1]。", CITATIONS, OFFICIALS)) == "好[1]。"


@pytest.mark.slow
def test_the_bench_holds_its_targets() -> None:
    rows, milliseconds = run()

    def share(kind: str) -> float:
        found = [row for name, row in rows.items() if name.startswith(kind)]
        assert found, kind
        return sum(row.exact for row in found) / sum(row.cases for row in found)

    assert share("sound") >= 0.98
    for kind in ("speaker", "quote", "figure", "Chinese numeral", "万/亿"):
        assert share(kind) >= 0.99, kind
    for kind in ("marker", "sentence invented", "half", "turned", "citation dropped"):
        assert share(kind) >= 0.9, kind
    assert share("loose") >= 0.7
    assert milliseconds < 20


@pytest.mark.parametrize(
    ("claim", "source", "turned"),
    [
        ("签约居民不少于一千五百人", "每名医生签约居民不超过一千五百人。", True),
        ("每周巡河不超过两次", "镇级河长每周巡河不少于两次。", True),
        ("每名医生签约居民最多一千五百人", "签约居民不超过一千五百人。", False),
        ("每周巡河至少两次", "每周巡河不少于两次。", False),
    ],
)
def test_a_bound_turned_round_is_told(claim: str, source: str, turned: bool) -> None:
    assert bool(contradicts(claim, [source])) == turned
