"""The library as it stood at one version, in memory: what a question is answered from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from store.errors import EmbedderMismatch
from store.lexical import LexicalIndex
from store.passage import Passage
from store.record import DocumentRecord
from store.remarks import Official
from store.vectors import VectorStore


def searchable(passage: Passage) -> str:
    """What is searched for a passage: its heading, then its words."""
    return f"{passage.section}\n{passage.text}" if passage.section else passage.text


class Snapshot:
    """Records, passages and the lexical index over them; never changed once made."""

    def __init__(self, version: int, vectors: VectorStore) -> None:
        self.version = version
        self.stamp = vectors.stamp
        self.records: dict[str, DocumentRecord] = vectors.records()
        self.passages: list[Passage] = vectors.passages(self.records)
        self.place = {p.id: i for i, p in enumerate(self.passages)}
        self.officials: dict[str, Official] = {p.official.key: p.official for p in self.passages}
        self._number = {k: i for i, k in enumerate(self.officials)}
        self._owners = np.asarray(
            [self._number[p.official.key] for p in self.passages], dtype=np.int64
        )
        texts = [searchable(p) for p in self.passages]
        self._lexical = LexicalIndex(texts) if texts else None

    def check(self, embedder: str) -> None:
        """Refuse an embedder other than the one that made the vectors.

        Raises:
            EmbedderMismatch: with the remedy.
        """
        if self.stamp and self.stamp != embedder:
            raise EmbedderMismatch(
                f"资料库是用向量模型“{self.stamp}”建立的，现在设置的是“{embedder}”。"
                "请改回原来的设置，或运行 python -m store reindex 重建向量。",
                f"The library was indexed with {self.stamp}, but the settings name {embedder}. "
                "Change the setting back, or run python -m store reindex.",
            )

    def outdated(self, embedder: str) -> bool:
        """Whether the vectors are of an earlier release of the built-in embedder."""
        both = self.stamp.startswith("builtin") and embedder.startswith("builtin")
        return both and self.stamp != embedder

    def lexical(self, question: str, officials: frozenset[str] | None) -> NDArray[np.float32]:
        """BM25 of every passage; zero outside `officials` (keys; None means everybody)."""
        if self._lexical is None:
            return np.zeros(0, dtype=np.float32)
        scores = self._lexical.scores(question)
        if officials is None:
            return scores
        allowed = [self._number[k] for k in officials if k in self._number]
        return scores * np.isin(self._owners, allowed)

    def neighbours(self, passage: Passage) -> tuple[Passage | None, Passage | None]:
        """The passages before and after it in the same piece."""
        at = self.place.get(passage.id)
        if at is None:
            return None, None

        def same(i: int) -> Passage | None:
            if not 0 <= i < len(self.passages):
                return None
            other = self.passages[i]
            piece = (other.document, other.official.key, other.title)
            return (
                other if piece == (passage.document, passage.official.key, passage.title) else None
            )

        return same(at - 1), same(at + 1)
