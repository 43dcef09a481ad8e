"""Who said it: verbatim, changed, stitched, repeated from somebody else, or nobody."""

from __future__ import annotations

import random
import time

import pytest

from rag.quote import QuoteIndex, trace
from store.passage import Passage
from store.remarks import Official

LIANG = Official("梁文山", "某省甲市交通运输局", "局长")
TAO = Official("陶小满", "某省乙市林业局", "局长")


def passage(number: int, official: Official, text: str) -> Passage:
    return Passage(f"p{number}", "d", "d.txt", official, "篇名", "", number, text)


PASSAGES = [
    passage(
        0,
        LIANG,
        "道路畅通是乡村振兴的先手棋,桥梁安全是百姓出行的压舱石。要想富,先修路。我们用三年时间修通了“断头路”,"
        "让山货出得去、客人进得来。",
    ),
    passage(1, LIANG, "沈大河市长强调,“道路修到哪里,产业就要跟到哪里”。我们把这一要求落到每个村。"),
    passage(2, TAO, "要想富,先修路;要长富,先种树。一棵树就是一座小水库,一片林就是一个聚宝盆。"),
    passage(
        3, TAO, "省林业工作会议指出,要把造林任务落实到山头地块。群众的眼睛是雪亮的,护林要靠大家。"
    ),
]
INDEX = QuoteIndex(PASSAGES)


@pytest.mark.parametrize(
    "quote",
    [
        "道路畅通是乡村振兴的先手棋，桥梁安全是百姓出行的压舱石",
        "“道路畅通是乡村振兴的先手棋,桥梁安全是百姓出行的压舱石。”",
        "道路畅通是乡村振兴的先\n手棋,桥梁安全是百姓 出行的压舱石",
        "道路暢通是鄉村振興的先手棋",
        "道路畅通是乡村振兴的先手棋桥梁安全是百姓出行的压舱石",
        "道路畅通……百姓出行的压舱石",
    ],
)
def test_verbatim_whatever_the_typesetting(quote: str) -> None:
    found = INDEX.trace(quote)
    assert found.verdict == "verbatim"
    (match,) = found.matches
    assert match.passage.id == "p0"
    assert match.similarity == 1.0
    assert match.differences == ()
    assert match.text in PASSAGES[0].text


def test_every_owner_is_named() -> None:
    found = INDEX.trace("要想富，先修路")
    assert found.verdict == "verbatim"
    assert {m.passage.official.name for m in found.matches} == {"梁文山", "陶小满"}
    assert found.total == 2


@pytest.mark.parametrize(
    ("quote", "differences"),
    [
        ("道路畅通是乡村振兴的先手棋,桥梁安全是群众出行的压舱石", [("replace", "群众", "百姓")]),
        (
            "道路安全是乡村振兴的先手棋,桥梁畅通是百姓出行的压舱石",
            [("replace", "安全", "畅通"), ("replace", "畅通", "安全")],
        ),
        ("道路畅通是振兴的先手棋,桥梁安全是百姓出行的压舱石", [("delete", "", "乡村")]),
        ("道路畅通永远是乡村振兴的先手棋,桥梁安全是百姓出行的压舱石", [("insert", "永远", "")]),
    ],
)
def test_changed_words_are_near_and_shown(
    quote: str, differences: list[tuple[str, str, str]]
) -> None:
    found = INDEX.trace(quote)
    assert found.verdict == "near"
    assert found.matches[0].passage.id == "p0"
    assert found.matches[0].text in PASSAGES[0].text
    assert 0.7 < found.matches[0].similarity < 1
    assert [(d.op, d.quote, d.source) for d in found.matches[0].differences] == differences


def test_clauses_in_another_order_are_near() -> None:
    found = INDEX.trace("桥梁安全是百姓出行的压舱石,道路畅通是乡村振兴的先手棋")
    assert found.verdict == "near"
    assert found.matches[0].passage.id == "p0"
    assert not found.stitched


def test_words_swapped_between_two_clauses_are_near() -> None:
    said = passage(1, PASSAGES[0].official, "再晚不能晚了春灌，再省不能省了种粮，干部要下田。")
    found = QuoteIndex([said, *PASSAGES]).trace("再省不能省了春灌，再晚不能晚了种粮")
    assert found.verdict == "near" and found.matches[0].passage == said
    assert found.matches[0].differences


