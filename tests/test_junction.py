"""Whether one text runs on into another, told by the characters on both sides of the cut."""

from __future__ import annotations

import numpy as np

from store.assembly import JOIN_FEATURES, Joiner
from store.block import Block, find_blocks
from store.continuity import Continuity, plain, run_hash
from store.junction import HASHES, REACH, Junction
from store.reader import read_bytes
from store.weighing import Weights
from training.junction import Cuts, pair_hashes

SENTENCES = (
    ("各级干部要把心思用在服务群众上，把功夫下在", "解决问题上，不能坐在办公室里听汇报。"),
    ("这项制度实行三年来，全市共办理各类案件", "一千二百余件，群众满意率明显提高。"),
    ("我们坚持以人民为", "中心，努力让改革成果惠及更多家庭。"),
    ("要建立健全长效机", "制，防止问题反弹回潮。"),
    ("春耕时节，农技人员深入田间地头，为农户提供技术", "指导，帮助他们选用良种。"),
    ("对不作为、慢作为的单位，由纪检部门进行", "约谈，并限期整改到位。"),
)


def test_the_true_start_fits_its_end_best() -> None:
    model = Junction.load()
    ends = model.ends([plain(a) for a, _ in SENTENCES])
    starts = model.starts([plain(b) for _, b in SENTENCES])
    table = ends @ starts.T
    rank = (table > np.diag(table)[:, None]).sum(axis=1)
    assert rank.max() <= 2 and (rank == 0).sum() >= 4
    assert np.diag(table).min() > np.median(table)
    first, second = SENTENCES[0]
    assert np.isclose(model.score(plain(first), plain(second)), table[0, 0], atol=1e-4)


def test_short_and_unknown_texts_have_a_score() -> None:
    model = Junction.load()
    assert np.isfinite(model.score("好", "的"))
    assert np.isfinite(model.score("\U0001f600", "\U0001f600" * 40))
    assert model.ends([]).shape[0] == 0


def test_all_pairs_have_the_scores_of_single_ones() -> None:
    model = Junction.load()
    texts = [plain(t) for pair in SENTENCES for t in pair]
    table = model.between(texts)
    assert table.shape == (len(texts), len(texts))
    assert np.isclose(table[0, 1], model.score(texts[0], texts[1]), atol=1e-4)
    assert table.min() >= -8 and table.max() <= 10


def halves(own: tuple[str, str], others: tuple[str, str]) -> tuple[Joiner, Block, Block, Block]:
    """A document of a cut sentence with another's second half between: the joiner of its blocks,
    the first half, its own second half, and the other's."""
    text = f"顾望舒\n望川市农业农村局局长\n\n{own[0]}\n\n{others[1]}\n\n{own[1]}\n"
    model, weights = Continuity.load(), Weights.load()
    blocks = find_blocks(read_bytes("a.txt", text.encode(), 1 << 20), model)
    first, wrong, right = blocks.content
    return Joiner(blocks, model, weights.join, weights.gap), first, right, wrong


def test_a_join_weighs_the_cut_and_both_lengths() -> None:
    """The true half is joined, another text of the same document is not."""
    joiner, first, right, wrong = halves(SENTENCES[0], SENTENCES[3])
    named = [
        dict(zip(JOIN_FEATURES, joiner.features(first, half), strict=True))
        for half in (right, wrong)
    ]
    assert named[0]["junction"] > 2 > named[1]["junction"]
    assert named[1]["unlikely junction"] == min(0.0, named[1]["junction"])
    assert np.isclose(named[0]["length before"], np.log(len(first.plain)))
    assert np.isclose(named[0]["length after"], np.log(len(right.plain)))
    assert joiner.joins(first, right)
    assert not joiner.joins(first, wrong)


def test_training_reads_as_the_program_does() -> None:
    """Codes and pairs on both sides of a cut are those that the nets are given later."""
    text = "坚持把制度建设贯穿始终，以钉钉子精神抓好落实，让群众看到变化。"
    alphabet = {c: n for n, c in enumerate(sorted(set(text)), 1)}
    cuts = Cuts([text], alphabet)
    assert [run_hash(text[i : i + 2]) % HASHES for i in range(5)] == list(
        pair_hashes(np.array([ord(c) for c in text], dtype=np.uint32))[:5]
    )
    at = 15
    cuts.rng = np.random.default_rng(2)  # draws a length that hides nothing
    singles, pairs = cuts.before(np.array([at]))
    shown = int((singles[0] > 0).sum())
    assert shown >= 4
    nearest = text[at - REACH - 1 : at][::-1]
    assert singles[0, :shown].tolist() == [alphabet[c] for c in nearest[:shown]]
    assert pairs[0, :shown].tolist() == [
        run_hash(nearest[i + 1] + nearest[i]) % HASHES for i in range(shown)
    ]
    singles, pairs = cuts.after(np.array([at]))
    shown = int((singles[0] > 0).sum())
    assert singles[0, :shown].tolist() == [alphabet[c] for c in text[at : at + shown]]
    assert pairs[0, :shown].tolist() == [
        run_hash(text[at + i : at + i + 2]) % HASHES for i in range(shown)
    ]
