"""What the library remembers of a document, and what an ingest reports of a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["added", "unchanged", "replaced", "removed", "duplicate", "failed", "no_official"]


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document in the library.

    Attributes:
        id: stable for its path.
        name, path: shown name and absolute path of the source file.
        origin: ``"sample"`` for the shipped ones, else ``"user"``.
        digest: SHA-256 of the file's bytes.
        revision: names the set of passages that is current for this document.
        officials: names, in the order in which they appear.
        passages: how many paragraphs can be cited.
        doubtful: how many of them a person should look at.
        unattributed: paragraphs whose speaker cannot be told, without an interviewer's; they are
            never cited.
        gaps: places where text is lost.
        added: ISO 8601 time of the ingest, UTC.
        note: the document's remark on itself.
        size, mtime: of the file, to see quickly whether it changed (bytes, ns).
    """

    id: str
    name: str
    path: str
    origin: str
    digest: str
    revision: str
    officials: tuple[str, ...]
    passages: int
    doubtful: int
    unattributed: int
    gaps: int
    added: str
    note: str = ""
    size: int = 0
    mtime: int = 0


@dataclass(frozen=True, slots=True)
class IngestResult:
    """The outcome for one file; `zh` and `en` say it in one line."""

    file: str
    document: str
    state: State
    zh: str
    en: str
    officials: tuple[str, ...] = ()
    passages: int = 0
    doubtful: int = 0
    unattributed: int = 0
    gaps: int = 0

    def message(self, language: str = "zh") -> str:
        """The line in `language`."""
        return self.en if language == "en" else self.zh
