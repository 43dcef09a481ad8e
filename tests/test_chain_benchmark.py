"""The comparison with LangChain's chain runs, each side by itself, on a small set."""

from __future__ import annotations

from tests.chain_benchmark import SIDES, apart, measured, table


def test_each_side_finds_what_it_was_given() -> None:
    made = {side: apart(side, 60, 8) for side in SIDES}
    for side, keys in (("ours", ("whole", "bm25")), ("chain", ("whole_cut", "bm25"))):
        for key in keys:
            assert made[side][key]["recall"] >= 0.75, (side, key)
    # The chain as it comes cuts at white space, and Chinese has none.
    assert made["chain"]["whole"]["ndcg"] < made["chain"]["whole_cut"]["ndcg"]
    text = table(60, made)
    assert text.count("\n|") == 13 and "rank_bm25" in text


def test_one_right_passage_is_judged_by_its_place() -> None:
    found = {"a": ["第3项工作", "第1项工作"], "b": [f"第{n}项工作" for n in range(6)]}
    told = measured(found.__getitem__, [("a", 1), ("b", 5)])
    assert told["recall"] == 0.5
    assert abs(told["ndcg"] - (0.6309 + 0.3562) / 2) < 1e-4
