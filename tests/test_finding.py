"""The retrieval table: its measures, its testbeds, its commands."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import numpy as np
import pytest

from rag import Assistant
from rag.__main__ import main
from rag.case import Case
from rag.damage import DAMAGES, homophone, wrong
from rag.errors import BadQuestion, RagError
from rag.finding import Finding, gain, measure
from rag.finding_plot import plot
from rag.finding_table import RANKERS, as_markdown
from rag.ranker import Ranker, Rankers
from rag.testbed import Query, Testbed, has_pairs, queries_of, read_pairs, sampled

QUERIES = [
    Query("a", "lexical", "甲", frozenset({3})),
    Query("b", "lexical", "乙", frozenset({1, 2})),
    Query("c", "other", "丙", frozenset({9})),
]
RANKINGS = {"甲": [3, 1, 2], "乙": [0, 1, 4, 2], "丙": []}


def finding(name: str = "hybrid", **rankings: list[int]) -> Finding:
    return measure([Ranker(name, lambda q: {**RANKINGS, **rankings}[q.text])], QUERIES)[0]


def test_measures_are_those_of_the_books() -> None:
    made = finding()
    first, of_two, missed = (
        {f: v[i] for f, v in made.figures.items()} for i in range(len(QUERIES))
    )
    assert set(first.values()) == {1.0}
    assert set(missed.values()) == {0.0}
    assert (of_two["hit@1"], of_two["hit@5"]) == (0, 1)
    assert (of_two["recall@1"], of_two["recall@5"]) == (0, 1)
    assert of_two["mrr@10"] == pytest.approx(1 / 2)
    ideal = 1 + 1 / math.log2(3)
    assert of_two["ndcg@10"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)


def test_a_row_for_each_type_and_one_for_all() -> None:
    rows = finding().rows()
    assert [(r["type"], r["n"]) for r in rows] == [("lexical", 2), ("other", 1), ("全部", 3)]
    assert rows[-1]["hit@1"] == pytest.approx(1 / 3, abs=1e-3)
    assert rows[-1]["ms"] is not None


def test_a_gain_comes_with_its_interval() -> None:
    same = gain(finding(), finding())
    assert (same.mean, same.low, same.high) == (0, 0, 0)
    better = gain(finding(丙=[9]), finding())
    assert better.mean == pytest.approx(1 / 3)
    assert better.low <= better.mean <= better.high


def test_the_table_says_what_fusion_gains() -> None:
    table = as_markdown([finding("bm25"), finding("hybrid", 丙=[9])], [finding("no_dense")], "en")
    assert "fused over BM25, characters and pairs: nDCG@10 +0.333" in table
    assert "| without vectors | -0.333 | -0.333 |" in table
    assert table.count("| lexical | 2 |") == 2


def test_what_the_library_holds_of_the_questions(town: Assistant) -> None:
    passages = town.library.passages()
    cases = [
        Case("1", "number", "多少座?", gold_text=("完成桥梁预防性养护３２６座",)),
        Case("2", "other", "月亮?", gold_text=("月亮上没有的话",)),
    ]
    (query,) = queries_of(cases, passages)
    assert query.id == "1"
    assert ["326座" in passages[i].text for i in query.gold] == [True]
    with pytest.raises(BadQuestion, match="gold_text"):
        queries_of(cases[1:], passages)


def test_every_way_ranks_the_library(town: Assistant) -> None:
    bed = Testbed.of(town.library)
    assert bed.vectors.shape == (len(bed.passages), town.library.embedder.dimensions)
    rankers = Rankers(bed, town.library)
    query = Query("1", "number", "全市去年完成了多少座桥梁的预防性养护?", frozenset())
    for ranker in (*rankers.main(), *rankers.ablations()):
        ranking = ranker.rank(query)
        assert "326座" in bed.passages[ranking[0]].text, ranker.name
        assert len(set(ranking)) == len(ranking) <= 10
        assert ranker.name in RANKERS


def test_the_fused_way_is_what_the_program_does(town: Assistant) -> None:
    from rag.retrieval import retrieve

    rankers = Rankers(Testbed.of(town.library), town.library)
    ways = {r.name: r for r in rankers.main()}
    for asked in ("怎么照顾养护工人?", "残疾人怎么借书?", "超载车辆怎么管?"):
        place = rankers.testbed.place
        found = retrieve(town.library, asked)
        ranking = ways["hybrid"].rank(Query("1", "", asked, frozenset()))
        assert list(ranking) == [place[f.hit.passage.id] for f in found]


def test_filters_of_the_question_are_part_of_the_understood_way(town: Assistant) -> None:
    rankers = Rankers(Testbed.of(town.library), town.library)
    ways = {r.name: r for r in (*rankers.main(), *rankers.ablations())}
    query = Query("1", "", "苏晚棠怎么看桥梁养护?", frozenset())
    owners = {
        name: {rankers.testbed.passages[i].official.name for i in ways[name].rank(query)}
        for name in ("asked", "no_filters")
    }
    assert owners["asked"] == {"苏晚棠"}
    assert "陆承远" in owners["no_filters"]


PAIRS = [
    {"question": "借书要走多远?", "passage": "居民步行十五分钟就能借到书。", "source": "书"},
    {"question": "借书要走多远?", "passage": "社区书屋就在身边。", "source": "书"},
    {"question": "桥坏了谁管?", "passage": "建立桥梁健康档案。", "source": "桥"},
    {"passage": "没有人问的段落。", "source": "书"},
]


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in PAIRS) + "\n")
    return path


def test_pairs_are_read_by_source(pairs: Path, tmp_path: Path) -> None:
    assert has_pairs(pairs)
    passages, queries = read_pairs(pairs)
    assert [p.text for p in passages] == [row["passage"] for row in PAIRS]
    assert [(q.type, sorted(q.gold)) for q in queries] == [("书", [0, 1]), ("桥", [2])]
    passages, queries = read_pairs(pairs, ["书"])
    assert (len(passages), len(queries)) == (3, 1)
    with pytest.raises(BadQuestion, match="--source"):
        read_pairs(pairs, ["没有"])
    for bad in ('{"question": "甲"}', '{"passage": 3}', "[]", "{"):
        pairs.write_text('{"passage": "好"}\n' + bad)
        with pytest.raises(BadQuestion, match="第 2 行"):
            read_pairs(pairs)
    with pytest.raises(BadQuestion, match="路径"):
        has_pairs(tmp_path / "gone.jsonl")


def test_a_sample_is_the_same_each_time() -> None:
    many = [Query(str(n), "", "问", frozenset()) for n in range(50)]
    assert sampled(many, 7) == sampled(many, 7) != many[:7]
    assert sampled(many, None) == sampled(many, 99) == many


@pytest.mark.parametrize("kind", sorted(DAMAGES))
def test_damage_is_one_kind_and_repeatable(kind: str) -> None:
    text = "去年完成了多少座桥梁的养护?2024"
    one = DAMAGES[kind](text, random.Random(3))
    assert one == DAMAGES[kind](text, random.Random(3)) != text
    assert len(one) == len(text)
    if kind in ("homophone", "wrong"):
        assert sum(a != b for a, b in zip(one, text, strict=True)) == 1
    assert DAMAGES[kind]("", random.Random(3)) == ""


def test_homophones_sound_alike() -> None:
    from pypinyin import lazy_pinyin

    for seed in range(20):
        made = homophone("桥梁养护", random.Random(seed))
        (at,) = (i for i in range(4) if made[i] != "桥梁养护"[i])
        assert lazy_pinyin(made[at]) == lazy_pinyin("桥梁养护"[at])
    assert wrong("abc", random.Random(1)) == homophone("abc", random.Random(1)) == "abc"


def environment(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    for name in ("home", "documents"):
        monkeypatch.setenv(f"YANJU_{name.upper()}", str(folder / name))


def test_the_table_of_pairs_on_the_command_line(
    pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment(monkeypatch, tmp_path)
    written = tmp_path / "table.md"
    drawn = tmp_path / "table.svg"
    call = ["eval", "--retrieval", str(pairs), "--markdown", str(written), "--plot", str(drawn)]
    assert main(call) == 0
    shown = capsys.readouterr().out
    assert "BM25（字与双字）" in shown and "去掉向量" in shown
    assert shown.strip() == written.read_text(encoding="utf-8").strip()
    svg = drawn.read_text(encoding="utf-8")
    assert svg.startswith("<svg") and "融合" in svg and "nDCG@10" in svg
    call = ["eval", "--retrieval", str(pairs), "--json", "--damage", "homophone", "--sample", "1"]
    assert main([*call, "--no-ablation"]) == 0
    rows = [json.loads(row) for row in capsys.readouterr().out.splitlines()]
    assert [r["ranker"] for r in rows] == ["bm25_words", "bm25", "dense", "hybrid"]
    assert all(r["n"] == 1 and 0 <= r["ndcg@10"] <= 1 for r in rows)


def test_a_plot_is_a_picture_or_is_refused(tmp_path: Path) -> None:
    drawn = tmp_path / "a.png"
    plot([finding()], drawn)
    assert drawn.read_bytes().startswith(b"\x89PNG")
    with pytest.raises(RagError, match=r"\.svg"):
        plot([finding()], tmp_path / "a.xls")
    with pytest.raises(RagError, match="无法写入"):
        plot([finding()], tmp_path / "no" / "a.svg")


def test_measures_hold_for_many_random_rankings() -> None:
    """Against recall and nDCG written out here."""
    dice = np.random.default_rng(5)
    queries, told = [], {}
    for n in range(40):
        gold = frozenset(dice.choice(30, size=dice.integers(1, 4), replace=False).tolist())
        queries.append(Query(str(n), "x", str(n), gold))
        told[str(n)] = dice.permutation(30)[:10].tolist()
    (made,) = measure([Ranker("hybrid", lambda q: told[q.text])], queries)
    for n, q in enumerate(queries):
        hits = [place in q.gold for place in told[q.text]]
        assert made.figures["recall@5"][n] == pytest.approx(sum(hits[:5]) / len(q.gold))
        found = sum(1 / math.log2(i + 2) for i, hit in enumerate(hits) if hit)
        ideal = sum(1 / math.log2(i + 2) for i in range(len(q.gold)))
        assert made.figures["ndcg@10"][n] == pytest.approx(found / ideal)
