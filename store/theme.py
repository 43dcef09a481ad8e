"""What a text is about, as a vector: whether two blocks can be of one piece.

The vectors are those of the built-in embedder. What all texts of a document have in common is
taken out, so that pieces on near themes differ too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from store.static_embedder import StaticEmbedder

Floats = NDArray[np.float64]


@lru_cache(maxsize=1)
def _embedder() -> StaticEmbedder:
    return StaticEmbedder()


class Themes:
    """Vectors of a document's texts, less their mean.

    Args:
        texts: of the document's blocks.

    Raises:
        EmbedderUnavailable: the built-in embedder's files are missing or damaged.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        vectors = _embedder().encode(texts).astype(np.float64)
        self._mean = vectors.mean(axis=0) if len(texts) else np.zeros(vectors.shape[1])
        self.vectors = _unit(vectors - self._mean)

    def like(self, texts: Sequence[str]) -> Floats:
        """Cosines of other `texts` with the document's, shape (texts, blocks), -1..1."""
        cosines: Floats = self._away(texts) @ self.vectors.T
        return cosines

    def between(self, ones: Sequence[str], others: Sequence[str]) -> Floats:
        """Cosines of texts that are no blocks, shape (ones, others), -1..1."""
        sides = [
            _unit(_embedder().encode(t).astype(np.float64) - self._mean) for t in (ones, others)
        ]
        cosines: Floats = sides[0] @ sides[1].T
        return cosines

    def _away(self, texts: Sequence[str]) -> Floats:
        return _unit(_embedder().encode(texts).astype(np.float64) - self._mean)

    def kin(self) -> Floats:
        """Cosines of the document's texts with each other, shape (blocks, blocks), -1..1."""
        cosines: Floats = self.vectors @ self.vectors.T
        return cosines


def _unit(vectors: Floats) -> Floats:
    made: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return made
