"""Fit what ties whole pieces to officials: the office's and title's words and themes, and nearness.

    python -m training.assignment --signed one.jsonl --others two.jsonl --weights weights.json \
        --output new.json --counts counts.npz

Against rivals that are built from the truth, without a search: pieces exchanged, tails exchanged,
stretches left where they lie in the file. The ties are fitted on articles whose authors' offices
are real (``--signed``), nearness and kinship on these and the others. What ships is the mean with
the given weights in ties and nearness; the fit itself becomes a member, whose dissent is a sign of
doubt: it leans more on the content than the weights that ship.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from store import continuity
from store.weighing import GROUPS, SIZE, Weights
from training.attribution import Example, load
from training.rivals import Paths, Pool, disturbed

Floats = NDArray[np.float64]
_COPIES = 60  # disturbed copies of each truth
_TAILS = 3  # exchanges of tails for each two pieces
_BACK = 8.0  # how strongly the weights are drawn back


def built(e: Example, rng: random.Random) -> set[Paths]:
    """States that pages make likely and that are wrong."""
    truth, count = e.truth, len(e.truth)
    made: set[Paths] = set()
    for k in range(count):
        for q in range(k + 1, count):
            made.add(_with(truth, {k: truth[q], q: truth[k]}))
            for _ in range(_TAILS):
                a, b = rng.randint(0, len(truth[k])), rng.randint(0, len(truth[q]))
                one, two = truth[k][:a] + truth[q][b:], truth[q][:b] + truth[k][a:]
                made.add(_with(truth, {k: one, q: two}))
    made |= _left_behind(truth)
    places = [max(0, sum(b.first < c.place for b in e.blocks.bylines) - 1)
              for c in e.blocks.content]  # fmt: skip
    made.add(tuple(tuple(i for i, p in enumerate(places) if p == k) for k in range(count)))
    made.add(tuple(tuple(sorted(path)) for path in truth))
    made.discard(truth)
    return made


def _with(paths: Paths, changed: dict[int, tuple[int, ...]]) -> Paths:
    return tuple(changed.get(k, path) for k, path in enumerate(paths))


def _left_behind(truth: Paths) -> set[Paths]:
    """Stretches of a piece, or their first or last block, given to the piece beside them in the
    file."""
    owner = {b: k for k, path in enumerate(truth) for b in path}
    made: set[Paths] = set()
    for k, path in enumerate(truth):
        at = 0
        while at < len(path):
            end = at + 1
            while end < len(path) and path[end] == path[end - 1] + 1:
                end += 1
            for first, last in {(at, end), (at, at + 1), (end - 1, end)}:
                stretch = path[first:last]
                for beside, side in ((stretch[0] - 1, 1), (stretch[-1] + 1, 0)):
                    q = owner.get(beside, k)
                    if q != k:
                        to = truth[q].index(beside) + side
                        grown = truth[q][:to] + stretch + truth[q][to:]
                        made.add(_with(truth, {k: path[:first] + path[last:], q: grown}))
            at = end
    return made


def pools(examples: Sequence[Example], rng: random.Random) -> list[Pool]:
    """The rivals of each document."""
    made = []
    for e in examples:
        pool = Pool(e)
        pool.add(disturbed(e.truth, _COPIES, rng))
        pool.add(built(e, rng))
        made.append(pool)
    return made


def fitted(given: Sequence[Pool], home: Floats, groups: Sequence[str]) -> Floats:
    """`home` with the weights of `groups` moved so that the truths lead their rivals (softmax)."""
    free = np.zeros(SIZE, dtype=bool)
    at = 0
    for name, size in GROUPS:
        free[at : at + size] = name in groups
        at += size
    tables = [(np.array(p.rows), np.array(p.costs)) for p in given if p.rows]
    ready = [(rows[:, free], rows @ home + costs) for rows, costs in tables]

    def loss(x: Floats) -> tuple[float, Floats]:
        value, slope = 0.5 * _BACK * float(x @ x), _BACK * x
        for rows, lead in ready:
            now = np.append(rows @ x + lead, 0.0)  # the truth comes last
            top = float(now.max())
            chance = np.exp(now - top)
            value += top + float(np.log(chance.sum()))
            slope = slope + rows.T @ (chance[:-1] / chance.sum())
        return value, slope

    start = np.zeros(int(free.sum()))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    made = home.copy()
    made[free] += found
    return made


def blended(home: Floats, member: Floats) -> Floats:
    """The mean of both in ties and nearness, `home` in all else.

    Nearness counts for each stretch, so its level says how much a piece may be torn; that stays.
    """
    made = home.copy()
    at = 0
    for name, size in GROUPS:
        part = slice(at, at + size)
        if name in ("own", "near"):
            made[part] = (home[part] + member[part]) / 2
        if name == "near":
            made[part] += home[at] - made[at]
        at += size
    return made


def main() -> None:
    """Command line; see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--signed", nargs="+", type=Path, required=True)
    parser.add_argument("--others", nargs="*", type=Path, default=[])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--counts", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    if options.counts:
        continuity.DATA = options.counts
    rng = random.Random(7)
    given = Weights.load(options.weights)
    signed = pools(load(options.signed), rng)
    every = [*signed, *pools(load(options.others), rng)]
    member = given.vector
    for _ in range(2):
        member = fitted(signed, member, ("own",))
        member = fitted(every, member, ("near", "kin", "bond"))
    vector = blended(given.vector, member)
    made = replace(given, vector=vector, members=(given.vector, member, *given.members[-1:]))
    options.output.write_text(made.dumps(), encoding="utf-8")


if __name__ == "__main__":
    main()
