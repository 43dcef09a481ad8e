"""The user's own files on disk: uploads come in without overwriting, removals are kept aside."""

from __future__ import annotations

import errno
import os
import re
import shutil
from pathlib import Path

from store.durable import write_whole
from store.errors import StoreError
from store.record import DocumentRecord

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONGEST = 200  # bytes of a name; file systems take 255, and we add to it


def safe_name(name: str) -> str:
    """The last part of a name as a file may be called: never a path, hidden, or too long.

    Control characters and those that turn the direction of writing, which make one suffix
    look like another, are left out.
    """
    last = _CONTROL.sub("", name.replace("\\", "/")).split("/")[-1].strip().lstrip(".")
    stem, suffix = os.path.splitext(last or "upload.txt")
    room = _LONGEST - len(suffix.encode())
    if room < 1:
        stem, suffix, room = stem + suffix, "", _LONGEST
    return stem.encode("utf-8", "ignore")[:room].decode("utf-8", "ignore") + suffix


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
        safe = safe_name(name)
        try:
            target = self._free(safe, data)
            if target.exists():
                return target, False
            write_whole(target, data)
            return target, True
        except OSError as error:
            raise StoreError(
                f"无法保存“{safe}”（{error.strerror}）。请检查磁盘空间、文件名与文件夹权限。",
                f"Cannot save {safe} ({error.strerror}). Check disk space and permissions.",
            ) from error

    def holds(self, record: DocumentRecord) -> bool:
        """Whether a document's file lies in the documents folder."""
        return self.documents.resolve() in Path(record.path).resolve().parents

    def set_aside(self, record: DocumentRecord) -> None:
        """Move a document's file out of the folder, so that it does not come back by itself.

        Raises:
            StoreError: the file cannot be moved.
        """
        source = Path(record.path)
        if not self.holds(record) or not source.exists():
            return
        try:
            self._removed.mkdir(parents=True, exist_ok=True)
            target = self._aside(record)
            try:
                source.replace(target)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                shutil.copy2(source, target)  # two disks: whole there before it goes here
                source.unlink()
        except OSError as error:
            raise StoreError(
                f"无法移开“{record.name}”（{error.strerror}），没有移除。请检查文件夹权限与磁盘空间。",
                f"Cannot move {record.name} aside ({error.strerror}); it was not removed. "
                "Check permissions and disk space.",
            ) from error

    def bring_back(self, record: DocumentRecord, over: bool = False) -> None:
        """Put a file that was set aside in its place again; `over` one that is there now.

        A file outside the folder was never moved.

        Raises:
            StoreError: it is gone, or another file is in its place.
        """
        place, aside = Path(record.path), self._aside(record)
        if not self.holds(record) and place.is_file():
            return
        try:
            if place.exists() and not over:
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(aside, place)
        except OSError as error:
            raise StoreError(
                f"无法恢复“{record.name}”（{error.strerror}）。它若还在，就在 {self._removed} 里，"
                "可自行放回文件夹。",
                f"Cannot bring back {record.name} ({error.strerror}). If it is still there, it is "
                f"in {self._removed}; it can be put back by hand.",
            ) from error

    def _aside(self, record: DocumentRecord) -> Path:
        return self._removed / safe_name(f"{record.id}-{Path(record.path).name}")

    def _free(self, name: str, data: bytes) -> Path:
        stem, suffix = Path(name).stem, Path(name).suffix
        target, n = self.documents / name, 2
        while target.exists() and target.read_bytes() != data:
            target, n = self.documents / f"{stem} ({n}){suffix}", n + 1
        return target
