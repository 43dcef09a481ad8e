from collections.abc import Callable

import bm25s
import numpy as np
import pytest

from store.lexical import LexicalIndex
from store.vocabulary import Vocabulary, tokenize
from tests.benchmark import passages

TEXTS = [
    "我们推行一窗受理，让群众办事只跑一次。",
    "去年全县粮食产量增长3.5%，达到12万吨。",
    "法院设立巡回审判点，就地调解邻里纠纷。",
    "Our county opened an e-mail hotline for farmers.",
    "",
]


@pytest.fixture(scope="module")
def index() -> LexicalIndex:
    return LexicalIndex(TEXTS)


def test_characters_and_pairs() -> None:
    assert tokenize("办事难") == ["办", "事", "难", "办事", "事难"]


def test_pairs_do_not_cross_punctuation() -> None:
    assert "事难" not in tokenize("办事，难")


def test_numbers_and_latin_words_stay_whole() -> None:
    tokens = tokenize("增长３.５％，GDP 与 e-mail")
    assert {"3.5%", "gdp", "e-mail", "mail"} <= set(tokens)
    assert "5" not in tokens


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("群众办事要跑几次？", 0),
        ("粮食产量增长多少", 1),
        ("糧食產量增長多少", 1),
        ("增长３.５％的是什么", 1),
        ("邻居之间的纠纷怎么调解", 2),
        ("which HOTLINE for farmers", 3),
        ("e-mail", 3),
    ],
)
def test_the_right_text_comes_first(index: LexicalIndex, question: str, right: int) -> None:
    assert int(index.scores(question).argmax()) == right


def test_scores_have_one_number_a_text(index: LexicalIndex) -> None:
    scores = index.scores("调解纠纷")
    assert scores.shape == (len(TEXTS),) == (len(index),)
    assert scores.dtype == np.float32
    assert scores[2] > 0
    assert scores[3] == 0
    assert scores[4] == 0


@pytest.mark.parametrize("question", ["", "？！", "xyz", "饕餮"])
def test_nothing_in_common_scores_nothing(index: LexicalIndex, question: str) -> None:
    assert not index.scores(question).any()


@pytest.mark.parametrize("texts", [[], [""], ["，。", "  "]])
def test_empty_collections_answer(texts: list[str]) -> None:
    scores = LexicalIndex(texts).scores("群众")
    assert scores.shape == (len(texts),)
    assert not scores.any()


def test_a_rare_word_counts_for_more_than_a_common_one() -> None:
    index = LexicalIndex(["工作会议"] * 8 + ["工作调解"])
    assert int(index.scores("工作调解").argmax()) == 8


@pytest.mark.parametrize("cut", [tokenize, str.split], ids=["ours", "white space"])
@pytest.mark.parametrize("at_once", [7, 2_000])
def test_scores_are_those_of_bm25s(
    monkeypatch: pytest.MonkeyPatch, cut: Callable[[str], list[str]], at_once: int
) -> None:
    monkeypatch.setattr("store.lexical.PART", at_once)
    texts = [*passages(60), "", "a b a", *TEXTS]
    index = LexicalIndex(texts, k1=1.3, b=0.6, cut=cut)
    ids: dict[str, int] = {}
    rows = [[ids.setdefault(token, len(ids)) for token in cut(text)] for text in texts]
    theirs = bm25s.BM25(method="lucene", k1=1.3, b=0.6)
    theirs.index((rows, ids), create_empty_token=False, show_progress=False)
    for question in [*texts[::7], "a b z", "工作工作会议"]:
        known = [ids[token] for token in cut(question) if token in ids]
        want = theirs.get_scores(known) if known else np.zeros(len(texts))
        assert np.allclose(index.scores(question), want, rtol=1e-5)
    for token in ("a", "工作", "没有"):
        assert index.frequency(token) == sum(token in cut(text) for text in texts)


STRANGE = [
    "增长３.５％，GDP 与 e-mail；A&B、12/31、3,000‰ 和 x.y.z",
    "第〇号𠀀𠀁決定\n\n会㊙议\u3000办\ud800公",
    "é́e\u0301 café's 办事_指南 ﬁle ½㎡ ㈠ 豈 〡 々",
    "",
    " \t。，",
    "同同同同同 同同",
]


@pytest.mark.parametrize("texts", [STRANGE, TEXTS, STRANGE[::-1] + TEXTS])
def test_many_texts_at_once_are_cut_as_each_alone(texts: list[str]) -> None:
    words = Vocabulary()
    made = words.counted(texts)
    assert made.lengths.tolist() == [len(tokenize(text)) for text in texts]
    want = {}
    for place, text in enumerate(texts):
        for token in tokenize(text):
            key = words.number(token), place
            want[key] = want.get(key, 0) + 1
    tokens = np.repeat(made.tokens, made.texts).tolist()
    found = dict(zip(zip(tokens, made.places.tolist(), strict=True), made.often, strict=True))
    assert found == want
    assert (np.diff(made.tokens) > 0).all()
    assert words.number("没有的字么") == -1
