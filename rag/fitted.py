"""Small logistic models whose weights are fitted, not set by hand.

`fitted.json` holds one model a decision for each of the embedders that come along, as their
similarities lie elsewhere, and one for all others; `python -m training.decisions` fits them on the
documents and questions of `training/calibration`. The signs are measured against the background
of the library, so they mean about the same with any embedder; the cohort (`rag.cohort`) is known
for those that come along only, and the last model does without.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any

FAR = 3.0  # standard deviations; further out a sign says no more
FILE = Path(__file__).with_name("fitted.json")
OTHERS = "others"  # the family of embedders that did not come along


@dataclass(frozen=True, slots=True)
class Logistic:
    """Logistic regression over standardised signs, and the products of two of them where given.

    One mean and scale a sign, one weight for each of `terms`, or for the signs alone; a product
    lets one sign count by what another says. `threshold` is the probability from which the
    decision is yes.
    """

    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    threshold: float

    def probability(self, signs: Sequence[float]) -> float:
        """How likely the answer is yes, 0..1."""
        made = terms(signs, self.means, self.scales, len(self.weights) > len(self.means))
        logit = self.bias + sum(w * t for w, t in zip(self.weights, made, strict=True))
        return 1 / (1 + math.exp(-max(min(logit, 30.0), -30.0)))

    def holds(self, signs: Sequence[float]) -> bool:
        """Whether the decision is yes."""
        return self.probability(signs) >= self.threshold


def terms(
    signs: Sequence[float], means: Sequence[float], scales: Sequence[float], products: bool
) -> list[float]:
    """The standardised signs, no further out than `FAR`, and if asked the products of each two.

    What is not a number counts as the average.
    """
    rows = zip(signs, means, scales, strict=True)
    own = [0.0 if math.isnan(s) else max(-FAR, min((s - m) / d, FAR)) for s, m, d in rows]
    return own + [a * b for a, b in combinations(own, 2)] if products else own


@lru_cache(maxsize=32)
def fitted(name: str, embedder: str) -> Logistic:
    """The model of a decision.

    Args:
        name: ``answerable``, ``spoke`` or ``elsewhere``.
        embedder: name of the library's embedder.
    """
    families: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    own = (models for family, models in families.items() if embedder.startswith(family))
    row = next(own, families[OTHERS])[name]
    means, scales, weights = (tuple(row[k]) for k in ("means", "scales", "weights"))
    return Logistic(means, scales, weights, row["bias"], row["threshold"])
