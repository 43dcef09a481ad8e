"""Files that were looked at and not taken in: each is told once, until it is another file."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

Stamp = tuple[int, int]  # size in bytes, time of the last change in ns


def stamped(path: Path) -> Stamp | None:
    """What tells one state of a file from another; None where there is none."""
    try:
        info = path.stat()
    except OSError:
        return None
    return info.st_size, info.st_mtime_ns


class Refusals:
    """What was refused, by the document's id, as the file was then. Kept in memory alone."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[Stamp, str]] = {}

    def note(self, document: str, stamp: Stamp, digest: str = "") -> None:
        """A file was not taken in: it cannot be read or, with `digest`, another one is the same."""
        self._seen[document] = stamp, digest

    def forget(self, document: str) -> None:
        """Look at it again."""
        self._seen.pop(document, None)

    def holds(self, document: str, stamp: Stamp, digests: Collection[str]) -> bool:
        """Whether a file is still refused: unchanged, and a copy of what is in the library.

        Args:
            digests: of the documents that the library has.
        """
        seen, digest = self._seen.get(document, (None, ""))
        return seen == stamp and (not digest or digest in digests)

    def __contains__(self, document: str) -> bool:
        return document in self._seen
