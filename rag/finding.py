"""How well passages are found: recall, MRR and nDCG of several ways to rank, in one run.

The measures are trec_eval's, by `ir_measures` (MacAvaney et al. 2022).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.evaluation import ALL
from rag.ranker import Ranker
from rag.testbed import Query

FIGURES = ("hit@1", "hit@5", "recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10")
_DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Finding:
    """One way's results on one set of questions.

    Attributes:
        name: the ranker's.
        types: of each question.
        figures: figure → its value for each question, shape (n questions,), 0..1.
        ms: median wall time of a question in milliseconds.
    """

    name: str
    types: tuple[str, ...]
    figures: dict[str, NDArray[np.float64]]
    ms: float

    def rows(self) -> list[dict[str, Any]]:
        """A row for each type of question in order of appearance, and one for all, at the end."""
        kinds = dict.fromkeys(self.types)
        of = np.asarray(self.types)
        picks = [(kind, of == kind) for kind in kinds if len(kinds) > 1]
        picks.append((ALL, np.ones(len(of), dtype=bool)))
        return [
            {
                "type": kind,
                "ranker": self.name,
                "n": int(pick.sum()),
                **{f: round(float(v[pick].mean()), 3) for f, v in self.figures.items()},
                "ms": round(self.ms, 2) if kind == ALL else None,
            }
            for kind, pick in picks
        ]


@dataclass(frozen=True, slots=True)
class Gain:
    """How much more one way has of a figure than another: mean and 95 % interval over questions."""

    mean: float
    low: float
    high: float


def measure(
    rankers: Sequence[Ranker],
    queries: Sequence[Query],
    progress: Callable[[str, int, int], None] | None = None,
) -> list[Finding]:
    """Ask every question of every ranker.

    Args:
        progress: told the ranker's name, how many of its questions are done, and of how many.
    """
    return [_measured(ranker, queries, progress) for ranker in rankers]


def gain(one: Finding, other: Finding, figure: str = "ndcg@10") -> Gain:
    """`one` over `other`, question by question, by the bootstrap (seeded)."""
    apart = one.figures[figure] - other.figures[figure]
    dice = np.random.default_rng(0)
    means = apart[dice.integers(len(apart), size=(_DRAWS, len(apart)))].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return Gain(float(apart.mean()), float(low), float(high))


def _measured(
    ranker: Ranker,
    queries: Sequence[Query],
    progress: Callable[[str, int, int], None] | None,
) -> Finding:
    ranker.rank(queries[0])  # what is made at first use is not the question's time
    taken, run = [], {}
    for n, query in enumerate(queries):
        began = time.perf_counter()
        ranking = ranker.rank(query)
        taken.append(time.perf_counter() - began)
        # trec_eval orders by score, so the rank is the score.
        run[str(n)] = {str(place): 1 / (at + 1) for at, place in enumerate(ranking)}
        if progress:
            progress(ranker.name, n + 1, len(queries))
    types = tuple(q.type for q in queries)
    return Finding(ranker.name, types, _figures(run, queries), 1000 * median(taken))


def _figures(
    run: dict[str, dict[str, float]], queries: Sequence[Query]
) -> dict[str, NDArray[np.float64]]:
    import ir_measures
    from ir_measures import RR, R, Success, nDCG

    right = {str(n): {str(place): 1 for place in q.gold} for n, q in enumerate(queries)}
    wanted = (Success @ 1, Success @ 5, R @ 1, R @ 5, R @ 10, RR @ 10, nDCG @ 10)
    named = dict(zip(map(str, wanted), FIGURES, strict=True))
    figures = {figure: np.zeros(len(queries)) for figure in FIGURES}
    for metric in ir_measures.iter_calc(list(wanted), right, run):
        figures[named[str(metric.measure)]][int(metric.query_id)] = metric.value
    return figures
