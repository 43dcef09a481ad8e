"""How sure attribution is of itself, and what that rests on."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from store.affinity import TIES, nearness, ties
from store.arrangement import Arrangement, arrange, reconsidered
from store.assembly import GAP_FEATURES, JOIN_FEATURES, Joiner
from store.attribution import attribute
from store.block import Blocks, find_blocks
from store.continuity import Continuity
from store.doubt import SIGNS, chances, exchanges, leads, signs
from store.evidence import gather
from store.exchange import EXCHANGE
from store.reader import read_bytes
from store.tally import Terms
from store.theme import Themes
from store.weighing import SIZE, Weights, weigh
from tests.attribution_bench import generated
from training.assignment import blended, built, fitted, pools
from training.attribution import Example, example, features
from training.confidence import fit
from training.decided import Table, decided
from training.rivals import Pool, disturbed, softmax_margin


@pytest.fixture(scope="module")
def shuffled() -> tuple[Blocks, Terms, Arrangement]:
    """A shuffled document with the decision on it."""
    (row,) = generated(1, 4)
    model = Continuity.load()
    blocks = find_blocks(read_bytes("a.txt", row["text"].encode(), 1 << 20), model)
    themes = Themes([b.line.text for b in blocks.content])
    terms = weigh(
        Weights.load(), gather(blocks, model, themes), ties(blocks, themes), nearness(blocks)
    )
    return blocks, terms, arrange(terms, blocks.content)


def test_the_weights_that_ship_fit_what_they_weigh() -> None:
    weights = Weights.load()
    assert weights.vector.shape == (SIZE,)
    assert len(weights.join) == len(JOIN_FEATURES)
    assert len(weights.gap) == len(GAP_FEATURES)
    assert len(weights.confidence) == len(SIGNS)
    assert len(weights.exchange) == len(EXCHANGE)
    assert len(weights.members) >= 2
    assert all(member.shape == (SIZE,) for member in weights.members)
    again = json.loads(weights.dumps())
    assert len(again["own"]) == len(TIES)


def test_other_weights_are_asked(shuffled: tuple[Blocks, Terms, Arrangement]) -> None:
    """The same terms say the same again; turned round, they say something else."""
    blocks, terms, decision = shuffled
    owner = {b: k for k, path in enumerate(decision.paths) for b in path}
    same = reconsidered(terms, blocks.content, decision)
    assert same == [owner[i] for i in range(len(blocks.content))]
    turned = Terms(
        terms.follow, terms.start, terms.end, terms.own - 9 * np.eye(len(decision.paths))[:, :1],
        -terms.near, -terms.bond, terms.steps, terms.empty,
    )  # fmt: skip
    assert reconsidered(turned, blocks.content, decision) != same


def test_dissent_and_small_margins_make_doubt(
    shuffled: tuple[Blocks, Terms, Arrangement],
) -> None:
    blocks, terms, decision = shuffled
    lead = leads(terms, decision)
    owner = reconsidered(terms, blocks.content, decision)
    other = [(k + 1) % len(decision.paths) for k in owner]
    weights = Weights.load().confidence
    clear = np.full(len(decision.paths), 8.0)
    agreed = chances(signs(blocks, terms, decision, lead, [owner, owner], owner, clear), weights)
    denied = chances(signs(blocks, terms, decision, lead, [other, other], other, clear), weights)
    assert agreed.shape == (len(blocks.content),)
    assert ((agreed > 0) & (agreed < 1)).all()
    assert (agreed >= denied).all() and (agreed > denied).any()


def test_pieces_that_could_as_well_be_each_others_are_told() -> None:
    """Two pieces of one block; the second official's office says nothing about either."""
    n = np.zeros((2, 2))
    terms = Terms(n, n[0], n[0], np.array([[1.0, 0.5], [0, 0]]), np.array([[4.0, -2], [0, 3]]),
                  n, (0.0, 0.0, 0.0), -6.0)  # fmt: skip
    decision = Arrangement(((0,), (1,)), np.ones(2), (1, 0))
    whole, content = exchanges(terms, decision)
    assert whole.tolist() == [9.5, 9.5]
    assert content.tolist() == [0.5, 0.5], "their places alone keep them apart"


def test_weights_that_hardly_look_at_places_see_the_rest_as_before() -> None:
    weights = Weights.load()
    blind = Weights(weights.blind())
    assert blind.vector.shape == weights.vector.shape
    assert np.ptp(blind["near"]) < 0.5 * np.ptp(weights["near"])
    assert (blind["own"] == weights["own"]).all() and (blind["kin"] == weights["kin"]).all()
    table, before = blind["classes"].reshape(-1, 5), weights["classes"].reshape(-1, 5)
    assert np.allclose(table.mean(axis=1), before.mean(axis=1))
    assert (np.ptp(table, axis=1) <= np.ptp(before, axis=1) + 1e-9).all()


