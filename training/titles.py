"""Fit the model that tells titles from fragments and headings.

python -m training.titles shuffled.jsonl --output store/data/titles.json --test other.jsonl
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from store.byline import find_bylines
from store.continuity import Continuity
from store.heading import FEATURES, candidates, features, find_titles
from store.reader import read_bytes


def table(path: Path) -> tuple[list[list[float]], list[bool]]:
    """Features and truth of every candidate line of a shuffled file."""
    rows: list[list[float]] = []
    truth: list[bool] = []
    model = Continuity.load()
    for row in path.read_text(encoding="utf-8").splitlines():
        made = json.loads(row)
        document = read_bytes("x.txt", made["text"].encode(), 10**9)
        bylines = find_bylines(document.lines)
        signed = {i for b in bylines for i in range(b.first, b.last + 1)}
        real = {g["line"] for g in made["gold"] if g["kind"] == "title"}
        for i in candidates(document.lines, signed):
            rows.append(features(document.lines, i, bylines, model))
            truth.append(document.lines[i].number in real)
    return rows, truth


def measure(path: Path) -> tuple[int, int, int]:
    """Titles right, lines wrongly taken, titles missed."""
    right = wrong = missed = 0
    model = Continuity.load()
    for row in path.read_text(encoding="utf-8").splitlines():
        made = json.loads(row)
        document = read_bytes("x.txt", made["text"].encode(), 10**9)
        bylines = find_bylines(document.lines)
        signed = {i for b in bylines for i in range(b.first, b.last + 1)}
        found = {document.lines[i].number for i in find_titles(document, bylines, signed, model)}
        real = {g["line"] for g in made["gold"] if g["kind"] == "title"}
        right += len(found & real)
        wrong += len(found - real)
        missed += len(real - found)
    return right, wrong, missed


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line; see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("input", type=Path)
    parser.add_argument("--test", nargs="*", type=Path, default=[])
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args(arguments)
    rows, truth = table(options.input)
    # The constant is among the features, so no intercept of its own.
    fitted = LogisticRegression(C=1.0, fit_intercept=False, max_iter=2000).fit(
        np.array(rows), truth
    )
    named = {n: round(float(w), 3) for n, w in zip(FEATURES, fitted.coef_[0], strict=True)}
    options.output.write_text(
        json.dumps(named, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    print(f"{len(truth)} candidates, {sum(truth)} titles")
    for path in options.test:
        print(path.name, measure(path))


if __name__ == "__main__":
    main()
