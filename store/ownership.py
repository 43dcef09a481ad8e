"""Whose writers a Chroma server's collections are for: the processes that share one folder.

Chroma has no lock of its own. Writers wait for each other at the lock file in the library's
folder, so all of them must have the same folder; those with another may read.
"""

from __future__ import annotations

import uuid
from pathlib import Path

from store.durable import write_whole
from store.errors import ForeignLibrary, StoreError
from store.vectors import VectorStore


class Ownership:
    """The name of a library's folder, which its writers leave at the server."""

    def __init__(self, home: Path) -> None:
        self._file = home / "identity"

    def take(self, vectors: VectorStore) -> None:
        """Claim the collections for this folder; the caller holds the write lock.

        Raises:
            ForeignLibrary: those of another folder write there.
            StoreError: the folder cannot be written, or the server cannot be reached.
        """
        name = self._name()
        if not name:
            name = uuid.uuid4().hex
            try:
                write_whole(self._file, name.encode("ascii"))
            except OSError as error:
                raise StoreError(
                    f"资料库文件夹不可写（{error.strerror}）。请检查权限与磁盘空间。",
                    f"The library's folder is not writable ({error.strerror}). "
                    "Check permissions and disk space.",
                ) from error
        if vectors.claim(name) != name:
            raise ForeignLibrary(
                "这台 Chroma 服务器由另一个 YANJU_HOME 写入，这里只能读。请让各进程共用同一个 "
                "YANJU_HOME 与 YANJU_DOCUMENTS，或运行 python -m store rebuild 由这里接管。",
                "This Chroma server is written from another YANJU_HOME; from here it is read only. "
                "Let all processes share YANJU_HOME and YANJU_DOCUMENTS, or run "
                "python -m store rebuild to take it over.",
            )

    def foreign(self, vectors: VectorStore) -> bool:
        """Whether another folder's writers have the collections.

        Raises:
            StoreError: the server cannot be reached.
        """
        return vectors.owner not in ("", self._name())

    def _name(self) -> str:
        try:
            return self._file.read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            return ""
