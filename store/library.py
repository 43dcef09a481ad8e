"""Everything ingested; the only door to the store."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from store.ahead import awaited, one_ahead
from store.amendment import amend
from store.branches import located
from store.correction import Corrections
from store.durable import write_whole
from store.errors import (
    EmbedderUnavailable,
    ForeignLibrary,
    LibraryBusy,
    ServerAway,
    StoreError,
    YanjuError,
)
from store.intake import Coming, Parsed, Progress, document_id, parse, parsed, revision, sources
from store.keeper import Keeper, silent
from store.reader import load
from store.record import DocumentRecord, IngestResult
from store.refusal import Refusals, stamped
from store.report import result
from store.settings import Settings
from store.vectors import BATCH

# What says nothing of the file: it is tried again at the next look.
_PASSING = (LibraryBusy, ServerAway, ForeignLibrary, EmbedderUnavailable)


class Library(Keeper):
    """Documents in, passages out.

    One process writes at a time, by a lock in the library's folder; every reader
    reopens when another process has written. Safe to share between threads.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__(settings)
        self._refused = Refusals()

    @classmethod
    def open(cls, settings: Settings | None = None) -> Library:
        """Open the library that the settings name; creates an empty one.

        Raises:
            BadSetting: they name one of several libraries, and there is no such one.
        """
        return cls(located(settings or Settings()))

    def sync(self, progress: Progress | None = None) -> list[IngestResult]:
        """Follow the documents folder; without a user's own passages, the samples.

        Cheap when nothing changed. Files that cannot be read are reported once. After an
        update of the program, vectors of an earlier built-in embedder are made anew.
        """
        tell = progress or silent
        with self._operation():
            if self.settings.chroma_url and self._ownership.foreign(self._vectors):
                return []  # those who write there follow their own folder
            if self._now.stamp and self._now.outdated(self.embedder.name):
                self.reindex(tell)
            folder = self.settings.documents
            results = self._follow(folder, "user", tell) if folder.is_dir() else []
            if self._has_own():
                results += self._step_aside()
            elif self.settings.samples.is_dir():
                results += self._follow(self.settings.samples, "sample", tell)
            stale = filter(self._stale, [*self._records.values()])
            due = ((Path(r.path), r.origin) for r in stale if r.id not in self._refused)
            return results + self._take(
                Coming(path, origin, tell, n > 0)
                for n, (path, origin) in enumerate(due)
                if path.is_file()
            )

    def ingest(
        self, paths: Iterable[Path | str], progress: Progress | None = None
    ) -> list[IngestResult]:
        """Take in files and folders; a folder's vanished files leave the library.

        Each file has its own result; one that fails leaves the others and its own old
        passages as they were.
        """
        tell = progress or silent
        with self._operation():
            self._refuse_samples()
            results: list[IngestResult] = []
            for folders, some in groupby(map(Path, paths), Path.is_dir):
                if folders:
                    for path in some:
                        results += self._follow(path, "user", tell, force=True)
                else:
                    results += self._take(
                        Coming(path, "user", tell, n > 0) for n, path in enumerate(some)
                    )
            if self._has_own():
                self._step_aside()
            return results

    def upload(self, name: str, data: bytes, progress: Progress | None = None) -> IngestResult:
        """Keep an uploaded file in the documents folder and take it in.

        A file of that name with other content is kept beside it under a numbered name.
        A file that cannot be read, or is there already, is not kept.
        """
        with self._operation():
            try:
                target, new = self._folder.save(name, data)
            except StoreError as error:
                return IngestResult(name, "", "failed", error.zh, error.en)
            try:
                done = self.ingest([target], progress)[0]
            except BaseException:  # stopped by a person, too
                if new:
                    target.unlink(missing_ok=True)
                raise
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
        with self._operation():
            record = self.record(document)
            if record.origin == "sample":
                raise StoreError(
                    "示例资料不能单独移除；收入自己的文件后，示例会自动让位。",
                    "Samples cannot be removed; they step aside once you add a file of your own.",
                )
            self._folder.set_aside(record)
            self._drop(record)
            return record

    def bring_back(self, record: DocumentRecord) -> IngestResult:
        """Take a removed document in again, with the corrections that were made of it.

        Args:
            record: as `remove` returned it.

        Raises:
            StoreError: its file is gone, or another one has its place.
        """
        with self._operation():
            self._folder.bring_back(record)
            return self.ingest([record.path])[0]

    def replace(
        self, document: str, name: str, data: bytes, progress: Progress | None = None
    ) -> IngestResult:
        """Put another file in the place of a document; the old one is kept in ``removed/``.

        One that cannot be read leaves the old one as it was.

        Raises:
            StoreError: no document has that id, it is one of the samples, or the folder cannot
                be written.
        """
        with self._operation():
            old = self.record(document)
            same = Path(name).suffix.lower() == Path(old.path).suffix.lower()
            if old.origin == "sample" or not (same and self._folder.holds(old)):
                done = self.upload(name, data, progress)
                if done.state == "added" and done.document != document:
                    self.remove(document)
                return done
            self._folder.set_aside(old)
            try:
                write_whole(Path(old.path), data)
                done = self.ingest([old.path], progress)[0]
            except BaseException:
                self._folder.bring_back(old, over=True)
                raise
            if done.state == "failed":
                self._folder.bring_back(old, over=True)
                self._refused.forget(old.id)
            return done

    def correct(self, document: str, corrections: Corrections) -> IngestResult:
        """Put a person's corrections of a document in force, at once and for good.

        Args:
            document: its id.
            corrections: all of them: those of `corrections` with a step added or taken away.

        Raises:
            StoreError: the file has gone or changed, or somebody else corrected it meanwhile;
                nothing is changed then.
        """
        with self._operation():
            record = self.record(document)
            sheet = self._proofs.read(record)
            said = corrections.signed(sheet.document)
            new = parsed(record, amend(sheet.remarks, sheet.document, said), said)
            self._now.check(self.embedder.name)
            with self._writing(new.record.revision):
                kept = self._proofs.corrections(record.digest)
                if self._records.get(document) != record or not said.continues(kept):
                    raise StoreError(
                        f"“{record.name}”刚被别人校对或更新过。请刷新页面，看过后再改。",
                        f"{record.name} was corrected or updated by somebody else. "
                        "Reload the page and look again.",
                    )
                restore = self._proofs.save(record.digest, said)
                try:
                    self._commit(new)
                except BaseException:
                    restore()
                    raise
            if self._has_own():
                self._step_aside()
            return result(new.record, "replaced" if new.passages else "no_official", corrected=True)

    def _follow(
        self, folder: Path, origin: str, tell: Progress, force: bool = False
    ) -> list[IngestResult]:
        """Take in what is new or changed below a folder, drop what has vanished."""
        files = sources(folder)

        def part(i: int) -> Progress:
            return lambda what, share: tell(what, (i + share) / len(files))

        changed = ((i, path) for i, path in enumerate(files) if force or self._changed(path))
        results = self._take(
            Coming(path, origin, part(i), n > 0) for n, (i, path) in enumerate(changed)
        )
        here = {str(p.resolve()) for p in files}
        root = folder.resolve()
        for record in [*self._records.values()]:
            if root in Path(record.path).parents and record.path not in here:
                results.append(self._drop(record))
        return results

    def _changed(self, path: Path) -> bool:
        ident, stamp = document_id(path), stamped(path)
        if stamp is None:
            return False  # gone since the folder was listed: dropped at the next look
        if self._refused.holds(ident, stamp, {r.digest for r in [*self._records.values()]}):
            return False
        record = self._records.get(ident)
        return record is None or self._stale(record) or (record.size, record.mtime) != stamp

    def _take(self, files: Iterable[Coming]) -> list[IngestResult]:
        """Read, attribute, embed and keep files; one is read while the one before is written."""
        return [self._take_one(one, made) for one, made in one_ahead(files, self._read)]

    def _read(self, one: Coming) -> Parsed:
        """A file read and attributed, in a thread; with it the first vectors of a new one."""
        limit = int(self.settings.max_file_mb * 2**20)
        data = load(one.path, limit)
        made = parse(one.path, data, one.origin, limit, self._proofs.corrections, one.turned)
        records = [*self._records.values()]
        # What has changed has vectors, and what was killed is the first to come again.
        if (
            one.ahead
            and all(made.record.id != r.id for r in records)
            and not self._twin(made.record)
        ):
            made = replace(made, begun=self._fresh([*made.passages[:BATCH]]))
        return made

    def _take_one(self, one: Coming, reading: Future[Parsed]) -> IngestResult:
        path, tell = one.path, one.tell
        try:
            tell(f"正在读取 {path.name}", 0.0)
            made = awaited(reading, one.report)
            new = made.record
            old = self._records.get(new.id)
            if old is None and self._twin(new):
                self._refused.note(new.id, (new.size, new.mtime), new.digest)
                return result(new, "duplicate")
            same = old is not None and old.revision == new.revision
            if not (old and same and old.mtime == new.mtime):
                tell(f"正在编入 {path.name}", 0.4)
                self._keep(made, not same, tell)
                self._show()
            tell(f"已编入 {path.name}", 1.0)
        except YanjuError as error:
            if not isinstance(error, _PASSING) and (stamp := stamped(path)):
                self._refused.note(document_id(path), stamp)
            return IngestResult(path.name, "", "failed", error.zh, error.en)
        if not made.passages:
            return result(new, "no_official")
        return result(new, "unchanged" if same else "replaced" if old else "added")

    def _twin(self, record: DocumentRecord) -> DocumentRecord | None:
        """Another document of the same origin with the same bytes, still on disk."""
        for other in [*self._records.values()]:
            same = other.digest == record.digest and other.origin == record.origin
            if same and other.id != record.id and Path(other.path).exists():
                return other
        return None

    def _has_own(self) -> bool:
        """Whether a file of the user's can be cited."""
        return any(r.origin == "user" and r.passages for r in [*self._records.values()])

    def _step_aside(self) -> list[IngestResult]:
        """Take the samples out."""
        return [self._drop(r) for r in [*self._records.values()] if r.origin == "sample"]

    def _stale(self, record: DocumentRecord) -> bool:
        """Whether the program or the corrections are others than when it was taken in."""
        try:
            said = self._proofs.corrections(record.digest)
        except StoreError:
            return True  # told when the file is taken in again
        return record.revision != revision(record.digest, said)
