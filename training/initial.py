"""Where the table starts: what the words of the corpus keep company with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

Vectors = npt.NDArray[np.float32]


def context_vectors(
    rows: Sequence[Sequence[int]], size: int, dimensions: int, seed: int, window: int = 8
) -> Vectors:
    """Word vectors by the singular values of shifted positive PMI.

    After Levy, Goldberg and Dagan 2015 ("Improving distributional similarity"): window
    counts with context distribution smoothing .75, positive PMI, eigenvalue weighting .5.

    Args:
        rows: token ids of each text.
        size: number of tokens.

    Returns:
        Shape (size, dimensions), rows of unit length (zero where a token never occurred).
    """
    from sklearn.utils.extmath import randomized_svd

    counts = sparse.csr_matrix((size, size), dtype=np.float32)
    flat = np.concatenate([np.asarray([*row, -1], dtype=np.int64) for row in rows if len(row)])
    for gap in range(1, window + 1):
        left, right = flat[:-gap], flat[gap:]
        # -1 parts two texts; a pair that reaches across one is none.
        across = np.convolve(flat == -1, np.ones(gap + 1, dtype=np.int8))[gap : len(flat)] > 0
        left, right = left[~across], right[~across]
        ones = np.full(len(left), 1.0 / gap**0.5, dtype=np.float32)
        counts += sparse.csr_matrix((ones, (left, right)), shape=(size, size), dtype=np.float32)
    counts = (counts + counts.T).tocoo()
    totals = np.asarray(counts.tocsr().sum(axis=1)).ravel() + 1e-9
    smoothed = totals**0.75
    pmi = np.log(counts.data * smoothed.sum() / (totals[counts.row] * smoothed[counts.col]))
    kept = pmi > 0
    matrix = sparse.csr_matrix(
        (pmi[kept].astype(np.float32), (counts.row[kept], counts.col[kept])), shape=(size, size)
    )
    left_vectors, values, _ = randomized_svd(matrix, dimensions, n_iter=3, random_state=seed)
    return unit_rows(left_vectors * np.sqrt(values))


def unit_rows(matrix: npt.NDArray[np.floating]) -> Vectors:
    """`matrix` with each row at length one; zero rows stay."""
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    unit: Vectors = (matrix / np.maximum(norms, 1e-9)).astype(np.float32)
    return unit


def frequency_weights(rows: Sequence[Sequence[int]], size: int, a: float = 1e-3) -> Vectors:
    """Smooth inverse frequency of each token, a / (a + p) (Arora, Liang and Ma 2017)."""
    counts = np.bincount(
        np.concatenate([np.asarray(r, dtype=np.int64) for r in rows if len(r)]), minlength=size
    )
    weights: Vectors = (a / (a + counts / counts.sum())).astype(np.float32)
    return weights
