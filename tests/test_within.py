"""Limits by organization, place, kind of organ and year: what is let through, and nothing else."""

from __future__ import annotations

import json

import pytest

from rag import Answer, Assistant, Filter, PassageRetriever, RagSettings
from rag.__main__ import main
from rag.errors import BadQuestion
from rag.retrieval import retrieve
from store import Library, Official

OFFICES = {
    "甲": ("云溪省青川市中级人民法院", "院长"),
    "乙": ("云溪省青川市人民检察院", "检察长"),
    "丙": ("云溪省青川市南湖区人民检察院", "检察长"),
    "丁": ("雪原自治区卫生健康委员会", "主任"),
    "戊": ("最高人民法院", "副院长"),
    "己": ("中共青川市委", "书记"),
    "庚": ("青川市委宣传部", "部长"),
    "辛": ("海东县图书馆", "馆长"),
    "壬": ("白塔海关", "关长"),
}
EVERYBODY = [Official(name, *office) for name, office in OFFICES.items()]


def let_through(limits: Filter) -> str:
    within = limits.among(EVERYBODY)
    return "".join(o.name for o in EVERYBODY if within.has(o))


@pytest.mark.parametrize(
    ("limits", "names"),
    [
        (Filter(), "甲乙丙丁戊己庚辛壬"),
        (Filter(organizations=("云溪省青川市人民检察院",)), "乙"),
        (Filter(organizations=("青川市检察院",)), "乙"),  # not the one of a district in it
        (Filter(organizations=("检察院",)), "乙丙"),
        (Filter(organizations=("青川中院", "中院")), "甲"),
        (Filter(organizations=("卫健委",)), "丁"),
        (Filter(organizations=("雪原自治区卫健委",)), "丁"),
        (Filter(organizations=("最高人民法院",)), "戊"),  # not every people's court
        (Filter(organizations=("最高法",)), "戊"),
        (Filter(organizations=("青川市委",)), "己"),  # not a department of it
        (Filter(organizations=("东县图书馆",)), ""),  # half of a place's name is no place
        (Filter(organizations=("没有这个局",)), ""),
        (Filter(organizations=("",)), ""),
        (Filter(places=("青川",)), "甲乙丙己庚"),
        (Filter(places=("云溪省",)), "甲乙丙"),
        (Filter(places=("南湖区", "雪原")), "丙丁"),
        (Filter(places=("白塔",)), "壬"),
        (Filter(places=("东县",)), ""),
        (Filter(places=("",)), ""),
        (Filter(kinds=("法院",)), "甲戊"),
        (Filter(kinds=("检察机关",)), "乙丙"),
        (Filter(kinds=("图书馆",)), "辛"),
        (Filter(kinds=("",)), ""),
        (Filter(places=("青川市",), kinds=("法院", "检察院")), "甲乙丙"),
        (Filter(places=("雪原",), kinds=("法院",)), ""),
    ],
)
def test_who_is_let_through(limits: Filter, names: str) -> None:
    assert let_through(limits) == names


@pytest.mark.parametrize("year", ["去年", "24", "20245", ""])
def test_what_is_no_year_is_told(year: str) -> None:
    with pytest.raises(BadQuestion) as caught:
        Filter(years=(year,)).among(EVERYBODY)
    assert "2024" in caught.value.zh and "2024" in caught.value.en


PIECE = """---
speaker: {name}
organization: {organization}
position: {position}
title: 关于桥梁养护
{date}
---

{name}负责的桥梁养护坚持小病早治,全年完成预防性养护{count}座,养护工人的高温补贴已经提高。

对超载车辆要从源头管住,在货运集中的{count}个路口建设检测点。
"""
PEOPLE = [
    ("陆承远", "云溪省青川市交通运输局", "局长", "date: 2023-05-06", 326),
    ("苏晚棠", "云溪省青川市公安局", "局长", "date: 2024-02-01", 412),
    ("温仲谦", "云溪省白塔县交通运输局", "局长", "date: 2024-07-09", 87),
    ("邓知秋", "雪原省松涛市交通运输局", "局长", "", 51),
]


