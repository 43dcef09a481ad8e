"""Search in memory: fields, filters, exactness; and words put right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from store import Library, Official, Passage, PassageIndex, embeddable
from store.index import best, year_of
from store.spelling import Spelling
from tests.conftest import BRIDGE

LU = Official("陆承远", "云溪省青川市交通运输局", "党组书记、局长")
SU = Official("苏晚棠", "云溪省青川市图书馆", "馆长")


def passage(n: int, official: Official, text: str, **more: str) -> Passage:
    made = Passage(str(n), "d", "d.txt", official, "", "", n, text)
    return replace(made, **more)  # type: ignore[arg-type]


PASSAGES = [
    passage(0, LU, "要坚持小病早治。", title="桥梁养护要算长远账", date="2023年5月"),
    passage(1, LU, "对超载车辆要从源头管住。", section="治理超限", date="2024-02-01"),
    passage(2, SU, "公共图书馆每晚延长到九点半闭馆。", title="让书香飘进街巷", date="2023"),
    passage(3, SU, "建成社区书屋,居民步行就能借到书。"),
]


def scores(question: str, **weights: float) -> list[float]:
    return PassageIndex(PASSAGES, **weights).lexical(question).tolist()  # type: ignore[arg-type]


def test_titles_and_offices_are_searched_with_a_weight() -> None:
    assert scores("桥梁养护", title_weight=0, office_weight=0) == [0, 0, 0, 0]
    found = scores("桥梁养护", office_weight=0)
    assert found[0] > 0 == max(found[1:])
    assert scores("桥梁养护", title_weight=1.0, office_weight=0)[0] == pytest.approx(2 * found[0])
    by_office = scores("交通运输局", title_weight=0)
    assert min(by_office[:2]) > max(by_office[2:]) == 0
    # The words of the text itself count for more than the same words in an office.
    assert int(np.argmax(scores("图书馆几点闭馆"))) == 2


def test_headings_are_searched_with_the_text() -> None:
    assert int(np.argmax(scores("治理超限"))) == 1
    assert embeddable(PASSAGES[1]) == "治理超限\n对超载车辆要从源头管住。"
    assert embeddable(PASSAGES[0]).startswith("桥梁养护要算长远账\n")


@pytest.mark.parametrize(
    ("officials", "years", "let_through"),
    [
        ({LU.key}, None, [0, 1]),
        ({LU.key, SU.key}, None, [0, 1, 2, 3]),
        (None, {"2023"}, [0, 2]),
        ({SU.key}, {"2023"}, [2]),
        ({SU.key}, {"2024"}, []),
        (set(), None, []),
        ({"没有这人|"}, None, []),
        (None, {""}, []),  # without a date it is in no year
        (None, set(), []),
    ],
)
def test_filters_fail_closed(
    officials: set[str] | None, years: set[str] | None, let_through: list[int]
) -> None:
    index = PassageIndex(PASSAGES)
    within = index.within(officials, years)
    assert within is not None
    assert np.flatnonzero(within).tolist() == let_through
    near = np.linspace(0.1, 0.4, 4, dtype=np.float32)
    found = index.candidates("社区书屋和桥梁", lambda _: near, 9, officials, years)
    assert [int(c.passage.id) for c in found] == let_through


def test_no_filter_lets_all_through() -> None:
    assert PassageIndex(PASSAGES).within(None) is None


@pytest.mark.parametrize(
    ("date", "year"),
    [("2023年5月", "2023"), ("1998-01-02", "1998"), ("", ""), ("12345", ""), ("第20233期", "")],
)
def test_the_year_of_a_date(date: str, year: str) -> None:
    assert year_of(replace(PASSAGES[3], date=date)) == year


def test_the_best_are_the_best() -> None:
    dice = np.random.default_rng(0)
    values = dice.normal(size=500).astype(np.float32)
    assert best(values, 20) == np.argsort(-values, kind="stable")[:20].tolist()
    half = np.arange(500) % 2 == 0
    assert best(values, 20, half) == [i for i in np.argsort(-values).tolist() if half[i]][:20]
    assert best(values, 999, above=0.0) == [i for i in np.argsort(-values) if values[i] > 0]
    assert best(np.zeros(3, dtype=np.float32), 2, above=0.0) == []


def test_the_search_is_exact(library: Library) -> None:
    (library.settings.documents / "a.txt").write_text(BRIDGE, encoding="utf-8")
    library.sync()
    asked = "给一线工人更好的待遇"
    texts = [embeddable(p) for p in library.passages()]
    rows = np.asarray(library.embedder.embed_documents(texts))
    wanted = rows @ np.asarray(library.embedder.embed_query(asked))
    assert library.vectors() == pytest.approx(rows, abs=1e-5)
    hits = library.dense(asked, 4)
    assert [h.score for h in hits] == pytest.approx(sorted(wanted, reverse=True)[:4], abs=1e-5)


def test_vectors_follow_the_library(library: Library) -> None:
    path = library.settings.documents / "a.txt"
    path.write_text(BRIDGE, encoding="utf-8")
    library.sync()
    before = len(library.vectors())
    path.write_text(
        BRIDGE.replace("让他们体面劳动、安心工作", "给他们发放清凉饮料"), encoding="utf-8"
    )
    library.sync()
    assert len(library.vectors()) == before == len(library.passages())
    assert "清凉饮料" in library.dense("清凉饮料", 1)[0].passage.text
    texts = [embeddable(p) for p in library.passages()]
    assert library.vectors() == pytest.approx(
        np.asarray(library.embedder.embed_documents(texts)), abs=1e-5
    )


def test_a_reader_whose_vectors_went_reads_anew(library: Library) -> None:
    path = library.settings.documents / "a.txt"
    path.write_text(BRIDGE, encoding="utf-8")
    library.sync()
    reader = Library.open(library.settings)  # has its passages, not yet their vectors
    path.write_text(BRIDGE.replace("326座", "500座"), encoding="utf-8")
    library.sync()
    hits = reader.dense("预防性养护", 9)
    assert any("500座" in h.passage.text for h in hits)
    assert not any("326座" in h.passage.text for h in hits)


WORDS = [
    "坚持预防性养护，把病害消灭在萌芽状态。",
    "人民调解员就地化解邻里纠纷，人民调解走进社区。",
    "推进营商环境建设，优化营商环境。",
    "加强人民调解组织建设，人民调解员持证上岗。",
]


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    from store.lexical import LexicalIndex

    return Spelling(LexicalIndex(WORDS).frequency)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("人民条解员做什么", "人民调解员做什么"),
        ("邻里纠汾怎么办", "邻里纠纷怎么办"),
        ("營商環竟怎么样", "营商环境怎么样"),
    ],
)
def test_a_word_typed_by_its_sound_is_put_right(spelling: Spelling, typed: str, meant: str) -> None:
    assert spelling.corrected(typed) == meant


@pytest.mark.parametrize(
    "sound",
    [
        "人民调解员做什么？",
        "月亮上为什么没有风",
        "公园里的湖能不能划船",
        "3.5% of GDP?",
        "",
        "好",
        "那最早是在哪两个地方试的",
        "养殖户的鸡蛋卖不出去怎么办",
    ],
)
def test_a_sound_question_stays_as_it_is(spelling: Spelling, sound: str) -> None:
    assert spelling.corrected(sound) == sound


def test_a_misspelled_question_finds_its_passage(library: Library) -> None:
    (library.settings.documents / "a.txt").write_text(BRIDGE, encoding="utf-8")
    library.sync()
    right = library.candidates("在特大桥上布设传感器", 1)
    typed = library.candidates("在特大桥上布社传敢器", 1)
    assert {c.passage.id for c in typed} == {c.passage.id for c in right}
