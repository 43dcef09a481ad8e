"""What the transformer at the cut learns from: stretches that do not follow each other."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from store.encoder import MODEL as ENCODER
from store.seam import Seam
from training.chains import ENDS, Chain, Chains, read_texts
from training.continuity import fold_of
from training.seam import SeamPlan, judged_pieces, make_seam

THEMES = ("农田水利", "社区养老", "城市绿化", "职业教育")
WAYS = ("摸清底数", "排出清单", "落实到人", "逐月通报", "年底验收", "公开结果")


def _article(theme: str, n: int) -> list[str]:
    return [
        f"第{n}年，我们围绕{theme}{way}，把{theme}的第{k}项任务交给{theme}专班，"
        f"由专班在{k + n}个乡镇先行试点，再把{way}的做法推广到全县，群众对此表示满意。"
        for k, way in enumerate(WAYS, 1)
    ]


ARTICLES = [_article(theme, n) for theme in THEMES for n in range(3)]


@pytest.fixture(scope="module")
def drawn() -> list[Chain]:
    chains = Chains({"articles": ARTICLES, "news": [], "broadcasts": []}, 3)
    return [chains.draw() for _ in range(200)]


def test_stretches_are_of_the_texts_and_seams_between_what_does_not_follow(
    drawn: list[Chain],
) -> None:
    paragraphs = [row for article in ARTICLES for row in article]
    for chain in drawn:
        bounds = [0, *chain.seams, len(chain.text)]
        parts = [chain.text[a:b] for a, b in pairwise(bounds)]
        assert 2 <= len(parts) <= 4
        assert all(any(part in row for row in paragraphs) for part in parts)
        assert all(chain.text[seam - 1] not in ENDS for seam in chain.seams)
    whole = sum(
        any(chain.text[seam - 4 : seam + 6] in row for row in paragraphs)
        for chain in drawn
        for seam in chain.seams
    )
    assert whole < 0.1 * len(drawn)
    assert {len(chain.seams) for chain in drawn} == {1, 2, 3}


def test_asked_is_every_cut_but_near_seams_and_after_full_stops() -> None:
    tokenizer = Tokenizer.from_file(str(ENCODER / "tokenizer.json"))
    text = "各单位要认真研究，抓好落实。会议听取了关于粮食生产情况的汇报，并作出安排"
    seam = text.index("粮食")
    ids, asked = judged_pieces(tokenizer, Chain(text, (seam,)))
    shift = len(tokenizer.encode("").ids) - 1
    spans = tokenizer.encode(text, add_special_tokens=False).offsets
    assert len(ids) == len(spans) + shift + 1
    torn = [a for a in asked if not a.goes_on]
    assert len(torn) == 1 and torn[0].weight == 1
    first, last = spans[torn[0].left - shift], spans[torn[0].right - shift]
    assert first[0] < seam < last[1] and first[1] <= seam + len("粮食")
    stop = text.index("。") + 1
    for one in asked:
        end = spans[one.left - shift][1]
        if one.goes_on and one.right > one.left:
            assert end != stop and abs(end - seam) >= 6
        elif one.goes_on:
            assert one.weight == end - spans[one.left - shift][0] - 1 > 0


def test_texts_of_folds_and_held_out_runs_are_left_out(tmp_path: Path) -> None:
    import json

    rows = ["\n".join(article) for article in ARTICLES]
    path = tmp_path / "text.jsonl"
    lines = [json.dumps({"text": row, "source": "speeches"}, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    every = read_texts([path], set(), ())
    assert len(every["articles"]) == len(ARTICLES) and not every["news"]
    out = fold_of(rows[0])
    kept = read_texts([path], set(), (out,))["articles"]
    assert len(kept) == sum(fold_of(row) != out for row in rows) < len(ARTICLES)


def test_a_model_is_made_and_the_same_again(tmp_path: Path) -> None:
    plan = SeamPlan(steps=3, chains=4, layers=1)
    for name in ("one", "two"):
        chains = Chains({"articles": ARTICLES}, 1)
        make_seam(chains, plan, tmp_path / name)
    one, two = (Seam(tmp_path / name) for name in ("one", "two"))
    end, start = ARTICLES[0][0][:20], ARTICLES[0][0][20:]
    assert one.judge(end, start) == two.judge(end, start) != 0.0
    assert one.judge(end, start) != one.judge(end, ARTICLES[5][1][9:])
