"""Add to the continuity model what tells a first and a last paragraph from those between.

    python -m training.edges pairs.jsonl text.jsonl --model store/data/continuity.npz --folds 0

Two logistic regressions over hashed runs of two and three characters, of the first 60
characters for openings and the last 60 for closings, on articles of at least four paragraphs.
Texts in ``--held-out`` files are left out; the folds of ``--folds`` are the test.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from store.continuity import BUCKETS, EDGE, buckets, plain
from training.continuity import fold_of, shares, shingles, texts

SOURCES = frozenset({"cpcnews_title", "speeches"})
WHOLE = 1450  # longer texts may have been cut by the source, so their last paragraph is unknown


def paragraphs(paths: Sequence[Path], held: set[str]) -> list[tuple[list[str], bool, int]]:
    """(plain paragraphs, whether the end is known, fold) of every long enough article."""
    found = []
    for source, text in texts(paths):
        if source not in SOURCES:
            continue
        rows = [plain(p) for p in re.split(r"\n+|\s{3,}", text) if len(p.strip()) >= 20]
        if len(rows) >= 4 and not shares(plain(text), held):
            found.append((rows, len(text) < WHOLE, fold_of(text)))
    return found


def fit(
    rows: list[list[int]], truth: list[bool], folds: list[int], held: Sequence[int]
) -> NDArray[np.float64]:
    """Weights of the buckets; prints the area under the curve on the held-out folds."""
    columns = [c for row in rows for c in row]
    lines = [i for i, row in enumerate(rows) for _ in row]
    table = csr_matrix((np.ones(len(columns)), (lines, columns)), shape=(len(rows), BUCKETS))
    y, test = np.array(truth), np.isin(folds, held)
    model = LogisticRegression(C=0.05, max_iter=300).fit(table[~test], y[~test])
    if test.any():
        print(f"AUC {roc_auc_score(y[test], model.decision_function(table[test])):.3f}")
    weights: NDArray[np.float64] = model.coef_[0]
    return weights


def main() -> None:
    """Command line; see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", nargs="+", type=Path)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--held-out", nargs="*", type=Path, default=[])
    parser.add_argument("--folds", nargs="*", type=int, default=[0])
    options = parser.parse_args()
    held: set[str] = set()
    for path in options.held_out:
        held |= shingles(path)
    articles = paragraphs(options.inputs, held)
    kept = dict(np.load(options.model))
    scales = []
    for name in ("opening", "closing"):
        rows: list[list[int]] = []
        truth: list[bool] = []
        folds: list[int] = []
        for parts, whole, fold in articles:
            if name == "closing" and not whole:
                continue
            for i, part in enumerate(parts):
                rows.append(buckets(part[:EDGE] if name == "opening" else part[-EDGE:]))
                truth.append(i == 0 if name == "opening" else i == len(parts) - 1)
                folds.append(fold)
        weights = fit(rows, truth, folds, options.folds)
        scale = float(np.abs(weights).max() / 127)
        scales.append(scale)
        kept[name] = np.round(weights / scale).astype(np.int8)
    kept["scale"] = np.array(scales, dtype=np.float32)
    np.savez_compressed(options.model, **kept)


if __name__ == "__main__":
    main()
