"""One source file on its way in: read, attributed, split, and told in one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from store.ahead import Vectors
from store.amendment import amend
from store.attribution import attribute
from store.correction import Corrections
from store.isolation import Progress as Pages
from store.passage import Passage
from store.reader import SUFFIXES, read_bytes
from store.record import DocumentRecord
from store.remarks import Remarks
from store.split import split

Progress = Callable[[str, float], None]
# Part of every revision: raise it when what is made of a file, or how it is kept, changes.
PARSER = "4"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file that was read and attributed, ready to be kept."""

    record: DocumentRecord
    passages: tuple[Passage, ...]
    remarks: tuple[Remarks, ...]
    begun: Vectors | None = None  # of the first passages, where they were made beforehand

    def first(self, passages: Sequence[Passage]) -> Vectors | None:
        """The vectors of these passages, if they are those that were made beforehand."""
        if self.begun is None or len(passages) != len(self.begun):
            return None
        same = all(p.id == q.id for p, q in zip(passages, self.passages, strict=False))
        return self.begun if same else None


@dataclass(slots=True)
class Coming:
    """A file that waits for its turn: read in one thread, reported on in another.

    Attributes:
        tell: whom to report to, in the caller's thread.
        ahead: whether another file is written meanwhile.
        page: the page read last, and how many there are; of a file without pages 0, 0.
    """

    path: Path
    origin: str
    tell: Progress
    ahead: bool = False
    page: tuple[int, int] = (0, 0)

    def turned(self, page: int, pages: int) -> None:
        """Note the page read last."""
        self.page = page, pages

    def report(self) -> None:
        """Say how far the reading is, where that can be said."""
        page, pages = self.page
        if pages:
            what = f"正在读取 {self.path.name}：第 {page}/{pages} 页"
            self.tell(what, 0.3 * page / pages)


def document_id(path: Path) -> str:
    """Stable for a path: the same file again is the same document."""
    return sha256(str(path.resolve()).encode()).hexdigest()[:12]


def sources(path: Path) -> list[Path]:
    """The readable files at or below a path, sorted; READMEs and hidden files are not remarks."""
    if not path.is_dir():
        return [path]
    return sorted(
        p
        for p in path.rglob("*")
        if p.is_file()
        and p.suffix.lower() in SUFFIXES
        and p.name.lower() != "readme.md"
        and not any(part.startswith(".") for part in p.relative_to(path).parts)
    )


def revision(digest: str, corrections: Corrections) -> str:
    """Names what a file's bytes, the program and a person's corrections make together."""
    mark = f"-{corrections.mark}" if corrections.mark else ""
    return f"{digest[:12]}-{PARSER}{mark}"


def parse(
    path: Path,
    data: bytes,
    origin: str,
    max_bytes: int,
    corrections: Callable[[str], Corrections] = lambda digest: Corrections(),
    progress: Pages | None = None,
) -> Parsed:
    """Read and attribute one file; `corrections` gives those of a file by its digest.

    `progress` is told the page read last and how many there are, where there are pages.

    Raises:
        UnreadableFile: it is empty, not text, or of a kind that cannot be read.
    """
    document = read_bytes(path.name, data, max_bytes, progress)
    digest = sha256(data).hexdigest()
    info = path.stat() if path.exists() else None
    record = DocumentRecord(
        id=document_id(path),
        name=path.name,
        path=str(path.resolve()),
        origin=origin,
        digest=digest,
        revision="",
        officials=(),
        passages=0,
        doubtful=0,
        unattributed=0,
        gaps=0,
        added=datetime.now(UTC).isoformat(timespec="microseconds"),
        size=info.st_size if info else len(data),
        mtime=info.st_mtime_ns if info else 0,
    )
    said = corrections(digest)
    return parsed(record, amend(attribute(document), document, said), said)


def parsed(
    record: DocumentRecord, remarks: tuple[Remarks, ...], corrections: Corrections
) -> Parsed:
    """The document of `record` with these remarks: its passages, and the record's counts anew."""
    passages = tuple(split(remarks, record.id, record.name))
    new = replace(
        record,
        revision=revision(record.digest, corrections),
        officials=tuple(o.name for o in dict.fromkeys(r.official for r in remarks if r.official)),
        passages=len(passages),
        doubtful=sum(p.review for p in passages),
        unattributed=sum(not p.asked for r in remarks if not r.official for p in r.paragraphs),
        gaps=gaps(passages),
        note=next((r.note for r in remarks if r.note), ""),
    )
    return Parsed(new, passages, remarks)


def gaps(passages: Iterable[Passage]) -> int:
    """Places where text is lost: an edge told from both sides counts once."""
    count, open_after = 0, False
    for p in passages:
        count += p.gap_after + (p.gap_before and not open_after)
        open_after = p.gap_after
    return count
