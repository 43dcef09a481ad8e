"""Proofs of documents: what a person corrected, kept on disk, and the remarks that follow."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from store.amendment import amend
from store.attribution import attribute
from store.correction import Corrections
from store.document import Document, Hint, Line
from store.durable import write_whole
from store.errors import LibraryDamaged, StoreError
from store.reader import read_bytes
from store.record import DocumentRecord
from store.remarks import Official, Remarks

_DIGEST = re.compile(r"[0-9a-f]{1,64}")
_KEPT = 4  # documents whose attribution stays in memory


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document as the program took it.

    Attributes:
        document: as it was read.
        remarks: the program's own attribution.
        lines: as they lay on the page, each with the kind that it was taken for; "" is
            what was left out, such as a page number.
        officials: everybody whom a byline or the attribution names.
    """

    document: Document
    remarks: tuple[Remarks, ...]
    lines: tuple[Line, ...]
    officials: tuple[Official, ...]


class Proofs:
    """The corrections of every file, by the SHA-256 digest of its bytes.

    They outlive the document in the library: the same file, taken in again under any name,
    comes with its corrections.
    """

    def __init__(self, home: Path, max_bytes: int) -> None:
        self._folder = home / "corrections"
        self._max_bytes = max_bytes
        self._guard = threading.Lock()
        self._made: OrderedDict[str, Sheet] = OrderedDict()

    def corrections(self, digest: str) -> Corrections:
        """What was said of the file with that digest.

        Raises:
            LibraryDamaged: the file of corrections cannot be read.
        """
        path = self._path(digest)
        try:
            return Corrections.load(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Corrections()
        except (OSError, ValueError) as error:
            raise LibraryDamaged(
                f"校对记录 {path} 无法读取。请修复或移走这个文件后重试。",
                f"The corrections in {path} cannot be read. Mend or move that file and retry.",
            ) from error

    def save(self, digest: str, corrections: Corrections) -> Callable[[], None]:
        """Keep corrections, whole or not at all; the caller holds the write lock.

        Returns:
            A call that puts back what was there before.

        Raises:
            StoreError: the folder cannot be written.
        """
        before = self.corrections(digest)
        path = self._path(digest)
        try:
            if corrections.steps:
                write_whole(path, corrections.dump().encode())
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(
                f"无法保存校对（{error.strerror}）。请检查磁盘空间与文件夹权限。",
                f"Cannot save the corrections ({error.strerror}). Check disk space and rights.",
            ) from error
        return lambda: (self.save(digest, before), None)[1]

    def read(self, record: DocumentRecord) -> Sheet:
        """A document of the library as the program took it, without corrections.

        Raises:
            StoreError: its file has gone or has changed since it was taken in.
        """
        with self._guard:
            if record.digest in self._made:
                self._made.move_to_end(record.digest)
                return self._made[record.digest]
            document = read_bytes(record.name, _bytes(record), self._max_bytes)
            made = self._made[record.digest] = sheet(document)
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
            return made

    def remarks(self, record: DocumentRecord) -> tuple[Remarks, ...]:
        """Who said what in a document, corrections applied.

        Raises:
            StoreError: as `read`.
        """
        made = self.read(record)
        return amend(made.remarks, made.document, self.corrections(record.digest))

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):  # a record may come from a server that others can write
            raise LibraryDamaged(
                "资料库里有一条记录的摘要不是摘要。请运行 python -m store rebuild。",
                "A record of the library has a digest that is none. Run python -m store rebuild.",
            )
        return self._folder / f"{digest}.json"


def sheet(document: Document) -> Sheet:
    """Read a document as the program does."""
    from store.block import find_blocks
    from store.continuity import Continuity

    blocks = find_blocks(document, Continuity.load())
    kinds: dict[int, Hint] = {b.line.number: b.kind for b in (*blocks.content, *blocks.titles)}
    for byline in blocks.bylines:
        for line in document.lines[byline.first : byline.last + 1]:
            kinds[line.number] = "byline"
    remarks = attribute(document)
    named = {r.official.key: r.official for r in remarks if r.official}
    named = {**{b.official.key: b.official for b in blocks.bylines}, **named}
    lines = tuple(replace(line, hint=kinds.get(line.number, "")) for line in document.lines)
    return Sheet(document, remarks, lines, tuple(named.values()))


def _bytes(record: DocumentRecord) -> bytes:
    try:
        data = Path(record.path).read_bytes()
    except OSError as error:
        raise StoreError(
            f"“{record.name}”的源文件已不在 {record.path}，无法校对。请放回原处或重新放入。",
            f"The source of {record.name} is gone from {record.path}. Put it back or add it again.",
        ) from error
    if sha256(data).hexdigest() != record.digest:
        raise StoreError(
            f"“{record.name}”的源文件已改动。请先在资料库页重新扫描文件夹，再校对。",
            f"The source of {record.name} has changed. Scan the folder again on the library page.",
        )
    return data
