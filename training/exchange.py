"""Fit when two officials' whole pieces have been exchanged: `store.exchange`'s weights.

    python -m training.exchange one.jsonl two.jsonl --test three.jsonl --output weights.json

On what the joint decision makes of each document, bylines taken where they stand, the likelihood
of that exchange of two pieces, or of none, which puts the most blocks right (softmax over all).
An exchange is made only where it is likelier than none by `_DOUBT` nats. ``--test`` files tell
what share of the blocks is right before and after.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from store import continuity
from store.exchange import EXCHANGE, exchange_features, spread
from store.weighing import Weights
from training.attribution import Example, decide, load

Floats = NDArray[np.float64]
_BACK = 3.0  # how strongly the weights are drawn to zero, in units of each feature's spread
_DOUBT = 0.3  # bylines change places less often than in the files that are fitted on


def choices(example: Example, weights: Weights) -> tuple[Floats, Floats]:
    """No exchange and each exchange of two pieces: features, and how many blocks are right."""
    tied = replace(example, own=spread(example.own))
    paths = decide((weights.vector, tied, 0.0, 0)).paths
    given = exchange_features(example.blocks, example.own, example.near, paths)
    true = [set(path) for path in example.truth]
    right = np.array([[len(t & set(path)) for path in paths] for t in true])
    rows, counts = [np.zeros(len(EXCHANGE))], [float(np.trace(right))]
    for k, mine in enumerate(paths):
        for q in range(k + 1, len(paths)):
            if mine and paths[q]:
                rows.append(given[:, k, q])
                moved = right[k, q] + right[q, k] - right[k, k] - right[q, q]
                counts.append(counts[0] + float(moved))
    return np.array(rows), np.array(counts)


def fitted(given: Sequence[tuple[Floats, Floats]]) -> tuple[float, ...]:
    """Weights of `EXCHANGE` from `choices` of documents."""
    spread = np.maximum(np.concatenate([rows for rows, _ in given]).std(axis=0), 1e-9)
    ready = [(rows / spread, counts == counts.max()) for rows, counts in given if len(rows) > 1]

    def loss(w: Floats) -> tuple[float, Floats]:
        value, slope = 0.5 * _BACK * float(w @ w), _BACK * w
        for rows, best in ready:
            lead = rows @ w
            chance = np.exp(lead - lead.max())
            chance /= chance.sum()
            among = chance * best
            value -= float(np.log(among.sum() + 1e-12))
            slope = slope + rows.T @ (chance - among / (among.sum() + 1e-12))
        return value, slope

    found = minimize(loss, np.zeros(len(spread)), jac=True, method="L-BFGS-B").x / spread
    found[-1] -= _DOUBT
    return tuple(float(w) for w in found)


def gained(given: Sequence[tuple[Floats, Floats]], weights: Sequence[float]) -> tuple[float, float]:
    """How many blocks are right without any exchange, and with the likely ones."""
    before = sum(float(counts[0]) for _, counts in given)
    chosen = [int(np.argmax(rows @ np.array(weights))) for rows, _ in given]
    after = sum(float(counts[n]) for n, (_, counts) in zip(chosen, given, strict=True))
    return before, after


def main() -> None:
    """Command line; see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", nargs="+", type=Path)
    parser.add_argument("--test", nargs="*", type=Path, default=[])
    parser.add_argument("--counts", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    if options.counts:
        continuity.DATA = options.counts
    weights = Weights.load()
    made = fitted([choices(e, weights) for e in load(options.inputs)])
    for path in options.test:
        held = load([path])
        total = sum(len(e.blocks.content) for e in held)
        before, after = gained([choices(e, weights) for e in held], made)
        print(f"{path.name}: {before / total:.4f} of blocks right, {after / total:.4f} after")
    options.output.write_text(replace(weights, exchange=made).dumps(), encoding="utf-8")


if __name__ == "__main__":
    main()
