"""What is in the library and what is found in it: everything that only reads."""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from store.correction import Corrections
from store.document import Line
from store.errors import LibraryDamaged, StoreError
from store.index import best
from store.lock import Version, WriteLock
from store.passage import Candidate, Hit, Passage
from store.proof import Proofs
from store.record import DocumentRecord
from store.remarks import Official, Remarks
from store.settings import Settings
from store.snapshot import Snapshot
from store.vectors import VectorStore

if TYPE_CHECKING:
    from store.embedder import Embedder

_REMEMBERED = 32  # questions whose vectors are kept: one is searched several times over


_LOOKS = 20  # tries to read a library that another process is writing


class Catalogue:
    """The library as a reader sees it: one version at a time. Safe to share between threads."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._guard = threading.RLock()
        self._loading = threading.Lock()
        self._embedder: Embedder | None = None
        self._asked: dict[str, NDArray[np.float32]] = {}
        home = self.settings.home
        self._lock = WriteLock(home, self.settings.lock_seconds)
        self._vectors = VectorStore(home, self.settings.chroma_url)
        self._now: Snapshot
        self._busy = False  # whether a thread of this process is writing
        self._seen = -1  # number of the version that Chroma was opened at
        self._open()
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

    def check(self) -> None:
        """See that the embedder of the settings is the one that made the vectors.

        Raises:
            EmbedderMismatch: it is not.
            EmbedderUnavailable: it cannot be loaded or reached.
        """
        self._now.check(self.embedder.name)

    def vectors(self) -> NDArray[np.float32]:
        """The vectors of `passages`, in that order: shape (n, dimensions), float32.

        Raises:
            EmbedderMismatch: another embedder made them.
        """
        return self._loaded().matrix()

    def vector(self, question: str) -> NDArray[np.float32]:
        """The vector of a question, shape (dimensions,); the last few are remembered.

        Raises:
            EmbedderUnavailable: the embedder cannot be loaded or reached.
        """
        with self._guard:
            vector = self._asked.get(question)
            if vector is None:
                vector = np.asarray(self.embedder.embed_query(question), dtype=np.float32)
                if len(self._asked) >= _REMEMBERED:
                    self._asked.pop(next(iter(self._asked)))
                self._asked[question] = vector
            return vector

    def neighbours(self, passage: Passage) -> tuple[Passage | None, Passage | None]:
        """The passages before and after it in the same piece."""
        return self._now.neighbours(passage)

    @property
    def embedder(self) -> Embedder:
        """The embedder of the settings, loaded at first use."""
        with self._loading:
            if self._embedder is None:
                from store.embedder import load_embedder  # LangChain costs a second

                self._embedder = load_embedder(self.settings)
            return self._embedder

    def candidates(
        self,
        question: str,
        limit: int,
        officials: frozenset[str] | None = None,
        years: frozenset[str] | None = None,
    ) -> list[Candidate]:
        """The `limit` best passages of each search, both scores on each; no order.

        A misspelled word is searched as the passages spell it.

        Args:
            officials: keys; None asks everybody, an empty set nobody.
            years: of the pieces' dates; None asks for all, also for those without a date.

        Raises:
            EmbedderMismatch: another embedder made the vectors.
            EmbedderUnavailable: the embedder cannot be loaded or reached.
        """
        now = self._loaded()
        if not now.passages:
            return []
        near = partial(self._similarities, now)
        return now.index.candidates(question, near, limit, officials, years)

    def lexical(
        self, question: str, limit: int, officials: frozenset[str] | None = None
    ) -> list[Hit]:
        """The `limit` passages with the highest BM25, best first; none that scores zero.

        `officials` are keys; None asks everybody, an empty set nobody.
        """
        now = self._now
        scores = now.index.lexical(question)
        order = best(scores, limit, now.index.within(officials), above=0.0)
        return [Hit(now.passages[i], float(scores[i])) for i in order]

    def dense(
        self, question: str, limit: int, officials: frozenset[str] | None = None
    ) -> list[Hit]:
        """The `limit` nearest passages by cosine similarity, best first."""
        now = self._loaded()
        if not now.passages:
            return []
        scores = self._similarities(now, question)
        order = best(scores, limit, now.index.within(officials))
        return [Hit(now.passages[i], float(scores[i])) for i in order]

    def _loaded(self) -> Snapshot:
        """The library as it is, its vectors in memory and of the embedder in use."""
        now = self._now
        now.check(self.embedder.name)
        try:
            with self._guard:
                now.matrix()
        except (KeyError, LibraryDamaged):  # a writer has replaced a document, or all of them
            self._reload()
            now = self._now
            with self._guard:
                now.matrix()
        return now

    def _reload(self) -> None:
        with self._guard:
            self._open()

    def _similarities(self, now: Snapshot, question: str) -> NDArray[np.float32]:
        """Cosine similarity of the question with every passage, shape (n passages,)."""
        vector = self.vector(question)
        with self._guard:
            return now.matrix() @ vector

    def refresh(self) -> None:
        """Reopen if another process has written since, or was killed while it wrote.

        Raises:
            ServerAway: Chroma is a server, and it cannot be reached.
        """
        if self._busy or self._current(self._lock.version):
            return
        with self._guard:
            found = self._lock.version
            if self._busy or self._current(found):
                return
            # While a writer is alive this process's view is whole, if not the newest.
            if found.condition != "writing" or self._lock.settle():
                self._open()

    def _current(self, found: Version) -> bool:
        same = found.number == self._seen and found.condition != "writing"
        # A server's library may change without the folder's knowledge.
        return same and not (
            self.settings.chroma_url and self._vectors.revision != self._now.revision
        )

    def _open(self) -> None:
        """Open Chroma afresh and take a view of it."""
        found = self._lock.version
        if self._seen >= 0:
            self._vectors.open()
        self._look(found)
        # Opened beside a living writer, it is to be opened again when that one is done.
        self._seen = found.number - (found.condition == "writing")

    def _look(self, found: Version) -> None:
        """Take a view; what another process switches meanwhile is looked at once more."""
        before = self._now if self._seen >= 0 else None
        for patience in range(_LOOKS, -1, -1):
            try:
                self._now = Snapshot(found.number, self._vectors, before)
                break
            except LibraryDamaged:
                now = self._lock.version
                if not patience or (now == found and found.condition != "writing"):
                    raise
                time.sleep(0.05)
                found = now
        self._records = dict(self._now.records)

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
