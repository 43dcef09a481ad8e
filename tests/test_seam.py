"""Whether one text runs on into another, told by reading both as one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from store.assembly import JOIN_FEATURES
from store.encoder import MODEL as ENCODER
from store.errors import EmbedderUnavailable
from store.seam import MODEL, REACH, Seam, layout
from store.weighing import Weights
from tests.test_junction import SENTENCES, halves


@pytest.fixture(scope="module")
def model() -> Seam:
    return Seam.load()


def test_the_true_start_is_told_from_other_texts(model: Seam) -> None:
    starts = [start for _, start in SENTENCES]
    table = [[model.judge(end, start) for start in starts] for end, _ in SENTENCES]
    own = [row[n] for n, row in enumerate(table)]
    others = [v for n, row in enumerate(table) for m, v in enumerate(row) if m != n]
    assert sum(max(row) == row[n] for n, row in enumerate(table)) >= 3
    assert sum(own) / len(own) > sum(others) / len(others) + 1


def test_a_word_goes_on_where_it_was_cut_through(model: Seam) -> None:
    end = "全县从机关抽调了一百二十名驻村干"
    assert model.judge(end, "部，逐户走访困难家庭。") > model.judge(end, "收入比上年增长一成。") + 1


@pytest.mark.parametrize(("end", "start"), [("", "的"), ("好", " \n"), ("", "")])
def test_a_blank_side_says_nothing(model: Seam, end: str, start: str) -> None:
    assert model.judge(end, start) == 0.0


def test_only_what_lies_near_the_cut_counts_and_spaces_do_not(model: Seam) -> None:
    end, start = SENTENCES[0]
    near = "前面说过的许多话。" * 9 + end
    far = "另外的一件事情。" * 50 + near
    assert len(near) > REACH
    assert model.judge(near, start) == model.judge(far, start)
    spaced = f"{near[:-3]} {near[-3:]}", f"{start[:2]}\u3000{start[2:]}"
    assert model.judge(*spaced) == model.judge(near, start)


def test_the_places_judged_are_those_at_the_cut() -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(ENCODER / "tokenizer.json"))
    ids, left, right = layout(tokenizer, "我们要推动高质量", "发展，造福群众。")
    read = [tokenizer.decode([n]) for n in ids]
    assert right - left in (0, 1)
    assert "".join(read[left : right + 1]).replace(" ", "").find("发") >= 0
    ids, left, right = layout(tokenizer, "他说：", "明天开会")
    assert right == left + 1 and "：" in tokenizer.decode([ids[left]]).replace(":", "：")
    ids, left, right = layout(tokenizer, "群", "众")  # one word, cut through
    assert left == right or right == left + 1
    assert 0 < left <= right < len(ids) - 1


def test_a_join_weighs_what_is_read_as_one() -> None:
    joiner, first, right, wrong = halves(SENTENCES[3], SENTENCES[5])
    at = JOIN_FEATURES.index("read as one")
    read = [joiner.features(first, half)[at] for half in (right, wrong)]
    assert read == [Seam.load().judge(first.line.text, b.line.text) for b in (right, wrong)]
    assert read[0] > read[1] and Weights.load().join[at] > 0


def test_it_is_small() -> None:
    assert sum(path.stat().st_size for path in MODEL.iterdir()) < 8 * 2**20


def test_a_damaged_model_says_the_remedy(damaged: Callable[[Path], Path]) -> None:
    with pytest.raises(EmbedderUnavailable) as caught:
        Seam(damaged(MODEL))
    assert "重新安装" in caught.value.zh and "install" in caught.value.en
