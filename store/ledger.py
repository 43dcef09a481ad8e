"""Files that were taken in from outside the documents folder: the one thing that a rebuild
cannot find by looking into a folder."""

from __future__ import annotations

import json
from pathlib import Path

from store.durable import write_whole
from store.errors import StoreError


class Ledger:
    """Absolute paths, kept beside the index and not in it, so that they outlive it."""

    def __init__(self, home: Path) -> None:
        self._file = home / "sources.json"

    def paths(self) -> list[Path]:
        """Every path, sorted; none where the file is missing or damaged."""
        try:
            rows = json.loads(self._file.read_text(encoding="utf-8"))
            return sorted(Path(row) for row in rows if isinstance(row, str))
        except (OSError, ValueError, TypeError):
            return []

    def add(self, path: Path) -> None:
        """Note one more file.

        Raises:
            StoreError: the folder cannot be written.
        """
        known = self.paths()
        if path not in known:
            self._save([*known, path])

    def discard(self, path: Path) -> None:
        """Forget a file that left the library.

        Raises:
            StoreError: the folder cannot be written.
        """
        known = self.paths()
        if path in known:
            self._save([p for p in known if p != path])

    def _save(self, paths: list[Path]) -> None:
        rows = json.dumps(sorted(map(str, paths)), ensure_ascii=False, indent=0)
        try:
            write_whole(self._file, rows.encode())
        except OSError as error:
            raise StoreError(
                f"资料库文件夹不可写（{error.strerror}）。请检查权限与磁盘空间。",
                f"The library's folder is not writable ({error.strerror}). "
                "Check permissions and disk space.",
            ) from error
