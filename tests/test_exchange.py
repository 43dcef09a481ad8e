"""Whether bylines have changed places is asked once for each two whole pieces."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from store.affinity import TIES
from store.continuity import Continuity
from store.exchange import EXCHANGE, exchange_features, exchange_odds, exchanged, spread
from store.judgement import judge
from store.weighing import GROUPS, Weights
from tests.attribution_bench import generated
from training.attribution import Example, example
from training.exchange import choices, fitted, gained


@pytest.fixture(scope="module")
def turned() -> list[Example]:
    """Shuffled documents in which two bylines have changed places."""
    made = [example(json.dumps(row)) for row in generated(8, 3, "exchanged")]
    return [e for e in made if e is not None]


def test_an_exchange_and_its_undoing_weigh_the_same_but_for_what_any_costs(
    turned: list[Example],
) -> None:
    """Exchanged and back again: each feature's change is undone; the constant stays."""
    e = turned[0]
    before = exchange_features(e.blocks, e.own, e.near, e.truth)
    back = list(e.truth)
    back[0], back[1] = back[1], back[0]
    after = exchange_features(e.blocks, e.own, e.near, back)
    assert before.shape == (len(EXCHANGE), len(e.truth), len(e.truth))
    assert after[:-1, 0, 1] == pytest.approx(-before[:-1, 0, 1])
    assert (before[-1] == 1).all() and before == pytest.approx(before.transpose(0, 2, 1))


def test_a_long_piece_says_less_for_each_of_its_blocks(turned: list[Example]) -> None:
    """The same text twice as long is not twice as telling."""
    e = turned[0]
    own = np.ones((len(TIES), *e.near.shape))
    own[:, 1] = 0.0
    longest = max(e.truth, key=len)
    half = longest[: len(longest) // 2]
    others: list[tuple[int, ...]] = [()] * (len(e.truth) - 1)
    whole, part = (
        -exchange_features(e.blocks, own, e.near, [path, *others])[0, 0, 1]
        for path in (longest, half)
    )
    assert part < whole < 1.9 * part


def test_blocks_of_long_pieces_count_less_each_and_those_of_short_ones_whole() -> None:
    short, long, longest = (np.ones((len(TIES), 2, 2 * n)) for n in (4, 10, 200))
    assert (spread(short) == 1).all()
    assert spread(long) == pytest.approx(0.6 * long)
    assert spread(longest) == pytest.approx(0.5 * longest)
    assert spread(np.ones((len(TIES), 0, 0))).shape == (len(TIES), 0, 0)


def test_what_both_pieces_say_outweighs_where_their_bylines_stand() -> None:
    weights = np.zeros(len(EXCHANGE))
    weights[EXCHANGE.index("office theme")], weights[-1] = 1.0, -0.5
    features = np.zeros((len(EXCHANGE), 3, 3))
    features[-1] = 1.0
    features[0, 0, 2] = features[0, 2, 0] = 2.0
    features[0, 1, 2] = features[0, 2, 1] = 0.2
    odds = exchange_odds(features, weights.tolist(), [(0,), (1,), (2,)])
    assert exchanged(odds) == [2, 1, 0]
    assert odds[0, 2] == pytest.approx(1.5) and odds[1, 2] == pytest.approx(-0.3)
    assert np.isneginf(np.diag(odds)).all()
    features[0, 0, 2] = features[0, 2, 0] = 0.4  # says too little
    assert exchanged(exchange_odds(features, weights.tolist(), [(0,), (1,), (2,)])) == [0, 1, 2]


def test_nothing_is_exchanged_with_an_official_of_whom_nothing_is_left() -> None:
    weights = [0.0] * (len(EXCHANGE) - 1) + [9.0]
    features = np.ones((len(EXCHANGE), 2, 2))
    assert exchanged(exchange_odds(features, weights, [(0, 1), ()])) == [0, 1]
    assert exchanged(exchange_odds(features, weights, [(0,), (1,)])) == [1, 0]
    assert exchanged(np.zeros((0, 0))) == [] and exchanged(np.full((1, 1), -np.inf)) == [0]


def _by_place(weights: Weights) -> Weights:
    """The same, each block's official told by where it lies alone."""
    vector = weights.vector.copy()
    at = [name for name, _ in GROUPS].index("own")
    first = sum(size for _, size in GROUPS[:at])
    vector[first : first + len(TIES)] = 0.0
    return replace(weights, vector=vector)


def test_bylines_that_changed_places_are_told_by_whole_pieces(turned: list[Example]) -> None:
    weights, model = _by_place(Weights.load()), Continuity.load()
    right = {True: 0, False: 0}
    for e in turned:
        for asked in right:
            given = weights if asked else replace(weights, exchange=())
            paths = judge(e.blocks, model, given).decision.paths
            right[asked] += sum(len(set(p) & set(t)) for p, t in zip(paths, e.truth, strict=True))
    assert right[True] > 1.2 * right[False]


def test_printed_pages_keep_their_bylines(turned: list[Example]) -> None:
    """Where the geometry of pages is known, no question of an exchange is asked."""
    weights, model = _by_place(Weights.load()), Continuity.load()
    always = replace(weights, exchange=(0.0,) * (len(EXCHANGE) - 1) + (9.0,))
    never = replace(weights, exchange=())
    blocks = turned[0].blocks
    for printed in (True, False):
        given = [judge(blocks, model, w, printed).decision.paths for w in (always, never)]
        assert (given[0] == given[1]) == printed


def test_the_fit_learns_what_leads_to_more_right_blocks(turned: list[Example]) -> None:
    given = [choices(e, Weights.load()) for e in turned]
    rows, counts = given[0]
    assert rows.shape == (len(counts), len(EXCHANGE)) and not rows[0].any()
    rng = np.random.default_rng(0)
    made = []
    for _ in range(60):  # an exchange is right where the office's theme says so
        rows = rng.normal(size=(2, len(EXCHANGE)))
        rows[0], rows[1, -1] = 0.0, 1.0
        made.append((rows, np.array([5.0, 9.0 if rows[1, 0] > 0.2 else 1.0])))
    weights = fitted(made)
    assert weights[0] == max(weights)
    before, after = gained(made, weights)
    assert before == 300.0 and after > 360.0
