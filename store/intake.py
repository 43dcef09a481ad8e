"""One source file on its way in: read, attributed, split, and told in one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from store.attribution import attribute
from store.errors import UnreadableFile
from store.passage import Passage
from store.reader import SUFFIXES, read_bytes
from store.record import DocumentRecord
from store.remarks import Remarks
from store.split import split

# Part of every revision: raise it when attribution changes what it makes of a file.
PARSER = "1"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file that was read and attributed, ready to be kept."""

    record: DocumentRecord
    passages: tuple[Passage, ...]
    remarks: tuple[Remarks, ...]


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


def load(path: Path, max_bytes: int) -> bytes:
    """The file's bytes.

    Raises:
        UnreadableFile: it is missing, a folder, not permitted, or too large.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise UnreadableFile(
                f"“{path.name}”是文件夹，不是文件。", f"{path.name} is a folder, not a file."
            )
        if size > max_bytes:
            raise UnreadableFile(
                f"“{path.name}”有 {size / 2**20:.0f} MB,超过上限 {max_bytes / 2**20:.0f} MB。"
                "请拆成几个文件，或调高 YANJU_MAX_FILE_MB。",
                f"{path.name} has {size / 2**20:.0f} MB, over the limit of "
                f"{max_bytes / 2**20:.0f} MB. Split it or raise YANJU_MAX_FILE_MB.",
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableFile(
            f"找不到文件“{path}”。请检查路径。", f"No such file: {path}. Check the path."
        ) from error
    except PermissionError as error:
        raise UnreadableFile(
            f"没有权限读取“{path}”。请修改文件权限。", f"No permission to read {path}."
        ) from error
    except OSError as error:
        raise UnreadableFile(
            f"无法读取“{path.name}”（{error.strerror}）。请换一个路径或文件名。",
            f"Cannot read {path.name} ({error.strerror}). Try another path or name.",
        ) from error


def parse(path: Path, data: bytes, origin: str, max_bytes: int) -> Parsed:
    """Read and attribute one file.

    Raises:
        UnreadableFile: it is empty, not text, or of a kind that cannot be read.
    """
    document = read_bytes(path.name, data, max_bytes)
    remarks = attribute(document)
    ident = document_id(path)
    passages = tuple(split(remarks, ident, path.name))
    digest = sha256(data).hexdigest()
    info = path.stat() if path.exists() else None
    names = dict.fromkeys(r.official.name for r in remarks if r.official)
    paragraphs = [p for r in remarks for p in r.paragraphs]
    record = DocumentRecord(
        id=ident,
        name=path.name,
        path=str(path.resolve()),
        origin=origin,
        digest=digest,
        revision=f"{digest[:12]}-{PARSER}",
        officials=tuple(names),
        passages=len(passages),
        doubtful=sum(p.review for p in passages),
        unattributed=len(paragraphs) - len(passages),
        gaps=gaps(passages),
        added=datetime.now(UTC).isoformat(timespec="microseconds"),
        note=next((r.note for r in remarks if r.note), ""),
        size=info.st_size if info else len(data),
        mtime=info.st_mtime_ns if info else 0,
    )
    return Parsed(record, passages, remarks)


def gaps(passages: Iterable[Passage]) -> int:
    """Places where text is lost: an edge told from both sides counts once."""
    count, open_after = 0, False
    for p in passages:
        count += p.gap_after + (p.gap_before and not open_after)
        open_after = p.gap_after
    return count
