"""What other texts speak of: whether a question lies nearer to them than to the library.

A bi-encoder gives a question on 退役军人 a fair similarity with any paragraph on benefits. How much
that is worth shows beside a cohort of other texts (score normalisation, Auckenthaler et al. 2000):
where one of those lies as near, the paragraph found is nothing special. The cohort comes along for
the built-in embedders (`python -m training.cohort`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_name("cohort.npz")
_NEAREST = 2  # centres whose mean is taken


def nearest(vector: Sequence[float] | NDArray[np.float32], embedder: str) -> float | None:
    """The mean cosine of a question with the nearest centres, -1..1.

    Args:
        vector: the question's, unit length.
        embedder: name of the embedder that made it.

    Returns:
        None where the cohort was not made with this embedder.
    """
    centres = _centres(embedder)
    if centres is None:
        return None
    similar = centres @ np.asarray(vector, dtype=np.float32)
    return float(np.partition(similar, -_NEAREST)[-_NEAREST:].mean())


@lru_cache(maxsize=4)
def _centres(embedder: str) -> NDArray[np.float32] | None:
    """Shape (centres, dimensions), unit length; the table's vectors are the last of the joint."""
    with np.load(FILE) as file:
        made_with = str(file["embedder"])
        centres: NDArray[np.float32] = file["centres"].astype(np.float32)
    if embedder == made_with:
        return centres
    table = re.fullmatch(r"builtin-static-(\d+)-(\w+)", embedder)
    if not table or not made_with.endswith(f"-{table.group(2)}"):
        return None
    own = centres[:, -int(table.group(1)) :]
    unit: NDArray[np.float32] = own / np.maximum(np.linalg.norm(own, axis=1, keepdims=True), 1e-9)
    return unit
