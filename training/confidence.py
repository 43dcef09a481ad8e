"""Fit what is decided after the arrangement: how sure it is, what is joined, what is lost.

    python -m training.confidence one.jsonl two.jsonl --test three.jsonl --output weights.json

The files are shuffled documents of articles that nothing else was fitted on; ``--counts`` names a
continuity model that never saw them. Prints, for the inputs each with its own documents left out
of the fit and for each file of ``--test``, how reliable the probabilities are (a table of bins),
what share is wrong among the lines called sure, and how the joins and lost places come out.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from store import continuity
from store.assembly import GAP_FEATURES, JOIN_FEATURES
from store.attribution import SURE
from store.doubt import SIGNS, chances
from store.weighing import Weights
from training.decided import Decided, Table, decided

Floats = NDArray[np.float64]
_BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0)
_JOINED = 0.55  # probability from which two blocks are joined
_LOST = 0.3  # … from which a place is marked as lost
_FREEDOM = 0.003  # many signs of doubt say the same: left free, dissent could make surer


def fit(tables: Sequence[Table], threshold: float = 0.5, freedom: float = 0.3) -> tuple[float, ...]:
    """Logistic weights, the last of which is of a constant; positive from `threshold` on.

    Args:
        freedom: how far the data may draw the weights from zero (`C` of the regression).
    """
    given = [t.arrays() for t in tables]
    rows = np.concatenate([x for x, _ in given])
    truth = np.concatenate([y for _, y in given])
    spread = np.maximum(rows.std(axis=0), 1e-6)
    spread[-1] = 1.0
    fitted = LogisticRegression(C=freedom, fit_intercept=False, max_iter=3000)
    fitted.fit(rows / spread, truth)
    weights = fitted.coef_[0] / spread
    weights[-1] -= np.log(threshold / (1 - threshold))
    return tuple(float(w) for w in weights)


def report(name: str, chance: Floats, truth: NDArray[np.bool_]) -> None:
    """The table of bins, and what is wrong where it is sure."""
    order = np.argsort(-chance, kind="stable")
    cut = int(0.9 * len(order))
    sure = chance >= SURE
    print(
        f"{name}: {len(truth)} lines, right {truth.mean():.4f}, sure {sure.mean():.3f}, "
        f"wrong where sure {1 - truth[sure].mean():.4f}, "
        f"wrong among the surest 90 % {1 - truth[order[:cut]].mean():.4f} "
        f"(from {chance[order[cut - 1]]:.3f} up)"
    )
    cells = []
    for low, high in itertools.pairwise(_BINS):
        inside = (chance >= low) & ((chance < high) | (high == 1.0))
        if inside.any():
            cells.append(f"{low:g}–{high:g}: {truth[inside].mean():.3f} of {inside.sum()}")
    print("   " + ", ".join(cells), flush=True)


def _counted(name: str, table: Table, weights: Sequence[float]) -> None:
    rows, truth = table.arrays()
    made = rows @ np.array(weights) > 0
    both = int((made & truth).sum())
    print(f"   {name}: {both} of {int(truth.sum())} found, {both} of {int(made.sum())} right")


def _show(name: str, held: Decided, given: Sequence[Decided]) -> None:
    """What a fit on `given` does on `held`."""
    rows, truth = held.owner.arrays()
    report(name, chances(rows, fit([g.owner for g in given], freedom=_FREEDOM)), truth)
    _counted("joins", held.join, fit([g.join for g in given], _JOINED))
    _counted("lost places", held.gap, fit([g.gap for g in given], _LOST))


def main() -> None:
    """Command line; see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", nargs="+", type=Path)
    parser.add_argument("--test", nargs="*", type=Path, default=[])
    parser.add_argument("--counts", type=Path)
    parser.add_argument("--weights", type=Path, help="other weights than those that ship")
    parser.add_argument("--joins", action="store_true", help="take the fit of the joins too")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    if options.counts:
        continuity.DATA = options.counts
    weights = Weights.load(options.weights) if options.weights else Weights.load()
    given = [decided(path, weights) for path in options.inputs]
    for n, path in enumerate(options.inputs):
        if rest := [g for m, g in enumerate(given) if m != n]:
            _show(f"{path.name} left out", given[n], rest)
    for path in options.test:
        _show(path.name, decided(path, weights), given)
    made = replace(
        weights,
        join=fit([g.join for g in given], _JOINED) if options.joins else weights.join,
        gap=fit([g.gap for g in given], _LOST),
        confidence=fit([g.owner for g in given], freedom=_FREEDOM),
    )
    for names, values in (
        (JOIN_FEATURES, made.join),
        (GAP_FEATURES, made.gap),
        (SIGNS, made.confidence),
    ):
        print({n: round(w, 2) for n, w in zip(names, values, strict=True)})
    if options.output:
        options.output.write_text(made.dumps(), encoding="utf-8")


if __name__ == "__main__":
    main()
