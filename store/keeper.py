"""The writing half of the library: one thread, one process at a time, and what is kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from store.ahead import Vectors
from store.branch import SAMPLES, ident_of
from store.branches import refuse_deleted
from store.catalogue import Catalogue
from store.errors import StoreError
from store.folder import Folder
from store.index import embeddable
from store.intake import Parsed, Progress
from store.ledger import Ledger
from store.lock import Version
from store.ownership import Ownership
from store.passage import Passage
from store.record import DocumentRecord, IngestResult
from store.report import dropped
from store.settings import Settings
from store.snapshot import stamp_of

_EMBEDDED = 256  # passages embedded between two reports of progress
_RARE = 20  # times as long as a view takes are spent on writing before the next one


def silent(what: str, fraction: float) -> None:
    """A progress report that goes nowhere."""


class Keeper(Catalogue):
    """Writes under the lock, and lets the readers see it when it is whole.

    Readers of this process go on with the view they have while something is written.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__(settings)
        self._writer = threading.RLock()
        self._depth = 0  # operations of the writing thread that are open
        self._due = False  # whether something was written since the readers' view was taken
        self._viewed, self._cost = 0.0, 0.0  # when that was, and the seconds it took
        self._ownership = Ownership(self.settings.home)
        self._ledger = Ledger(self.settings.home)
        self._folder = Folder(self.settings.documents, self.settings.home / "removed")

    @contextmanager
    def _operation(self) -> Generator[None]:
        """One writing thread at a time; the readers' view is taken anew at the end."""
        with self._writer:
            refuse_deleted(self.settings.home)
            self.refresh()
            self._depth += 1
            self._viewed = self._viewed or time.monotonic()
            try:
                yield
            finally:
                self._depth -= 1
                if not self._depth:
                    self._view()

    @contextmanager
    def _writing(self, spare: str = "") -> Generator[None]:
        """Hold the write lock, with Chroma as it is now; keeps rows of revision `spare`."""
        after = None
        try:
            with self._lock.held() as torn:
                during = self._lock.version.number
                if self.settings.chroma_url:
                    self._ownership.take(self._vectors)
                with self._guard:
                    self._busy, after = True, during + 1
                    if torn or during != self._seen + 1:
                        self._open()
                if torn:
                    self._vectors.sweep(self._records, spare)
                yield
        finally:
            if after is not None:
                with self._guard:
                    self._busy, self._due, self._seen = False, True, after

    def reindex(self, progress: Progress | None = None) -> int:
        """Embed every passage again with the embedder of the settings; returns how many.

        The old vectors stay in use until all of the new ones are written.
        """
        tell = progress or silent
        with self._operation(), self._writing():
            records = self._vectors.records()
            count = sum(r.passages for r in records.values())
            done = 0

            def embed(group: list[Passage]) -> Vectors:
                nonlocal done
                vectors = []
                for start in range(0, len(group), _EMBEDDED):
                    vectors.append(self._fresh(group[start : start + _EMBEDDED]))
                    done += len(group[start : start + _EMBEDDED])
                return np.concatenate(vectors)

            def waiting() -> None:
                tell("正在重建向量", done / max(count, 1))

            with self._vectors.rebuilding(stamp_of(self.embedder.name)) as add:
                for ident, record in records.items():
                    own = self._vectors.passages({ident: record}).get(ident, [])
                    add(own, embed, record.revision, waiting=waiting)
            tell("向量已重建", 1.0)
            return count

    def _refuse_samples(self) -> None:
        """Let nothing into the library of the samples.

        Raises:
            StoreError: this is it.
        """
        if ident_of(self.settings.home) == SAMPLES:
            raise StoreError(
                "示例资料不收入文件。请切换到自己的资料库，或新建一个。",
                "Nothing is taken into the samples. Switch to a library of yours, or make one.",
            )

    def _reload(self) -> None:
        with self._writer, self._guard:  # not while this process writes
            self._open()

    def _view(self) -> None:
        """Let the readers see what was written."""
        with self._guard:
            if not self._due:
                return
            self._busy = True  # nobody reopens below our feet
        try:
            start = time.monotonic()
            self._look(Version(self._seen))
            self._viewed, self._cost = time.monotonic(), time.monotonic() - start
            self._due = False
        finally:
            self._busy = False

    def _keep(self, made: Parsed, write: bool, tell: Progress) -> None:
        self._now.check(self.embedder.name)
        with self._writing(made.record.revision):
            self._commit(made, write, tell)

    def _fresh(self, passages: list[Passage]) -> Vectors:
        """A vector for each passage, made by the embedder."""
        return self.embedder.vectors([embeddable(p) for p in passages])

    def _embed(self, passages: list[Passage]) -> Vectors:
        """As `_fresh`, but what is in the library already is not made again."""
        keys: dict[str, tuple[str, str]] = {}
        for p in passages:
            old = self.passage(p.id)
            record = self._now.records.get(p.document)
            if old and record and embeddable(old) == embeddable(p):
                keys[p.id] = (p.id, record.revision)
        found = self._vectors.vectors([*keys.values()]) if keys else {}
        kept = {i: found[key] for i, key in keys.items() if key in found}
        if not kept:
            return self._fresh(passages)
        new = [p for p in passages if p.id not in kept]
        kept |= zip((p.id for p in new), self._fresh(new) if new else (), strict=True)
        return np.stack([kept[p.id] for p in passages])

    def _commit(self, made: Parsed, write: bool = True, tell: Progress = silent) -> None:
        """Write a document and switch to it; the write lock is held."""
        new, old = made.record, self._records.get(made.record.id)

        def embed(passages: list[Passage]) -> Vectors:
            begun = made.first(passages)
            return self._embed(passages) if begun is None else begun

        if write:
            self._vectors.add(
                made.passages,
                embed,
                new.revision,
                lambda share: tell(f"正在编入 {new.name}", 0.4 + 0.6 * share),
            )
        if not self._folder.holds(new) and new.origin == "user":
            self._ledger.add(Path(new.path))
        if not self._vectors.stamp:
            self._vectors.stamp = stamp_of(self.embedder.name)
        self._vectors.commit(new, old is not None and old.revision != new.revision)
        self._records[new.id] = new

    def _show(self) -> None:
        """Take a new view in the middle of a long operation, if that does not hold it up."""
        if time.monotonic() - self._viewed > 1 + _RARE * self._cost:
            self._view()

    def _drop(self, record: DocumentRecord) -> IngestResult:
        with self._writing():
            self._vectors.forget(record.id)
            self._records.pop(record.id, None)
            self._ledger.discard(Path(record.path))
        return dropped(record)
