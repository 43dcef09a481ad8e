"""A new index from the source files, for when the old one is damaged or of another version."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import StoreError
from store.ledger import Ledger
from store.lock import WriteLock
from store.record import DocumentRecord, IngestResult
from store.settings import Settings

if TYPE_CHECKING:
    from store.intake import Progress

SPARE = "chroma-former"  # where the old index waits until the new one is whole


def rebuild(settings: Settings, progress: Progress | None = None) -> list[IngestResult]:
    """Make the index anew from the documents folder and the files taken in from elsewhere.

    Corrections are kept and applied. Killed on the way, it goes on from where it was at the
    next start. The old index is deleted at the end, but kept where a source file has gone.

    Raises:
        LibraryBusy: somebody else is writing.
        StoreError: the folder cannot be written, or the server cannot be reached.
    """
    from store.library import Library

    before = _records(settings)
    old, spare = settings.home / "chroma", settings.home / SPARE
    with WriteLock(settings.home, settings.lock_seconds).held():
        if settings.chroma_url:
            from store.vectors import VectorStore

            VectorStore(settings.home, settings.chroma_url, fresh=True)
        elif old.exists():
            try:
                if spare.exists():
                    shutil.rmtree(spare)
                old.rename(spare)
            except OSError as error:
                raise StoreError(
                    f"无法移开旧索引（{error.strerror}）。请检查文件夹 {settings.home} 的权限。",
                    f"Cannot move the old index ({error.strerror}). Check {settings.home}.",
                ) from error
    library = Library.open(settings)
    outside = [p for p in Ledger(settings.home).paths() if p.is_file()]
    results = library.ingest(outside, progress) if outside else []
    results += library.sync(progress)
    lost = [r for r in before if r.origin == "user" and not Path(r.path).is_file()]
    gone = [_gone(r, spare.exists()) for r in lost]
    if not gone and spare.exists():
        with suppress(OSError):
            shutil.rmtree(spare)
    return results + gone


def _records(settings: Settings) -> list[DocumentRecord]:
    """What the old index still tells of itself."""
    from store.vectors import VectorStore

    try:
        old = VectorStore(settings.home, settings.chroma_url)
        found = list(old.records().values())
        old.close()
        return found
    except StoreError:
        return []


def _gone(record: DocumentRecord, kept: bool) -> IngestResult:
    """What is said of a document whose file has gone; `kept` says that its old index is there."""
    zh = f"“{record.name}”的源文件已不在 {record.path}，无法重建"
    en = f"The source of {record.name} is gone from {record.path}; it could not be rebuilt."
    zh += f"；旧索引留在资料库文件夹的 {SPARE} 里。" if kept else "。"
    en += f" The old index is kept as {SPARE} in the library's folder." if kept else ""
    return IngestResult(record.name, "", "failed", zh, en)
