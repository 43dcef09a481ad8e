"""Fits `rag/answerability.json`: ``python -m training.answerability [--show]``.

The documents and questions of `training/calibration` are ours, on officials who do not exist.
Every question that has an answer is asked twice, the second time with its paragraphs hidden;
beside these stand questions on what the officials never speak of and on other subjects
altogether. The threshold is the one that refuses at most `LOSS` of the questions that have an
answer, by cross-validation. Run it again after changing the embedder.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag import RagSettings
from rag.answerability import SIGNS, WEIGHTS, signs
from rag.case import Case, load_cases
from rag.knowledge import Knowledge
from rag.retrieval import Found, retrieve
from rag.understanding import understand
from store import Library, fold

FOLDER = Path(__file__).parent / "calibration"
LOSS = 0.02
FOLDS = 10
# A question in everyday words looks the same with its paragraph hidden: half of such a pair is
# noise, so the hidden half counts less.
HIDDEN_PARAPHRASE = 0.25
_REGULARISATION = 0.3


@dataclass(frozen=True, slots=True)
class Example:
    """The signs of one question, whether it has an answer, and how much it counts."""

    kind: str
    signs: tuple[float, ...]
    answerable: bool
    weight: float = 1.0


def examples(knowledge: Knowledge, cases: list[Case]) -> Iterator[Example]:
    """The questions as they stand, and those with an answer once more without it."""
    for case in cases:
        q = understand(case.question, (), (), knowledge)
        keys = frozenset(o.key for o in q.officials) or None
        found = retrieve(knowledge.library, q.search, officials=keys, hints=q.hints)
        if not found or q.strangers:
            continue
        yield Example(case.type, signs(q, found, knowledge), case.answerable)
        rest = [f for f in found if not _holds(f, case)]
        if case.answerable and rest:
            weight = HIDDEN_PARAPHRASE if case.type == "paraphrase" else 1.0
            yield Example(f"{case.type}, hidden", signs(q, rest, knowledge), False, weight)


def _holds(found: Found, case: Case) -> bool:
    text = fold(found.hit.passage.text)
    return any(fold(g) in text for g in case.gold_text)


def main() -> None:
    """Fit, print what it does, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="only print, write nothing")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        settings = RagSettings(home=Path(home), documents=FOLDER, samples=Path(home) / "none")
        library = Library.open(settings)
        library.sync()
        made = list(examples(Knowledge(library), load_cases(FOLDER / "questions.jsonl")))
        name = library.embedder.name
    row = fit(made)
    print(f"embedder {name}, {len(made)} examples, threshold {row['threshold']:.3f}")
    for sign, weight in zip(SIGNS, row["weights"], strict=True):
        print(f"  {sign:12} {weight:+.2f}")
    for kind, count, refused in _shares(made, row):
        print(f"  refused {refused:4.0%} of {count:3} {kind}")
    if not arguments.show:
        text = json.dumps({"embedder": name, **row}, indent=1)
        WEIGHTS.write_text(text + "\n", encoding="utf-8")


def fit(made: list[Example]) -> dict[str, object]:
    """The weights by logistic regression (scikit-learn), the threshold by cross-validation."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold
    from sklearn.preprocessing import StandardScaler

    x = np.array([e.signs for e in made])
    y = np.array([e.answerable for e in made])
    w = np.array([e.weight for e in made])
    scaler = StandardScaler().fit(x)
    z = scaler.transform(x)
    model = LogisticRegression(C=_REGULARISATION, max_iter=1000)
    held = np.zeros(len(y))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(z, y):
        model.fit(z[train], y[train], sample_weight=w[train])
        held[test] = model.predict_proba(z[test])[:, 1]
    model.fit(z, y, sample_weight=w)
    return {
        "means": scaler.mean_.round(4).tolist(),
        "scales": scaler.scale_.round(4).tolist(),
        "weights": model.coef_[0].round(4).tolist(),
        "bias": round(float(model.intercept_[0]), 4),
        "threshold": round(float(np.quantile(held[y], LOSS)), 4),
    }


def _shares(made: list[Example], row: dict[str, object]) -> Iterator[tuple[str, int, float]]:
    from rag.answerability import Answerability

    model = Answerability(**{k: v for k, v in row.items()})  # type: ignore[arg-type]
    for kind in dict.fromkeys(e.kind for e in made):
        group = [model.probability(e.signs) < model.threshold for e in made if e.kind == kind]
        yield kind, len(group), float(np.mean(group))


if __name__ == "__main__":
    main()
