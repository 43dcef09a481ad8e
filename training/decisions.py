"""Fits the weights of `rag.fitted`: ``python -m training.decisions [--show]``.

The documents and questions of `training/calibration` are ours, on officials who do not exist.

- ``answerable``: every question that has an answer is asked twice, the second time with its
  paragraphs hidden; beside these stand questions on what the officials never speak of and on
  other subjects altogether. The threshold refuses at most `LOSS` of the questions that have an
  answer, by cross-validation.
- ``spoke``: for every question that compares, each official asked, and whether they spoke on it.

- ``going on``: the same as the first, of `followups.jsonl`, in conversations.

- ``elsewhere``: every question that has an answer, asked of some of the other officials: the
  premise is wrong; asked of the right one, or of nobody's subject, it is not. The threshold lets
  at most `ALARMS` of the latter through.

Once with each of the embedders that come along. Run it again after changing one of them.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from rag import RagSettings, answerability, comparison, premise
from rag.answerability import signs_going_on
from rag.case import Case, load_cases
from rag.fitted import FILE, OTHERS, Logistic, terms
from rag.knowledge import Knowledge
from rag.lookup import look_up
from rag.reading import TABLE
from rag.retrieval import retrieve
from rag.understanding import understand
from store import Library
from store.encoder import cores
from training.calibrated import CALIBRATION, LEARNED_FROM, holds

# Libraries of their own: who speaks on a theme is known within each.
FOLDERS = sorted(path for path in CALIBRATION.iterdir() if path.is_dir())
# How the names of the embedders that come along begin, and what the setting calls them; the
# first is the default.
EMBEDDERS = {"builtin-joint": "builtin", "builtin-static": "static"}
LOSS = 0.05
LOSS_GOING_ON = 0.02  # who goes on asking mostly asks what can be answered
ALARMS = 0.02
FOLDS = 10
# A question in everyday words looks the same with its paragraph hidden: half of such a pair is
# noise, so the hidden half counts less.
HIDDEN_PARAPHRASE = 0.25
HIDDEN_FOLLOW_UP = 0.25
ABSENT = 0.05
WRONG = 2  # officials of whom a question is asked that is not for them
_REGULARISATION = 0.3
_WITH_PRODUCTS = 0.05


@dataclass(frozen=True, slots=True)
class Example:
    """The signs of one decision, whether it is yes, and how much it counts."""

    kind: str
    signs: tuple[float, ...]
    yes: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Bar:
    """How a threshold is chosen.

    Attributes:
        loss: the share of the yes-examples that may fall below it.
        alarms: the share of the no-examples that may reach it.
        With neither it is one half.
        products: whether two signs may weigh each other. Where each sign by itself speaks for
            yes, products would only take back from the clearest cases.
    """

    loss: float | None = None
    alarms: float | None = None
    products: bool = False

    def choose(self, held: np.ndarray, y: np.ndarray, weights: np.ndarray) -> float:
        """The threshold, from probabilities of held-out examples, their truth and weights, (n,)."""
        if self.loss is not None:
            return _quantile(held[y], self.loss, weights[y])
        if self.alarms is not None:
            return _quantile(held[~y], 1 - self.alarms, weights[~y])
        return 0.5


def _quantile(values: np.ndarray, share: float, weights: np.ndarray) -> float:
    # The only method that takes weights.
    return float(np.quantile(values, np.array(share), weights=weights, method="inverted_cdf"))


def answerable(knowledge: Knowledge, cases: Sequence[Case]) -> Iterator[Example]:
    """The questions as they stand, and those with an answer once more without it."""
    for case in cases:
        q = understand(case.question, (), (), knowledge)
        keys = frozenset(o.key for o in q.officials) or None
        found = retrieve(knowledge.library, q.search, officials=keys, hints=q.hints)
        if not found or q.strangers or case.type == "compare":
            continue
        yield Example(case.type, answerability.signs(q, found, knowledge), case.answerable)
        rest = [f for f in found if not holds(f, case)]
        if case.answerable and rest:
            weight = HIDDEN_PARAPHRASE if case.type == "paraphrase" else 1.0
            signs = answerability.signs(q, rest, knowledge)
            yield Example(f"{case.type}, hidden", signs, False, weight)


def spoke(knowledge: Knowledge, cases: Sequence[Case]) -> Iterator[Example]:
    """Each official whom a comparison asks."""
    for case in cases:
        q = understand(case.question, (), (), knowledge)
        if case.type != "compare":
            continue
        for part in comparison.parts(q, knowledge.library, knowledge):
            kind = "named" if q.named else "among all"
            yes = part.official.name in case.speakers
            yield Example(f"{kind}, {'spoke' if yes else 'silent'}", part.signs, yes)


def elsewhere(knowledge: Knowledge, cases: Sequence[Case]) -> Iterator[Example]:
    """Each question asked of the right officials and of some others."""
    rng = random.Random(0)
    for case in cases:
        if case.type == "foreign":
            continue
        theme = case.type == "compare"  # each who speaks on it could be asked alone
        q = understand(case.question, (), (), knowledge)
        everyone = retrieve(knowledge.library, q.focus, limit=5)
        wrong_ones = [o for o in knowledge.officials if o.name not in case.speakers]
        if theme or (q.officials and not case.answerable):
            wrong_ones = []
        right_ones = [o for o in knowledge.officials if o.name in case.speakers]
        for official in (*right_ones, *rng.sample(wrong_ones, min(WRONG, len(wrong_ones)))):
            right = official in right_ones
            key = official.key
            own = retrieve(knowledge.library, q.focus, officials=frozenset({key}))
            others = [f for f in everyone if f.hit.passage.official.key != key]
            if not others:
                continue
            asked = replace(q, officials=(official,), named=True)
            wrong = case.answerable and not right
            if wrong and not holds(others[0], case):
                continue  # wrong, but not told by this passage
            kind = f"{case.type}, {'of another' if wrong else 'of the right one'}"
            signs = premise.signs_elsewhere(asked, own, others, knowledge)
            # Told that it is another's who speaks on that subject, nobody is misled much.
            yield Example(kind, signs, wrong, 1.0 if case.answerable else ABSENT)


def going_on(knowledge: Knowledge, cases: Sequence[Case]) -> Iterator[Example]:
    """Questions within a conversation, and those with an answer once more without it."""
    for case in cases:
        q = understand(case.question, case.history, (), knowledge)
        found = look_up(knowledge.library, q, knowledge.embedder)
        if not (found and q.follows) or q.strangers or q.kind not in ("fact", "number", "list"):
            continue
        yield Example(case.type, signs_going_on(q, found, knowledge), case.answerable)
        rest = [f for f in found if not holds(f, case)]
        if case.answerable and rest:
            signs = signs_going_on(q, rest, knowledge)
            yield Example(f"{case.type}, hidden", signs, False, HIDDEN_FOLLOW_UP)


def main() -> None:
    """Fit, print what it does, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="only print, write nothing")
    arguments = parser.parse_args()
    seen = {family: observe(embedder, family) for family, embedder in EMBEDDERS.items()}
    # What goes for all others is fitted on the default without the cohort, not known for them.
    first = next(iter(seen.values()))
    seen[OTHERS] = {name: _without_cohort(first[name], kind.signs) for name, kind in KINDS.items()}
    made = {family: decide(examples) for family, examples in seen.items()}
    if not arguments.show:
        FILE.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Kind:
    """A decision: the names of its signs, where its examples come from, its threshold.

    `files`: pattern of the names of the files of questions.
    """

    signs: Sequence[str]
    examples_of: Callable[[Knowledge, Sequence[Case]], Iterator[Example]]
    bar: Bar
    files: str = "questions.jsonl"