def test_printed_pages_are_weighed_by_content() -> None:
    weights = Weights.load()
    chosen = weights.by_content()
    assert any(chosen.vector is member for member in weights.members)
    assert chosen["kin"] >= max(Weights(m)["kin"] for m in weights.members)
    assert chosen.confidence == weights.confidence
    alone = Weights(weights.vector)
    assert alone.by_content() is alone


def test_a_half_is_joined_by_the_word_that_was_cut() -> None:
    text = (
        "顾望舒\n望川市人民法院院长\n\n全市法院坚持司法为民，努力让人民群众在每一个司法案件中感受到公平正\n\n"
        "义，推动审判工作高质量发展。\n\n立案窗口实行一次办好。\n"
    )
    (remarks,) = attribute(read_bytes("a.txt", text.encode(), 1 << 20))
    assert [p.lines for p in remarks.paragraphs] == [(4, 6), (8,)]
    assert not any(p.gap_before or p.gap_after for p in remarks.paragraphs)


def test_what_stops_open_before_a_heading_is_marked_on_its_own_side_only() -> None:
    text = (
        "顾望舒\n望川市人民法院院长\n\n一、聚焦执行攻坚\n\n执行工作连着民心，全院干警要把执行到位作为\n\n"
        "二、做实诉前调解\n\n诉前调解要抓早抓小，把矛盾化解在萌芽状态。\n"
    )
    (remarks,) = attribute(read_bytes("a.txt", text.encode(), 1 << 20))
    assert [(p.gap_before, p.gap_after) for p in remarks.paragraphs] == [
        (False, True),
        (False, False),
    ]


def test_a_block_that_begins_inside_a_sentence_always_lacks_its_start() -> None:
    text = "顾望舒\n望川市人民法院院长\n\n，把矛盾化解在萌芽状态。\n\n要抓早抓小。\n"
    model = Continuity.load()
    blocks = find_blocks(read_bytes("a.txt", text.encode(), 1 << 20), model)
    joiner = Joiner(blocks, model, (0.0,) * len(JOIN_FEATURES), (0.0,) * len(GAP_FEATURES))
    first, second = blocks.content
    assert joiner.lacks(None, first)
    assert not joiner.lacks(first, second)


def test_a_fit_learns_what_tells_right_from_wrong() -> None:
    rng = random.Random(1)
    rows = [[rng.gauss(0, 1), 1.0] for _ in range(400)]
    table = Table(rows, [x + rng.gauss(0, 0.5) > 0.3 for x, _ in rows])
    slope, shift = fit([table])
    assert slope > 1 and -1.5 < shift < -0.1
    careful = fit([table], 0.9)
    assert careful[0] == slope and careful[1] < shift - 2


def test_samples_know_the_truth(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = generated(2, 5)
    path.write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    made = decided(path, Weights.load())
    assert np.mean(made.owner.truth) > 0.9
    assert any(made.join.truth)
    assert all(len(row) == len(JOIN_FEATURES) for row in made.join.rows)


def test_rivals_teach_the_weights() -> None:
    """From nothing, a round against disturbed copies ranks the truth above most of them."""
    examples = [e for r in generated(4, 6) if (e := example(json.dumps(r)))]
    assert examples and isinstance(examples[0], Example)
    rng = random.Random(2)
    pool = Pool(examples[0])
    assert pool.add([examples[0].truth]) == 0
    copies = disturbed(examples[0].truth, 30, rng)
    assert pool.add(copies) == len(copies - {examples[0].truth})
    vector = softmax_margin(examples, np.zeros(SIZE), 1, seed=3)
    beaten = [
        features(e, e.truth) @ vector > features(e, paths) @ vector
        for e in examples
        for paths in disturbed(e.truth, 30, rng) - {e.truth}
    ]
    assert np.mean(beaten) > 0.9


def test_ties_are_learned_from_pieces_in_wrong_mouths() -> None:
    """From a weight of nothing, exchanged pieces alone teach that the office's words count."""
    examples = [e for r in generated(5, 6) if (e := example(json.dumps(r)))]
    rng = random.Random(3)
    for e in examples:
        wrong = built(e, rng)
        assert e.truth not in wrong and len(wrong) > 5
        blocks = sorted(b for path in e.truth for b in path)
        assert all(sorted(b for path in paths for b in path) == blocks for paths in wrong)
    given = pools(examples, rng)
    home = Weights.load().vector
    moved = fitted(given, np.zeros(SIZE), ("own",))
    changed = np.nonzero(moved)[0]
    assert 0 < len(changed) <= len(TIES)
    assert Weights(moved)["own"][:2].max() > 0.3
    mixed = Weights(blended(home, 2 * home))
    assert mixed["near"][0] == pytest.approx(Weights(home)["near"][0])
    assert mixed["kin"] == Weights(home)["kin"]
    assert mixed["own"] == pytest.approx(1.5 * Weights(home)["own"])
