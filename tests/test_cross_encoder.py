"""Whether a passage answers, judged by reading it together with the question."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rag.cross_encoder import (
    LONGEST,
    MODEL,
    NEVER,
    WINDOW,
    CrossEncoder,
    layout,
    odds,
    windows,
)
from store.encoder import MODEL as ENCODER
from store.errors import EmbedderUnavailable

PASSAGE = "对逾期未申报的纳税人，税务所应当在五个工作日内电话提醒，并可上门辅导一次。"


@pytest.fixture(scope="module")
def model() -> CrossEncoder:
    return CrossEncoder()


@pytest.mark.parametrize(
    ("answered", "missed"),
    [
        ("忘了报税，税务所几天内会打电话？", "忘了报税要罚多少钱？"),
        ("没按时申报，会有人上门教吗？", "申报的软件在哪里下载？"),
        ("过期没报税税务所怎么提醒", "出口退税几天到账"),
    ],
)
def test_what_a_passage_tells_is_told_from_what_it_leaves_out(
    model: CrossEncoder, answered: str, missed: str
) -> None:
    assert model.judge(answered, PASSAGE) > model.judge(missed, PASSAGE) + 0.5


def test_several_at_once_and_none(model: CrossEncoder) -> None:
    question, other = "没按时申报，会有人上门教吗？", "食堂的饭菜很好吃。"
    low, high = odds(question, [other, PASSAGE])
    assert high == pytest.approx(model.judge(question, PASSAGE), abs=1e-4)
    assert high > low == odds(question, [other])[0] > NEVER
    assert odds(question, []) == []


def test_nothing_asked_is_not_answered(model: CrossEncoder) -> None:
    assert model.judge("", PASSAGE) == NEVER
    assert model.judge("没按时申报，会有人上门教吗？", "") < model.judge(
        "没按时申报，会有人上门教吗？", PASSAGE
    )


def test_what_is_too_long_is_cut(model: CrossEncoder) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(ENCODER / "tokenizer.json"))
    ids, first, last = layout(tokenizer, "怎么办" * 500, "提醒" * 5000)
    assert len(ids) == LONGEST and 0 < first < last < LONGEST
    assert "怎么办" in tokenizer.decode(ids[first:last])
    assert model.judge("怎么办" * 500, "提醒" * 50_000) >= NEVER


def test_it_is_small() -> None:
    assert sum(path.stat().st_size for path in MODEL.iterdir()) < 16 * 2**20


def test_a_damaged_model_says_the_remedy(damaged: Callable[[Path], Path]) -> None:
    with pytest.raises(EmbedderUnavailable) as caught:
        CrossEncoder(damaged(MODEL))
    assert "重新安装" in caught.value.zh and "install" in caught.value.en


def test_a_long_passage_is_read_to_its_end() -> None:
    long = "食堂的饭菜很好吃。" * 60 + PASSAGE
    parts = windows(long)
    assert "".join(parts) == long and len(parts) > 1
    assert all(len(part) <= WINDOW + len(PASSAGE) for part in parts)
    question = "没按时申报，会有人上门教吗？"
    told, untold = odds(question, [long, "食堂的饭菜很好吃。" * 60])
    assert told > untold
    assert windows("长" * 1000) == ["长" * WINDOW, "长" * WINDOW, "长" * (1000 - 2 * WINDOW)]