KINDS = {
    "answerable": Kind(answerability.SIGNS, answerable, Bar(loss=LOSS, products=True)),
    "spoke": Kind(comparison.SIGNS, spoke, Bar()),
    "going on": Kind(
        answerability.GOING_ON, going_on, Bar(loss=LOSS_GOING_ON), files="followups*.jsonl"
    ),
    "elsewhere": Kind(premise.ELSEWHERE, elsewhere, Bar(alarms=ALARMS)),
}


def observe(embedder: str, family: str) -> dict[str, list[Example]]:
    """The examples of each decision with one embedder; libraries are read beside one another.

    Args:
        embedder: what the setting calls it.
        family: how its name begins.
    """
    # What the cross-encoder has learned from would look surer than anything new.
    own = family.startswith(TABLE)
    folders = [path for path in FOLDERS if own or path.name not in LEARNED_FROM]
    found: dict[str, list[Example]] = {name: [] for name in KINDS}
    with ProcessPoolExecutor(cores(), mp_context=get_context("spawn")) as pool:
        for part in pool.map(partial(_observed, embedder, family), folders):
            for name, examples in part.items():
                found[name] += examples
    return found


def _observed(embedder: str, family: str, folder: Path) -> dict[str, list[Example]]:
    """The examples of one library."""
    found: dict[str, list[Example]] = {name: [] for name in KINDS}
    with tempfile.TemporaryDirectory() as home:
        settings = RagSettings(
            home=Path(home), documents=folder, samples=Path(home) / "none", embedder=embedder
        )
        library = Library.open(settings)
        library.sync()
        knowledge, asked = Knowledge(library), 0
        for name, kind in KINDS.items():
            for file in sorted(folder.glob(kind.files)):
                cases = load_cases(file)
                found[name] += kind.examples_of(knowledge, cases)
                asked += len(cases)
        assert library.embedder.name.startswith(family)
        print(f"embedder {library.embedder.name}, {folder.name}: {asked} questions", flush=True)
    return found