def test_words_of_two_officials_are_stitched() -> None:
    found = INDEX.trace("桥梁安全是百姓出行的压舱石，一片林就是一个聚宝盆")
    assert (found.verdict, found.stitched) == ("near", True)
    assert [(m.passage.official.name, m.part) for m in found.matches] == [
        ("梁文山", "桥梁安全是百姓出行的压舱石"),
        ("陶小满", "一片林就是一个聚宝盆"),
    ]


def test_a_quote_of_which_only_a_part_stands_somewhere_is_told_as_such() -> None:
    quote = "桥梁安全是百姓出行的压舱石，外省来的专家说一年能省九个亿"
    found = INDEX.trace(quote)
    assert (found.verdict, found.partly, found.stitched) == ("near", True, False)
    assert [(m.passage.official.name, m.part) for m in found.matches] == [
        ("梁文山", "桥梁安全是百姓出行的压舱石")
    ]
    assert found.as_dict()["partly"] is True
    assert INDEX.trace("外省来的专家说一年能省九个亿").verdict == "absent"


def test_a_turn_of_phrase_of_many_is_no_part_of_a_quote() -> None:
    common = "把群众的小事当作我们的大事"
    many = [passage(n, PASSAGES[0].official, f"{common}，第{n}件事要办好。") for n in range(20)]
    found = QuoteIndex([*many, *PASSAGES]).trace(f"{common}，外省来的专家说一年能省九个亿")
    assert found.verdict == "absent"


@pytest.mark.parametrize(
    "quote",
    [
        "让货物多跑路，让群众少跑腿",
        "推动乡村振兴高质量发展",
        "道路是经济发展的大动脉",
        "以造林护林守护绿水青山",
        "群众的满意是最高的标准",
        "把任务落实到每一个环节",
        "修桥铺路是积德行善",
    ],
)
def test_invented_slogans_are_absent(quote: str) -> None:
    found = INDEX.trace(quote)
    assert found.verdict == "absent", found.matches
    assert found.matches == ()


@pytest.mark.parametrize("quote", ["", "路", "的是", "“”", "，。"])
def test_too_little_proves_nothing(quote: str) -> None:
    found = INDEX.trace(quote)
    assert found.verdict == "absent"
    assert found.note


def test_words_of_a_third_person_are_told_apart() -> None:
    assert INDEX.trace("道路修到哪里").matches[0].third_person == "沈大河市长"
    assert INDEX.trace("把造林任务落实到山头地块").matches[0].third_person == "省林业工作会议"
    assert INDEX.trace("我们把这一要求落到每个村").matches[0].third_person == ""
    assert INDEX.trace("护林要靠大家").matches[0].third_person == ""


def test_json_has_the_promised_shape() -> None:
    found = trace("要长富，先种树", PASSAGES).as_dict()
    assert {"quote", "verdict", "matches"} <= set(found)
    match = found["matches"][0]
    assert match["speaker"] == "陶小满"
    assert match["organization"] == "某省乙市林业局"
    assert match["section"] is None
    assert (match["passage"], match["similarity"], match["differences"]) == ("p2", 1.0, [])


def test_empty_library() -> None:
    assert trace("要想富，先修路", []).verdict == "absent"


@pytest.mark.slow
def test_many_passages_are_searched_at_once() -> None:
    rng = random.Random(3)
    words = [a + b for a in "修建改扩养护造管收放开关" for b in "路桥树林田水山村镇城乡市"]
    officials = [Official(f"官{i}", "某局", "局长") for i in range(50)]
    many = [
        passage(i, officials[i % 50], "".join(rng.choices(words, k=60)) + "。")
        for i in range(20_000)
    ]
    index = QuoteIndex([*many, *PASSAGES])
    started = time.perf_counter()
    near = index.trace("道路安全是乡村振兴的先手棋,桥梁畅通是百姓出行的压舱石")
    exact = index.trace("一棵树就是一座小水库")
    absent = index.trace("让货物多跑路，让群众少跑腿")
    assert time.perf_counter() - started < 3
    assert [near.verdict, exact.verdict, absent.verdict] == ["near", "verbatim", "absent"]
    assert near.matches[0].passage.id == "p0"
    assert near.matches[0].passage.official == LIANG
