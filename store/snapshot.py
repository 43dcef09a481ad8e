"""The library as it stood at one version, in memory: what a question is answered from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from store.errors import EmbedderMismatch, LibraryDamaged
from store.index import PassageIndex
from store.passage import Passage
from store.record import DocumentRecord
from store.remarks import Official
from store.secret import redact
from store.vectors import VectorStore

_BATCH = 1000  # vectors fetched at once: Chroma hands them over in ten times their room
LAYOUT = "+title"  # what is embedded of a passage; another layout makes other vectors


def stamp_of(embedder: str) -> str:
    """What vectors are stamped with: the embedder's name and what of a passage it is given."""
    return f"{embedder}{LAYOUT}"


def _family(embedder: str) -> str:
    """The first two parts of a name: which of the embedders that come along it is."""
    return "-".join(embedder.split("-")[:2])


@dataclass(frozen=True, slots=True)
class Known:
    """Vectors in memory, and whose they are.

    Attributes:
        place: passage's id → number of its row.
        revisions: document's id → the revision that the rows are of.
        rows: shape (n passages, dimensions).
    """

    place: Mapping[str, int]
    revisions: Mapping[str, str]
    rows: NDArray[np.float32]

    def at(self, passage: Passage, revision: str) -> int:
        """The number of the passage's row in that revision, or -1."""
        same = self.revisions.get(passage.document) == revision
        return self.place.get(passage.id, -1) if same else -1


class Snapshot:
    """Records, passages and what they are searched by; never changed once made.

    Args:
        version: number of the library's version file.
        before: the snapshot that this one follows; what has not changed is taken from there.

    Raises:
        LibraryDamaged: it cannot be read, or a document lacks some of its passages.
    """

    def __init__(self, version: int, vectors: VectorStore, before: Snapshot | None = None) -> None:
        self.revision = vectors.revision  # first: what changes from here on is newer
        self.version = version + self.revision
        self.stamp = vectors.stamp
        self.records: dict[str, DocumentRecord] = vectors.records()
        self.passages: list[Passage] = self._read(vectors, before)
        self.place = {p.id: i for i, p in enumerate(self.passages)}
        self.officials: dict[str, Official] = {p.official.key: p.official for p in self.passages}
        self.index = PassageIndex(self.passages)
        self._store = vectors
        self._rows: NDArray[np.float32] | None = None
        same = before is not None and before.stamp == self.stamp
        self._known = before.known() if before and same else None

    def _read(self, vectors: VectorStore, before: Snapshot | None) -> list[Passage]:
        kept: dict[str, list[Passage]] = {}
        for p in before.passages if before else ():
            kept.setdefault(p.document, []).append(p)
        old = before.records if before else {}
        changed = {
            i: r for i, r in self.records.items() if i not in old or old[i].revision != r.revision
        }
        kept |= {i: [] for i in changed} | vectors.passages(changed) if changed else {}
        for ident, record in self.records.items():
            self._complete(record, len(kept.get(ident, ())))
        if vectors.count() < sum(r.passages for r in self.records.values()):
            for record in self.records.values():
                there = vectors.present(kept.get(record.id, ()), record.revision)
                self._complete(record, len(there))
        return [p for i in self.records for p in kept.get(i, ())]

    def _complete(self, record: DocumentRecord, there: int) -> None:
        if there != record.passages:
            raise LibraryDamaged(
                f"“{record.name}”在索引里应有 {record.passages} 段，"
                f"只有 {there} 段。请运行 python -m store rebuild。",
                f"{record.name} should have {record.passages} passages in the index, but has "
                f"{there}. Run python -m store rebuild.",
            )

    def check(self, embedder: str) -> None:
        """Refuse an embedder other than the one that made the vectors.

        Raises:
            EmbedderMismatch: with the remedy.
        """
        if self.stamp and self.stamp != stamp_of(embedder):
            made_by, embedder = redact(self.stamp.removesuffix(LAYOUT)), redact(embedder)
            raise EmbedderMismatch(
                f"资料库是用向量模型“{made_by}”建立的，现在设置的是“{embedder}”。"
                "请改回原来的设置，或在“设置”页（或用 python -m store reindex）重建索引。",
                f"The library was indexed with {made_by}, but the settings name {embedder}. "
                "Change the setting back, or index again on the settings page or by "
                "python -m store reindex.",
            )

    def outdated(self, embedder: str) -> bool:
        """Whether an earlier release of the program made the vectors, not another setting."""
        if not self.stamp or self.stamp == stamp_of(embedder):
            return False
        made_by, now = _family(self.stamp), _family(embedder)
        # The table was the built-in embedder before the transformer joined it.
        grown = (made_by, now) == ("builtin-static", "builtin-joint")
        same = made_by == now and now.startswith("builtin-")
        return grown or same or self.stamp.split("+")[0] == embedder

    def matrix(self) -> NDArray[np.float32]:
        """The passages' vectors, a row each: shape (n passages, dimensions), float32.

        Kept in memory, where an exact search over all of them costs less than fetching a few:
        1 KB a passage at 256 dimensions. Fetched at first use.

        Raises:
            KeyError: a writer has replaced a document since this view was taken.
        """
        if self._rows is None:
            known = self._known
            old = [known.at(p, self._revision(p)) if known else -1 for p in self.passages]
            new = [n for n, at in enumerate(old) if at < 0]
            width = known.rows.shape[1] if known else 0
            rows = np.empty((len(old), width), dtype=np.float32)
            for start in range(0, len(new), _BATCH):
                part = new[start : start + _BATCH]
                keys = [(self.passages[n].id, self._revision(self.passages[n])) for n in part]
                found = self._store.vectors(keys)
                fetched = np.stack([found[key] for key in keys])
                if rows.shape[1] != fetched.shape[1]:
                    rows = np.empty((len(old), fetched.shape[1]), dtype=np.float32)
                rows[part] = fetched
            kept = [n for n, at in enumerate(old) if at >= 0]
            for start in range(0, len(kept), _BATCH):
                part = kept[start : start + _BATCH]
                assert known
                rows[part] = known.rows[[old[n] for n in part]]
            self._rows, self._known = rows, None
        return self._rows

    def _revision(self, passage: Passage) -> str:
        return self.records[passage.document].revision

    def known(self) -> Known | None:
        """The vectors that are in memory, if any are."""
        if self._rows is None or not self.passages:
            return self._known
        revisions = {ident: record.revision for ident, record in self.records.items()}
        return Known(self.place, revisions, self._rows)

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