def _without_cohort(examples: Sequence[Example], signs: Sequence[str]) -> list[Example]:
    keep = np.array([name != "beyond" for name in signs], dtype=float)
    return [replace(e, signs=tuple((keep * e.signs).tolist())) for e in examples]


def decide(found: dict[str, list[Example]]) -> dict[str, Any]:
    """The fitted models, by decision; prints what they do."""
    made = {}
    for name, kind in KINDS.items():
        made[name], area = fit(found[name], kind.bar)
        print(f"{name}: area under the curve, cross-validated {area:.3f}")
        report(name, kind.signs, found[name], Logistic(**made[name]))
    return made


def fit(examples: Sequence[Example], bar: Bar) -> tuple[dict[str, Any], float]:
    """The weights by logistic regression (scikit-learn), the threshold by cross-validation.

    Returns:
        The model, and the area under the curve of the examples held out in turn.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold
    from sklearn.preprocessing import StandardScaler

    x = np.array([e.signs for e in examples])
    y = np.array([e.yes for e in examples])
    w = np.array([e.weight for e in examples])
    scaler = StandardScaler().fit(x)
    z = np.array([terms(row, scaler.mean_, scaler.scale_, bar.products) for row in x])
    strength = _WITH_PRODUCTS if bar.products else _REGULARISATION
    model = LogisticRegression(C=strength, max_iter=1000)
    held = np.zeros(len(y))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(z, y):
        model.fit(z[train], y[train], sample_weight=w[train])
        held[test] = model.predict_proba(z[test])[:, 1]
    model.fit(z, y, sample_weight=w)
    area = float(roc_auc_score(y, held, sample_weight=w))
    made = {
        "means": scaler.mean_.round(4).tolist(),
        "scales": scaler.scale_.round(4).tolist(),
        "weights": model.coef_[0].round(4).tolist(),
        "bias": round(float(model.intercept_[0]), 4),
        "threshold": round(bar.choose(held, y, w), 4),
    }
    return made, area


def report(name: str, signs: Sequence[str], examples: Sequence[Example], model: Logistic) -> None:
    """Print the weights, and what the model says of each kind of example."""
    print(f"{name}: {len(examples)} examples, threshold {model.threshold:.3f}")
    own = zip(signs, model.weights[: len(signs)], strict=True)
    print("  " + ", ".join(f"{s} {w:+.2f}" for s, w in own))
    for kind in dict.fromkeys(e.kind for e in examples):
        group = [model.holds(e.signs) for e in examples if e.kind == kind]
        print(f"  yes for {np.mean(group):4.0%} of {len(group):3} {kind}")


if __name__ == "__main__":
    main()
