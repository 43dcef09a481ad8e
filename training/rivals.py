"""All weights of the joint decision together, against the rivals that the search finds.

Each document has the true state, its disturbed copies, and every state the search climbed to in
any round. The weights make the true one likeliest among them (softmax), the more so the more
blocks a rival has wrong; they are drawn back to where they began, and the later rounds' are
averaged, as single rounds move a document in twenty.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from training.attribution import Example, decide, features

Floats = NDArray[np.float64]
Paths = tuple[tuple[int, ...], ...]

_COST = 0.3  # nats by which the truth must lead for each wrong block
_BACK = 3.0  # how strongly the weights are drawn back
_DISTURBED = 60  # disturbed copies of each true state


class Pool:
    """The rivals of one document, as differences of features from the true state."""

    def __init__(self, example: Example) -> None:
        self.example = example
        self._truth = features(example, example.truth)
        self._seen: set[Paths] = {example.truth}
        self.rows: list[Floats] = []
        self.costs: list[float] = []

    def add(self, states: Iterable[Paths]) -> int:
        """Take in states; how many were new."""
        before = len(self.rows)
        for paths in states:
            if paths not in self._seen:
                self._seen.add(paths)
                self.rows.append(features(self.example, paths) - self._truth)
                self.costs.append(_COST * _wrong(paths, self.example.truth))
        return len(self.rows) - before


def _wrong(paths: Paths, truth: Paths) -> float:
    """Blocks with a wrong official, and half of the wrong junctions."""
    blocks = sum(len(set(a) - set(b)) for a, b in zip(paths, truth, strict=True))
    junctions = sum(
        len(set(itertools.pairwise(a)) - set(itertools.pairwise(b)))
        for a, b in zip(paths, truth, strict=True)
    )
    return blocks + 0.5 * junctions


def disturbed(truth: Paths, count: int, rng: random.Random) -> set[Paths]:
    """Copies of the true state in which one or two stretches are moved."""
    made: set[Paths] = set()
    for _ in range(count):
        paths = [list(path) for path in truth]
        for _ in range(rng.choice((1, 1, 2))):
            source = rng.choice(paths)
            if not source:
                continue
            first = rng.randrange(len(source))
            last = min(len(source), first + rng.choice((1, 1, 2, 3, 6)))
            stretch = source[first:last]
            del source[first:last]
            target = rng.choice(paths)
            at = rng.choice((0, len(target), rng.randint(0, len(target))))
            target[at:at] = stretch
        made.add(tuple(map(tuple, paths)))
    return made


def softmax_margin(
    examples: Sequence[Example], vector: Floats, rounds: int, seed: int, back: float = _BACK
) -> Floats:
    """The mean of the later rounds' weights.

    Args:
        vector: weights to begin with and to be drawn back to.
        back: how strongly (L2).
    """
    rng = random.Random(seed)
    pools = [Pool(e) for e in examples]
    for pool in pools:
        pool.add(disturbed(pool.example.truth, _DISTURBED, rng))
    current, kept = vector.copy(), []
    for turn in range(rounds):
        fresh = 0
        for pool in pools:
            found = decide((current, pool.example, (0.3, 0.0)[turn % 2], turn))
            fresh += pool.add((found.paths, *found.climbed))
        current = _fitted(pools, vector, current, back)
        kept.append(current)
        print(f"round {turn + 1}: {fresh} new rivals", flush=True)
    mean: Floats = np.mean(kept[len(kept) // 2 :], axis=0) if kept else vector
    return mean


def _fitted(pools: Sequence[Pool], home: Floats, start: Floats, back: float) -> Floats:
    given = [(np.array(p.rows), np.array(p.costs)) for p in pools if p.rows]

    def loss(w: Floats) -> tuple[float, Floats]:
        away = w - home
        value, slope = 0.5 * back * float(away @ away), back * away
        for rows, costs in given:
            lead = np.append(rows @ w + costs, 0.0)  # the true state comes last
            top = float(lead.max())
            chance = np.exp(lead - top)
            value += top + float(np.log(chance.sum()))
            slope = slope + rows.T @ (chance[:-1] / chance.sum())
        return value, slope

    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    fitted: Floats = found
    return fitted
