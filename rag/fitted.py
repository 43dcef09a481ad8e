"""Small logistic models whose weights are fitted, not set by hand.

`fitted.json` holds one model a decision; `python -m training.decisions` fits them on the
documents and questions of `training/calibration`, with the embedder that is built in.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("fitted.json")


@dataclass(frozen=True, slots=True)
class Logistic:
    """Logistic regression over standardised signs: one mean, scale and weight for each.

    `threshold` is the probability from which the decision is yes.
    """

    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    threshold: float

    def probability(self, signs: Sequence[float]) -> float:
        """How likely the answer is yes, 0..1."""
        rows = zip(signs, self.means, self.scales, self.weights, strict=True)
        logit = self.bias + sum(w * (s - m) / d for s, m, d, w in rows)
        return 1 / (1 + math.exp(-max(min(logit, 30.0), -30.0)))

    def holds(self, signs: Sequence[float]) -> bool:
        """Whether the decision is yes."""
        return self.probability(signs) >= self.threshold


@lru_cache(maxsize=8)
def fitted(name: str) -> Logistic:
    """The model of that name in `fitted.json`."""
    row = json.loads(FILE.read_text(encoding="utf-8"))[name]
    means, scales, weights = (tuple(row[k]) for k in ("means", "scales", "weights"))
    return Logistic(means, scales, weights, row["bias"], row["threshold"])
