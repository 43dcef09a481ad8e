"""The user's own files on disk: uploads come in without overwriting, removals are kept aside."""

from __future__ import annotations

from pathlib import Path

from store.errors import StoreError
from store.record import DocumentRecord


class Folder:
    """The documents folder and the place beside it for what was removed."""

    def __init__(self, documents: Path, removed: Path) -> None:
        self.documents = documents
        self._removed = removed

    def save(self, name: str, data: bytes) -> tuple[Path, bool]:
        """Write an upload; (where it is, whether it is new there).

        Only the last part of the name counts. A file of that name with other content stays,
        and the upload gets a number.

        Raises:
            StoreError: the folder cannot be written.
        """
        safe = Path(name.replace("\\", "/")).name.strip().lstrip(".") or "upload.txt"
        try:
            target = self._free(safe, data)
            if target.exists():
                return target, False
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(f".{target.name}.part")
            partial.write_bytes(data)
            partial.replace(target)
            return target, True
        except OSError as error:
            raise StoreError(
                f"无法保存“{safe}”（{error.strerror}）。请检查磁盘空间、文件名与文件夹权限。",
                f"Cannot save {safe} ({error.strerror}). Check disk space and permissions.",
            ) from error

    def set_aside(self, record: DocumentRecord) -> None:
        """Move a document's file out of the folder, so that it does not come back by itself."""
        source = Path(record.path)
        if self.documents.resolve() in source.parents and source.exists():
            self._removed.mkdir(parents=True, exist_ok=True)
            source.replace(self._removed / f"{record.id}-{source.name}")

    def _free(self, name: str, data: bytes) -> Path:
        stem, suffix = Path(name).stem, Path(name).suffix
        target, n = self.documents / name, 2
        while target.exists() and target.read_bytes() != data:
            target, n = self.documents / f"{stem} ({n}){suffix}", n + 1
        return target
