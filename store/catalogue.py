"""What is in the library and what is found in it: everything that only reads."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from store.correction import Corrections
from store.document import Line
from store.errors import StoreError
from store.lock import WriteLock
from store.passage import Hit, Passage
from store.proof import Proofs
from store.record import DocumentRecord
from store.remarks import Official, Remarks
from store.settings import Settings
from store.snapshot import Snapshot
from store.vectors import VectorStore

if TYPE_CHECKING:
    from store.embedder import Embedder


class Catalogue:
    """The library as a reader sees it: one version at a time. Safe to share between threads."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._guard = threading.RLock()
        self._embedder: Embedder | None = None
        home = self.settings.home
        self._lock = WriteLock(home, self.settings.lock_seconds)
        self._vectors = VectorStore(home, self.settings.chroma_url)
        self._now = Snapshot(self._lock.version, self._vectors)
        self._proofs = Proofs(home, int(self.settings.max_file_mb * 2**20))

    @property
    def version(self) -> int:
        """Grows with each change."""
        return self._now.version

    @property
    def is_sample(self) -> bool:
        """Whether the answers come from the shipped samples."""
        records = self._now.records.values()
        return bool(records) and all(r.origin == "sample" or not r.passages for r in records)

    def documents(self) -> list[DocumentRecord]:
        """Every document, in the order of ingest."""
        return list(self._now.records.values())

    def officials(self) -> list[Official]:
        """Everybody who can be cited, in the order in which they appear."""
        return list(self._now.officials.values())

    def passages(self) -> list[Passage]:
        """Every passage, by document, then in reading order."""
        return list(self._now.passages)

    def passage(self, ident: str) -> Passage | None:
        """The passage of that id, or None."""
        at = self._now.place.get(ident)
        return None if at is None else self._now.passages[at]

    def neighbours(self, passage: Passage) -> tuple[Passage | None, Passage | None]:
        """The passages before and after it in the same piece."""
        return self._now.neighbours(passage)

    @property
    def embedder(self) -> Embedder:
        """The embedder of the settings, loaded at first use."""
        with self._guard:
            if self._embedder is None:
                from store.embedder import load_embedder  # LangChain costs a second

                self._embedder = load_embedder(self.settings)
            return self._embedder

    def lexical(
        self, question: str, limit: int, officials: frozenset[str] | None = None
    ) -> list[Hit]:
        """The `limit` passages with the highest BM25, best first; none that scores zero.

        `officials` are keys; None asks everybody, an empty set nobody.
        """
        now = self._now
        scores = now.lexical(question, officials)
        order = np.argsort(-scores, kind="stable")[:limit]
        return [Hit(now.passages[i], float(scores[i])) for i in order if scores[i] > 0]

    def dense(
        self, question: str, limit: int, officials: frozenset[str] | None = None
    ) -> list[Hit]:
        """The `limit` nearest passages by cosine similarity, best first."""
        if not self._now.passages:
            return []
        self._now.check(self.embedder.name)
        vector = self.embedder.embed_query(question)
        with self._guard:
            now = self._now
            found = self._vectors.query(vector, min(limit, len(now.passages)), officials)
            # A killed writer may have left a second row of a passage until the next one sweeps.
            best = {i: s for i, s in reversed(found) if i in now.place}
            return [Hit(now.passages[now.place[i]], best[i]) for i in reversed(best)]

    def similarities(self, question: str, passages: Sequence[Passage]) -> NDArray[np.float32]:
        """Cosine similarity of the question with each of some passages of this library."""
        if not passages:
            return np.zeros(0, dtype=np.float32)
        self._now.check(self.embedder.name)
        query = np.asarray(self.embedder.embed_query(question), dtype=np.float32)
        with self._guard:
            keys = [(p.id, self._now.records[p.document].revision) for p in passages]
            return self._vectors.vectors(keys) @ query

    def refresh(self) -> None:
        """Reopen if another process has written since."""
        with self._guard:
            if self._lock.version != self._now.version:
                self._vectors.open()
                self._now = Snapshot(self._lock.version, self._vectors)

    def remarks(self, document: str) -> tuple[Remarks, ...]:
        """Who said what in a document, a person's corrections applied.

        The paragraphs whose speaker is not known are there too, under ``official=None``.

        Raises:
            StoreError: no such document, or its file has gone or changed.
        """
        return self._proofs.remarks(self.record(document))

    def source_lines(self, document: str) -> tuple[Line, ...]:
        """A document as it lay on the page: its lines in file order, each with its kind.

        Raises:
            StoreError: as `remarks`.
        """
        return self._proofs.read(self.record(document)).lines

    def named(self, document: str) -> tuple[Official, ...]:
        """Everybody a document names: in a byline, by the attribution or by a correction.

        Raises:
            StoreError: as `remarks`.
        """
        known = {o.key: o for o in self._proofs.read(self.record(document)).officials}
        told = (r.official for r in self.remarks(document) if r.official)
        return tuple({**known, **{o.key: o for o in told if o.key not in known}}.values())

    def corrections(self, document: str) -> Corrections:
        """What a person corrected in a document.

        Raises:
            StoreError: no such document, or the record of corrections is damaged.
        """
        return self._proofs.corrections(self.record(document).digest)

    def record(self, document: str) -> DocumentRecord:
        """The record of that id.

        Raises:
            StoreError: there is none.
        """
        record = self._now.records.get(document)
        if record is None:
            raise StoreError(
                f"资料库里没有编号为 {document} 的文件。用 python -m store list 查看编号。",
                f"No document {document} in the library. See python -m store list.",
            )
        return record