@pytest.fixture(scope="module")
def bridges(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    home = tmp_path_factory.mktemp("bridges")
    (home / "documents").mkdir()
    for name, organization, position, date, count in PEOPLE:
        text = PIECE.format(
            name=name, organization=organization, position=position, date=date, count=count
        )
        (home / "documents" / f"{name}.md").write_text(text, encoding="utf-8")
    use = RagSettings(
        home=home / "home", documents=home / "documents", samples=home / "none", _env_file=None
    )
    library = Library.open(use)
    library.sync()
    assert len(library.officials()) == 4
    return Assistant(library, use)


def cited(answer: Answer) -> set[str]:
    shown = [*(c.passage for c in answer.citations), *answer.related]
    return {p.official.name for p in shown}


QUESTIONS = [
    "桥梁预防性养护完成了多少座?",
    "各位官员怎么谈桥梁养护?",
    "有哪些措施管住超载车辆?",
    "“对超载车辆要从源头管住”是谁说的?",
    "陆承远主要讲了什么?",
    "交通运输局怎么管超载?",
    "公安局怎么管超载?",
    "苏晚棠和温仲谦怎么谈桥梁养护?",
]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    ("limits", "names"),
    [
        (Filter(organizations=("青川市交通运输局",)), {"陆承远"}),
        (Filter(places=("青川市",)), {"陆承远", "苏晚棠"}),
        (Filter(kinds=("警方",)), {"苏晚棠"}),
        (Filter(years=("2024",)), {"苏晚棠", "温仲谦"}),
        (Filter(years=("2024年",), places=("青川",)), {"苏晚棠"}),
    ],
)
def test_nothing_outside_is_cited_or_offered(
    bridges: Assistant, question: str, limits: Filter, names: set[str]
) -> None:
    answer = bridges.ask(question, limits=limits).answer
    assert cited(answer) <= names
    told = {p[0] for p in PEOPLE if p[0] in question}
    if not told and "局" not in question:
        assert answer.answered and cited(answer), answer.text
    elif told and not told & names:
        assert not answer.answered and "限定" in answer.text


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    "limits",
    [
        Filter(years=("2019",)),
        Filter(places=("没有这里",)),
        Filter(places=("雪原",), years=("2024",)),  # no date, so in no year
    ],
)
def test_limits_that_leave_nobody_are_told(
    bridges: Assistant, question: str, limits: Filter
) -> None:
    answer = bridges.ask(question, limits=limits).answer
    assert not answer.answered and not answer.citations and not answer.related
    assert "限定条件" in answer.text
    value = (*limits.places, *limits.years)[0]
    assert value in answer.text
    english = bridges.ask(question, limits=limits, language="en").answer
    assert "your limits" in english.text and not english.citations


def test_limits_hold_beside_speakers(bridges: Assistant) -> None:
    limits = Filter(places=("青川市",))
    both = bridges.ask("怎么养护桥梁?", speakers=["苏晚棠", "温仲谦"], limits=limits).answer
    assert cited(both) == {"苏晚棠"}
    none = bridges.ask("怎么养护桥梁?", speakers=["温仲谦"], limits=limits).answer
    assert not none.answered and not none.citations and "限定" in none.text


def test_retrieve_and_retriever(bridges: Assistant) -> None:
    library = bridges.library
    within = Filter(kinds=("公安",)).among(library.officials())
    found = retrieve(library, "桥梁养护", within=within)
    assert {f.hit.passage.official.name for f in found} == {"苏晚棠"}
    theirs = frozenset(o.key for o in library.officials() if o.name == "陆承远")
    assert retrieve(library, "桥梁养护", officials=theirs, within=within) == []

    def names(**limits: tuple[str, ...]) -> set[str]:
        made = PassageRetriever(library=library, **limits)  # type: ignore[arg-type]
        return {d.metadata["speaker"] for d in made.invoke("桥梁养护")}

    assert names(years=("2024",)) == {"苏晚棠", "温仲谦"}
    assert names(years=("2024",), organizations=("交通运输局",)) == {"温仲谦"}
    assert names(places=("雪原",)) == {"邓知秋"}
    assert names(places=("雪原",), years=("2024",)) == names(kinds=("法院",)) == set()


def test_on_the_command_line(
    bridges: Assistant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("rag.__main__._assistant", lambda _: bridges)

    def ask(*options: str) -> dict[str, object]:
        assert main(["ask", "完成养护多少座?", "--json", *options]) == 0
        row: dict[str, object] = json.loads(capsys.readouterr().out)
        return row

    assert "412座" in str(ask("--year", "2024", "--place", "青川市")["text"])
    assert "87座" in str(ask("--organization", "白塔县交通运输局")["text"])
    assert "412座" in str(ask("--kind", "公安机关", "--speaker", "苏晚棠")["text"])
    assert ask("--kind", "海关")["answered"] is False
    assert main(["ask", "完成养护多少座?", "--year", "去年"]) == 2
    assert "四位数字" in capsys.readouterr().err
