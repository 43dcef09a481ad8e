"""Everything ingested; the only door to the store."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from store.errors import LibraryBusy, StoreError, YanjuError
from store.folder import Folder
from store.intake import Parsed, document_id, load, parse, sources
from store.lock import WriteLock
from store.passage import Hit, Passage
from store.record import DocumentRecord, IngestResult
from store.remarks import Official
from store.report import dropped, result
from store.settings import Settings
from store.snapshot import Snapshot, searchable
from store.vectors import VectorStore

if TYPE_CHECKING:
    from store.embedder import Embedder

Progress = Callable[[str, float], None]


def _silent(what: str, fraction: float) -> None:
    """A progress report that goes nowhere."""


class Library:
    """Documents in, passages out.

    One process writes at a time, by a lock in the library's folder; every reader
    reopens when another process has written. Safe to share between threads.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._guard = threading.RLock()
        self._failed: dict[str, tuple[int, int]] = {}
        self._embedder: Embedder | None = None
        home = self.settings.home
        self._folder = Folder(self.settings.documents, home / "removed")
        self._lock = WriteLock(home, self.settings.lock_seconds)
        self._vectors = VectorStore(home, self.settings.chroma_url)
        self._now = Snapshot(self._lock.version, self._vectors)

    @classmethod
    def open(cls, settings: Settings | None = None) -> Library:
        """Open the library that the settings name; creates an empty one."""
        return cls(settings)

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
            return [Hit(now.passages[now.place[i]], s) for i, s in found if i in now.place]

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

    def sync(self, progress: Progress | None = None) -> list[IngestResult]:
        """Follow the documents folder; without a user's own passages, the samples.

        Cheap when nothing changed. Files that cannot be read are reported once. After an
        update of the program, vectors of an earlier built-in embedder are made anew.
        """
        tell = progress or _silent
        with self._guard:
            self.refresh()
            if self._now.stamp and self._now.outdated(self.embedder.name):
                self.reindex(tell)
            folder = self.settings.documents
            results = self._follow(folder, "user", tell) if folder.is_dir() else []
            own = any(r.origin == "user" and r.passages for r in self.documents())
            if own:
                results += [self._drop(r) for r in self.documents() if r.origin == "sample"]
            elif self.settings.samples.is_dir():
                results += self._follow(self.settings.samples, "sample", tell)
            return results

    def ingest(
        self, paths: Iterable[Path | str], progress: Progress | None = None
    ) -> list[IngestResult]:
        """Take in files and folders; a folder's vanished files leave the library.

        Each file has its own result; one that fails leaves the others and its own old
        passages as they were.
        """
        tell = progress or _silent
        with self._guard:
            self.refresh()
            results: list[IngestResult] = []
            for path in map(Path, paths):
                if path.is_dir():
                    results += self._follow(path, "user", tell, force=True)
                else:
                    results.append(self._take(path, "user", tell))
            if any(r.origin == "user" and r.passages for r in self.documents()):
                for record in [r for r in self.documents() if r.origin == "sample"]:
                    self._drop(record)
            return results

    def upload(self, name: str, data: bytes, progress: Progress | None = None) -> IngestResult:
        """Keep an uploaded file in the documents folder and take it in.

        A file of that name with other content is kept beside it under a numbered name.
        A file that cannot be read, or is there already, is not kept.
        """
        with self._guard:
            try:
                target, new = self._folder.save(name, data)
            except StoreError as error:
                return IngestResult(name, "", "failed", error.zh, error.en)
            done = self.ingest([target], progress)[0]
            if new and done.state in ("failed", "duplicate"):
                target.unlink(missing_ok=True)
            return done

    def remove(self, document: str) -> DocumentRecord:
        """Take a document out of every answer.

        A file inside the documents folder is moved to ``removed/`` in the library's
        folder, so that it does not come back by itself and is not lost.

        Raises:
            StoreError: no document has that id, or it is one of the samples.
        """
        with self._guard:
            self.refresh()
            record = self._now.records.get(document)
            if record is None:
                raise StoreError(
                    f"资料库里没有编号为 {document} 的文件。用 python -m store list 查看编号。",
                    f"No document {document} in the library. See python -m store list.",
                )
            if record.origin == "sample":
                raise StoreError(
                    "示例资料不能单独移除；收入自己的文件后，示例会自动让位。",
                    "Samples cannot be removed; they step aside once you add a file of your own.",
                )
            self._folder.set_aside(record)
            self._drop(record)
            return record

    def reindex(self, progress: Progress | None = None) -> int:
        """Embed every passage again with the embedder of the settings; returns how many.

        The old vectors stay in use until all of the new ones are written.
        """
        tell = progress or _silent
        with self._guard, self._writing():
            now = self._now
            with self._vectors.rebuilding(self.embedder.name) as add:
                for i, (ident, record) in enumerate(now.records.items()):
                    tell(f"正在为 {record.name} 重建向量", i / len(now.records))
                    group = [p for p in now.passages if p.document == ident]
                    vectors = self.embedder.embed_documents([searchable(p) for p in group])
                    add(group, vectors, record.revision)
            tell("向量已重建", 1.0)
            return len(now.passages)

    @contextmanager
    def _writing(self) -> Generator[None]:
        """Hold the write lock, on a fresh view; take a new view when done."""
        with self._lock.held():
            self.refresh()
            self._vectors.sweep(self._now.records)
            yield
        self._now = Snapshot(self._lock.version, self._vectors)

    def _follow(
        self, folder: Path, origin: str, tell: Progress, force: bool = False
    ) -> list[IngestResult]:
        """Take in what is new or changed below a folder, drop what has vanished."""
        files = sources(folder)
        results = []
        for i, path in enumerate(files):
            if force or self._changed(path):

                def part(what: str, fraction: float, i: int = i) -> None:
                    tell(what, (i + fraction) / len(files))

                results.append(self._take(path, origin, part))
        here = {str(p.resolve()) for p in files}
        root = folder.resolve()
        for record in self.documents():
            if root in Path(record.path).parents and record.path not in here:
                results.append(self._drop(record))
        return results

    def _changed(self, path: Path) -> bool:
        info = path.stat()
        if self._failed.get(str(path)) == (info.st_size, info.st_mtime_ns):
            return False
        record = self._now.records.get(document_id(path))
        return record is None or (record.size, record.mtime) != (info.st_size, info.st_mtime_ns)

    def _take(self, path: Path, origin: str, tell: Progress) -> IngestResult:
        """Read, attribute, embed and keep one file."""
        limit = int(self.settings.max_file_mb * 2**20)
        try:
            tell(f"正在读取 {path.name}", 0.0)
            parsed = parse(path, load(path, limit), origin, limit)
            new = parsed.record
            old = self._now.records.get(new.id)
            if old is None and self._twin(new):
                self._failed[str(path)] = (new.size, new.mtime)
                return result(new, "duplicate")
            same = old is not None and old.revision == new.revision
            if not (old and same and old.mtime == new.mtime):
                tell(f"正在编入 {path.name}", 0.4)
                self._keep(parsed, write=not same)
            tell(f"已编入 {path.name}", 1.0)
        except YanjuError as error:
            if path.exists() and not isinstance(error, LibraryBusy):
                info = path.stat()
                self._failed[str(path)] = (info.st_size, info.st_mtime_ns)
            return IngestResult(path.name, "", "failed", error.zh, error.en)
        if not parsed.passages:
            return result(new, "no_official")
        return result(new, "unchanged" if same else "replaced" if old else "added")

    def _twin(self, record: DocumentRecord) -> DocumentRecord | None:
        """Another document of the same origin with the same bytes, still on disk."""
        for other in self.documents():
            same = other.digest == record.digest and other.origin == record.origin
            if same and other.id != record.id and Path(other.path).exists():
                return other
        return None

    def _keep(self, parsed: Parsed, write: bool) -> None:
        self._now.check(self.embedder.name)
        texts = [searchable(p) for p in parsed.passages] if write else []
        vectors = self.embedder.embed_documents(texts) if texts else []
        with self._writing():
            if texts:
                self._vectors.add(parsed.passages, vectors, parsed.record.revision)
            self._vectors.commit(parsed.record)
            if not self._vectors.stamp:
                self._vectors.stamp = self.embedder.name

    def _drop(self, record: DocumentRecord) -> IngestResult:
        with self._writing():
            self._vectors.forget(record.id)
        return dropped(record)
