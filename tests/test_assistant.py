"""The whole way from a question to a cited answer, without a language model."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rag import Answer, Assistant, RagSettings, Turn
from rag.errors import BadQuestion
from store import Library
from tests.conftest import BRIDGE


def names(answer: Answer) -> set[str]:
    return {c.passage.official.name for c in answer.citations}


def sound(answer: Answer) -> None:
    """What holds of every answer."""
    for n, c in enumerate(answer.citations, 1):
        assert c.number == n and c.quote and c.quote in c.passage.text
        assert f"[{n}]" in answer.text
    assert all(c.verdict == "supported" for c in answer.claims), answer.claims


@pytest.mark.parametrize(
    ("question", "who", "contains"),
    [
        ("去年完成桥梁预防性养护多少座?", {"陆承远"}, ["326座"]),
        ("在特大桥上布设哪三类传感器?", {"陆承远"}, ["振动", "应变", "位移"]),
        ("社区书屋建成多少家?", {"苏晚棠"}, ["67家"]),
        ("图书馆长怎么照顾行动不便的老人?", {"苏晚棠"}, ["送书上门"]),
        ("陆局长对一线养护工人有什么安排?", {"陆承远"}, ["高温补贴"]),
        ("晚上图书馆开到几点?", {"苏晚棠"}, ["九点半"]),
    ],
)
def test_answers(town: Assistant, question: str, who: set[str], contains: list[str]) -> None:
    answer = town.ask(question).answer
    sound(answer)
    assert answer.answered and answer.engine == "extractive" and not answer.notice
    assert names(answer) == who
    assert all(c in answer.text for c in contains)
    assert all(w in answer.text for w in who), "the one who says it is named"


def test_the_stream_is_the_answer(town: Assistant) -> None:
    reply = town.ask("社区书屋建成多少家?")
    pieces = list(reply)
    assert len(pieces) > 1 and "".join(pieces) == reply.answer.text


def test_only_the_officials_asked_about_are_cited(town: Assistant) -> None:
    for question in ("陆承远怎么谈服务群众?", "苏晚棠怎么谈服务群众?"):
        answer = town.ask(question).answer
        assert names(answer) <= {question[:3]}


def test_the_filter_holds(town: Assistant) -> None:
    answer = town.ask("怎么用科技手段?", speakers=["苏晚棠"]).answer
    assert names(answer) <= {"苏晚棠"}


def test_a_filter_that_matches_nobody_answers_nothing(town: Assistant) -> None:
    answer = town.ask("桥梁怎么养护?", speakers=["没这个人"]).answer
    assert not answer.answered and not answer.citations and "没这个人" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "陆承远说养护一共花了多少钱?",
        "陆承远今年多大年纪?",
        "青川市图书馆一年的购书经费是多少?",
        "送书上门的车一共有几辆?",
        "王建国怎么看桥梁养护?",
        "王建国局长怎么看桥梁养护?",
        "陆承远对停车费的收费标准是怎么说的?",
        "“人生若只如初见”是谁说的?",
    ],
)
def test_what_is_not_there_is_said_to_be_not_there(town: Assistant, question: str) -> None:
    answer = town.ask(question).answer
    assert not answer.answered
    assert "没有" in answer.text


def test_half_of_the_questions_on_other_subjects_are_refused(town: Assistant) -> None:
    elsewhere = [
        "恒星为什么会一闪一闪的?",
        "企鹅吃什么长大?",
        "钢琴有几个踏板?",
        "火锅底料怎么炒?",
        "这部电影的导演是谁?",
        "世界杯几年办一次?",
        "番茄和西红柿是一回事吗?",
        "诗人晚年住在哪座城市?",
        "显卡驱动怎么更新?",
        "为什么月亮有圆缺?",
    ]
    refused = [q for q in elsewhere if not town.ask(q).answer.answered]
    assert len(refused) >= 5, set(elsewhere) - set(refused)


def test_an_idea_given_to_the_wrong_official(town: Assistant) -> None:
    answer = town.ask("苏晚棠说的在特大桥上布设振动、应变、位移三类传感器是怎么回事?").answer
    assert names(answer) == {"陆承远"} and "出自陆承远" in answer.text


def test_a_wrong_figure_is_put_right(town: Assistant) -> None:
    answer = town.ask("陆承远说去年完成桥梁预防性养护500座,是怎么做到的?").answer
    assert "326座" in answer.text and "与原文不符" in answer.text


@pytest.mark.parametrize(
    ("question", "opposed"),
    [
        ("苏晚棠为什么反对免费开放、错时开放?", "反对免费开放"),
        ("陆承远为什么支持小病早治小修不等大修?", ""),
        ("陆承远主张小病早治吗?", ""),
        ("苏晚棠怎么主张免费开放?", ""),
        ("苏晚棠为何叫停送书上门?", "叫停送书上门"),
        ("苏晚棠为何取消志愿者每周三集中配送?", "取消志愿者每周三集中配送"),
    ],
)
def test_what_is_said_to_be_opposed_is_put_right(
    town: Assistant, question: str, opposed: str
) -> None:
    text = town.ask(question).answer.text
    assert ("意思相反" in text) == bool(opposed)
    assert opposed in text


def test_a_comparison_has_a_part_for_each(town: Assistant) -> None:
    answer = town.ask("两位官员分别怎么谈服务老人和残疾人?").answer
    sound(answer)
    assert "苏晚棠" in answer.text
    assert names(answer) == {"陆承远", "苏晚棠"} or "未见相关表述" in answer.text


def test_who_said_it(town: Assistant) -> None:
    true = town.ask("“养护工人是第一道防线”是谁说的?").answer
    assert true.answered and names(true) == {"陆承远"}
    changed = town.ask("“公共图书馆是农村的书房”是谁说的?原话是这样吗?").answer
    assert names(changed) == {"苏晚棠"} and "有出入" in changed.text
    assert "公共图书馆是城市的书房" in changed.text


def test_words_that_somebody_else_said_are_not_said_to_be_nobodys(town: Assistant) -> None:
    words = "“养护工人是第一道防线”"
    for asked in (
        lambda lang: town.ask(f"苏晚棠说过{words}吗?", language=lang),
        lambda lang: town.ask(f"{words}是谁说的?", speakers=["苏晚棠"], language=lang),
    ):
        zh, en = asked("zh").answer, asked("en").answer
        assert not zh.answered and not en.answered
        assert ("苏晚棠" in zh.text) == ("苏晚棠" in en.text)
        assert "in the library said" not in en.text and "没有找到有谁" not in zh.text
    nobodys = town.ask("“火星上要建一百座图书馆”是谁说的?", language="en").answer
    assert "Nobody in the library said" in nobodys.text


def test_holdings_overview_and_form(town: Assistant) -> None:
    holdings = town.ask("资料库里有哪些官员?").answer.text
    assert "陆承远" in holdings and "苏晚棠" in holdings
    overview = town.ask("苏晚棠主要讲了什么?").answer
    assert names(overview) == {"苏晚棠"} and "让孩子爱上阅读" in overview.text
    form = town.ask("陆承远文章第二部分的小标题是什么?").answer
    assert form.answered and "依靠科技手段" in form.text
    for number in ("五", "十二", "二十"):
        lost = town.ask(f"陆承远文章第{number}部分的小标题是什么?").answer
        assert not lost.answered, number
    odd = town.ask("陆承远文章第十3部分的小标题是什么?").answer  # no number: all of them
    assert odd.answered and "依靠科技手段" in odd.text


@pytest.mark.parametrize(
    "question",
    [
        "去年完成桥梁预防性养护多少座?",
        "在特大桥上布设哪三类传感器?",
        "陆承远和苏晚棠怎么谈服务群众?",
        "几位官员各自怎么谈安全?",
        "“养护工人是第一道防线”是谁说的?",
        "“公共图书馆是农村的书房”是谁说的?原话是这样吗?",
        "“火星上要建一百座图书馆”是谁说的?",
        "苏晚棠说过“养护工人是第一道防线”吗?",
        "苏晚棠主要讲了什么?",
        "资料库里有哪些官员?",
        "苏晚棠是谁?",
        "王大力怎么谈房价?",
        "陆承远怎么谈航天发射?",
        "苏晚棠怎么谈桥梁预防性养护的资金安排?",
        "去年完成桥梁预防性养护400座吗?",
        "你好",
        "写一首诗",
    ],
)
def test_whatever_is_asked_the_words_around_quotations_are_english(
    town: Assistant, question: str
) -> None:
    """What is Chinese in an English answer is of the source, or of the question."""
    answer = town.ask(question, language="en").answer
    sound(answer)
    told = re.sub(r"\s", "", f"{BRIDGE} {question}")
    chinese = re.findall(r"[\u4e00-\u9fff]+", answer.text)
    assert [run for run in chinese if run not in told] == []
    assert re.search("[A-Za-z]{3}", answer.text)


def test_headings_are_told_in_english(town: Assistant) -> None:
    """The words around the headings; names, titles and headings stay as they are."""
    for question, words in (
        ("陆承远文章第二部分的小标题是什么?", "The heading of part 2 of "),
        ("陆承远的文章有哪些小标题?", " wrote 《桥梁养护要算长远账》"),
        ("陆承远是什么职务?", "which begins: "),
        ("陆承远文章第五部分的小标题是什么?", "does not hold that heading"),
    ):
        answer = town.ask(question, language="en").answer
        sound(answer)
        assert words in answer.text and "的文章" not in answer.text and "标题是" not in answer.text


def test_a_follow_up_stays_with_its_official(town: Assistant) -> None:
    first = town.ask("陆承远怎么谈桥梁养护?").answer
    history = [Turn(first.question, first.text, first.speakers)]
    answer = town.ask("那超载车辆他打算怎么管?", history=history).answer
    assert names(answer) == {"陆承远"} and "检测点" in answer.text


@pytest.mark.parametrize("question", ["\ud83d社区书屋建成多少家?", "他还\udc80说了什么?"])
def test_halves_of_characters_are_left_out(town: Assistant, question: str) -> None:
    history = [Turn("\ud800陆承远怎么谈桥梁养护?", "陆承远指出：小病早治。\udfff[1]", ("陆承远",))]
    answer = town.ask(question, history=history).answer
    assert (
        answer.question.isprintable() and json.dumps(answer.as_dict(), ensure_ascii=False).encode()
    )


@pytest.mark.parametrize("question", ["", "   ", "？！", "长" * 1001, "\ud800"])
def test_bad_questions_say_what_to_do(town: Assistant, question: str) -> None:
    with pytest.raises(BadQuestion):
        _ = town.ask(question).answer


def test_an_empty_library_says_so(library: Library, settings: RagSettings) -> None:
    answer = Assistant(library, settings).ask("桥梁怎么养护?").answer
    assert not answer.answered and "空的" in answer.text


def test_a_removed_document_is_gone_from_the_next_answer(
    library: Library, settings: RagSettings
) -> None:
    assistant = Assistant(library, settings)
    added = library.upload("a.txt", BRIDGE.encode())
    assert assistant.ask("社区书屋建成多少家?").answer.answered
    library.remove(added.document)
    assert not assistant.ask("社区书屋建成多少家?").answer.answered


def test_suggestions_can_be_answered(town: Assistant) -> None:
    asked = town.suggestions(4)
    assert len(asked) == 4
    for question in asked:
        assert town.ask(question).answer.answered, question


def test_the_answer_in_the_promised_shape(town: Assistant) -> None:
    row = town.ask("社区书屋建成多少家?").answer.as_dict()
    assert set(row) >= {
        "question",
        "answered",
        "text",
        "citations",
        "claims",
        "notice",
        "engine",
        "seconds",
    }
    citation = row["citations"][0]
    assert set(citation) >= {
        "number",
        "passage",
        "speaker",
        "organization",
        "position",
        "title",
        "section",
        "quote",
        "text",
        "source",
    }
    assert set(citation["source"]) == {"file", "page", "lines"}


def test_a_name_outside_of_the_filter_is_not_answered_by_another(town: Assistant) -> None:
    answer = town.ask("陆承远怎么谈桥梁养护?", speakers=["苏晚棠"]).answer
    assert not answer.answered and not answer.citations and "限定" in answer.text


def test_a_wrong_premise_is_not_put_right_from_outside_of_the_filter(town: Assistant) -> None:
    asked = "苏晚棠怎么谈“一桥一档”?"
    assert "陆承远" in names(town.ask(asked).answer)
    assert "陆承远" not in names(town.ask(asked, speakers=["苏晚棠"]).answer)


def test_an_organ_that_nobody_has_is_not_answered_by_its_neighbour(town: Assistant) -> None:
    for question in (
        "青川市公安局怎么谈反诈?",
        "海南省高院院长怎么谈改革?",
        "浙江的财政局长怎么谈预算?",
    ):
        answer = town.ask(question).answer
        assert not answer.answered and not answer.citations, question


def test_an_office_is_answered_from_the_byline(town: Assistant) -> None:
    answer = town.ask("苏晚棠担任什么职务?").answer
    assert "云溪省青川市图书馆馆长" in answer.text and names(answer) == {"苏晚棠"}


@pytest.mark.parametrize(
    ("question", "holders"),
    [
        ("青川市图书馆馆长是谁?", {"苏晚棠"}),
        ("谁是青川市交通运输局局长?", {"陆承远"}),
        ("陆承远是副局长吗?", {"陆承远"}),
        ("青川市市长是谁?", set()),
        ("青川市交通运输局副局长是谁?", set()),
        ("Who is the mayor of Qingchuan?", set()),
    ],
)
def test_only_the_holder_of_a_post_is_named_as_such(
    town: Assistant, question: str, holders: set[str]
) -> None:
    answer = town.ask(question).answer
    sound(answer)
    assert names(answer) == holders and answer.answered is bool(holders)
    assert holders or "没有担任这一职务" in answer.text


def test_the_offices_of_everybody(town: Assistant) -> None:
    answer = town.ask("两位官员分别担任什么职务?").answer
    assert "交通运输局党组书记、局长" in answer.text and "图书馆馆长" in answer.text


def test_a_quotation_needs_no_marks(town: Assistant) -> None:
    answer = town.ask("养护工人是第一道防线是谁说的?").answer
    assert answer.answered and names(answer) == {"陆承远"}


def test_a_quotation_is_kept_through_the_conversation(town: Assistant) -> None:
    first = town.ask("“养护工人是第一道防线”是谁说的?").answer
    history = [Turn(first.question, first.text, first.speakers)]
    assert names(town.ask("后一句是什么?", history=history).answer) <= {"陆承远"}


def test_what_needs_no_correction_gets_none(town: Assistant) -> None:
    for question in ("桥梁养护有什么意义", "图书馆办了多少场活动?", "陆承远怎么看小修和大修?"):
        assert "不符" not in town.ask(question).answer.text, question


def test_a_term_of_somebody_else_is_given_to_its_owner(town: Assistant) -> None:
    answer = town.ask("陆承远说的“小小领读人”是什么?").answer
    assert names(answer) == {"苏晚棠"} and "出自苏晚棠" in answer.text


NAMESAKES = {
    "a.md": "---\nspeaker: 柯明\norganization: 云岭省水利厅\nposition: 厅长\n---\n\n"
    "推进水库除险加固，全省完成病险水库加固132座，守住防汛底线。\n",
    "b.md": "---\nspeaker: 柯明\norganization: 东湖市教育局\nposition: 局长\n---\n\n"
    "新建公办幼儿园45所，让孩子就近入园。\n\n给乡村教师提高补贴，每月增加五百元。\n",
}


@pytest.fixture
def namesakes(settings: RagSettings, library: Library) -> Assistant:
    for name, text in NAMESAKES.items():
        (settings.documents / name).write_text(text, encoding="utf-8")
    library.sync()
    return Assistant(library, settings)


@pytest.mark.parametrize(
    ("question", "offices", "asks_back"),
    [
        ("柯明怎么看教师补贴?", {"东湖市教育局"}, True),
        ("柯明有什么要求?", {"云岭省水利厅", "东湖市教育局"}, True),
        ("水利厅的柯明有什么要求?", {"云岭省水利厅"}, False),
        ("柯局长怎么谈幼儿园?", {"东湖市教育局"}, False),
        ("柯厅长说了什么?", {"云岭省水利厅"}, False),
        ("柯明怎么谈航天发射?", set(), True),
    ],
)
def test_two_of_one_name_are_told_apart_or_asked_back_about(
    namesakes: Assistant, question: str, offices: set[str], asks_back: bool
) -> None:
    answer = namesakes.ask(question).answer
    assert {c.passage.official.organization for c in answer.citations} == offices
    assert ("哪一位柯明" in answer.text) == asks_back
    assert all(c.verdict == "supported" for c in answer.claims)
    assert "柯明、柯明" not in answer.text


@pytest.mark.parametrize("question", ["桥梁多久预警一次?", "志愿者哪天集中配送?"])
def test_a_question_word_is_not_put_right(town: Assistant, question: str) -> None:
    assert "不符" not in town.ask(question).answer.text


def test_a_correction_keeps_the_sources_negation(namesakes: Assistant, tmp_path: Path) -> None:
    text = NAMESAKES["a.md"].replace("守住防汛底线", "排污口不允许先排后治，守住防汛底线")
    (tmp_path / "documents" / "a.md").write_text(text, encoding="utf-8")
    namesakes.library.sync()
    said = namesakes.ask("水利厅的柯明说排污口提倡先排后治吗?").answer.text
    assert "原文的说法是“允许”" not in said


def test_a_follow_up_on_what_nobody_spoke_of_is_refused(town: Assistant) -> None:
    history = [Turn("陆承远怎么谈桥梁养护?", "陆承远指出:小病早治。[1]", ("陆承远",))]
    for question in ("他怎么看房价?", "他对国际局势怎么看?"):
        assert not town.ask(question, history=history).answer.answered, question
    assert town.ask("他怎么谈超载?", history=history).answer.answered


@pytest.mark.parametrize(
    "question", ["“小病早治、小修不等大修”是陆承远说的吗?", "陆承远说过“小病早治、小修不等大修”吗?"]
)
def test_whether_somebody_said_words_is_told(town: Assistant, question: str) -> None:
    assert "说过这句话的是：陆承远" in town.ask(question).answer.text
