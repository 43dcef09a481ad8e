"""A document's passages as they lie in Chroma: packed a thousand to a row, beside the vectors.

A row of their own for each text would go through Chroma's full-text index, which nobody here
asks and which takes four fifths of the time of an ingest. Packed rows are read back ten times as
fast, too. A packet belongs to one revision of one document; it is written before the vectors of
its passages and deleted after them, so that it tells of each which document's it is.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from store.passage import Passage
from store.record import DocumentRecord
from store.remarks import Official

_PASSAGES = 1000  # most passages of a packet
_CHARACTERS = 1_000_000  # of a packet's texts, about
_UNPACKED = 64 << 20  # bytes that a packet may come to: what a server holds is not trusted
_ROWS, _AT_ONCE = 500, 16_000  # packets, and passages, that are fetched in one call
_FEW = 16  # packets of which only the ids are wanted
_FIELDS = tuple(f.name for f in fields(Passage) if f.name != "official")
WORDS = frozenset(f.name for f in (*fields(Passage), *fields(Official)) if f.type == "str")


class Packets:
    """The packets of all documents.

    Args:
        collection: Chroma's, in which the documents' records are kept as well.
    """

    def __init__(self, collection: Any) -> None:
        self._rows = collection

    def write(self, document: str, revision: str, passages: Sequence[Passage]) -> None:
        """Keep all passages of a revision, in reading order, over what is there of it."""
        for n, part in enumerate(_parts(passages)):
            self._rows.upsert(
                ids=[f"{document}@{revision}#{n}"],
                metadatas=[{"kind": "packet", "document": document, "data": pack(part)}],
                embeddings=[[1.0]],
            )

    def read(self, records: Mapping[str, DocumentRecord]) -> dict[str, list[Passage]]:
        """The passages of each record's revision, in reading order, by the document's id."""
        known = self._idents(None if len(records) > 1 else next(iter(records), ""))
        wanted: list[tuple[str, str, int]] = []  # document, row, passages in it, about
        for record in records.values():
            own = known.get((record.id, record.revision), [])
            wanted += [(record.id, ident, record.passages // len(own) + 1) for ident in own]
        found: dict[str, list[Passage]] = {}
        for group in _groups(wanted):
            got = self._rows.get(ids=[ident for _, ident, _ in group], include=["metadatas"])
            rows = dict(zip(got["ids"], got["metadatas"], strict=True))
            for document, ident, _ in group:
                if ident in rows:  # else another writer has dropped it since
                    found.setdefault(document, []).extend(unpack(rows[ident]["data"]))
        return found

    def rows(self, document: str, but: str = "") -> list[str]:
        """Ids of the vectors' rows of a document, in all its revisions but `but`."""
        own = self._idents(document).items()
        return [ident for of, rows in own if of[1] != but for ident in self._of(of[1], rows)]

    def alive(self, revisions: Mapping[str, str]) -> set[str]:
        """Ids of the vectors' rows of the documents' `revisions`."""
        every = self._idents(None).items()
        current = ((of[1], rows) for of, rows in every if revisions.get(of[0]) == of[1])
        return {ident for revision, rows in current for ident in self._of(revision, rows)}

    def _of(self, revision: str, rows: Sequence[str]) -> Iterator[str]:
        for start in range(0, len(rows), _FEW):
            got = self._rows.get(ids=list(rows[start : start + _FEW]), include=["metadatas"])
            for meta in got["metadatas"]:
                whole = _whole(meta["data"])
                at = whole["fields"].index("id") + 1
                yield from (row_of(row[at], revision) for row in whole["passages"])

    def keep_only(self, document: str, revision: str) -> None:
        """Drop the packets of the document's other revisions."""
        self._delete([r for of, r in self._idents(document).items() if of[1] != revision])

    def sweep(self, revisions: Mapping[str, str], spare: str) -> None:
        """Drop every packet but those of the documents' `revisions` and of revision `spare`."""
        every = self._idents(None).items()
        self._delete([r for of, r in every if of[1] not in (revisions.get(of[0]), spare)])

    def _idents(self, document: str | None) -> dict[tuple[str, str], list[str]]:
        """Ids of the rows by (document, revision), in order; of one document or of all."""
        kind: dict[str, Any] = {"kind": "packet"}
        where = kind if document is None else {"$and": [kind, {"document": document}]}
        made: dict[tuple[str, str], list[tuple[int, str]]] = {}
        for ident in self._rows.get(where=where, include=[])["ids"]:
            of, _, rest = ident.partition("@")
            revision, _, n = rest.rpartition("#")
            made.setdefault((of, revision), []).append((int(n), ident))
        return {of: [ident for _, ident in sorted(rows)] for of, rows in made.items()}

    def _delete(self, groups: Sequence[Sequence[str]]) -> None:
        dead = [ident for group in groups for ident in group]
        for start in range(0, len(dead), _ROWS):
            self._rows.delete(ids=dead[start : start + _ROWS])


def _parts(passages: Sequence[Passage]) -> Iterator[list[Passage]]:
    part: list[Passage] = []
    size = 0
    for p in passages:
        if part and (len(part) >= _PASSAGES or size + len(p.text) > _CHARACTERS):
            yield part
            part, size = [], 0
        part.append(p)
        size += len(p.text)
    if part:
        yield part


def _groups(wanted: Sequence[tuple[str, str, int]]) -> Iterator[list[tuple[str, str, int]]]:
    group: list[tuple[str, str, int]] = []
    size = 0
    for row in wanted:
        if group and (len(group) >= _ROWS or size + row[2] > _AT_ONCE):
            yield group
            group, size = [], 0
        group.append(row)
        size += row[2]
    if group:
        yield group


def pack(passages: Sequence[Passage]) -> str:
    """`passages` as one line of ASCII."""
    numbers: dict[Official, int] = {}
    rows = [
        [numbers.setdefault(p.official, len(numbers)), *(getattr(p, name) for name in _FIELDS)]
        for p in passages
    ]
    officials = [[o.name, o.organization, o.position] for o in numbers]
    whole = {"officials": officials, "fields": _FIELDS, "passages": rows}
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    return b64encode(zlib.compress(text.encode("utf-8", "surrogatepass"), 1)).decode("ascii")


def unpack(data: str) -> list[Passage]:
    """The passages of `pack`.

    Raises:
        ValueError, TypeError, LookupError, zlib.error: it is no packet, or holds something else.
    """
    whole = _whole(data)
    officials = [Official(*_words(row)) for row in whole["officials"]]
    names = list(whole["fields"])
    words = [n for n, name in enumerate(names, 1) if name in WORDS]
    shared = [n for n in words if names[n - 1] not in ("id", "text")]
    once: dict[str, str] = {}  # the same title a thousand times is one
    made = []
    for row in whole["passages"]:
        _words([row[n] for n in words])
        for n in shared:
            row[n] = once.setdefault(row[n], row[n])
        values = dict(zip(names, row[1:], strict=True))
        values["lines"] = tuple(map(int, values["lines"]))
        made.append(Passage(official=officials[row[0]], **values))
    return made


def _whole(data: str) -> dict[str, Any]:
    unzip = zlib.decompressobj()
    text = unzip.decompress(b64decode(data, validate=True), _UNPACKED)
    if not unzip.eof:
        raise ValueError("a packet is cut off, or too large")
    return dict(json.loads(text.decode("utf-8", "surrogatepass")))


def row_of(passage: str, revision: str) -> str:
    """The id of the row in which a passage's vector lies."""
    return f"{passage}@{revision}"


def _words(values: Sequence[Any]) -> Sequence[str]:
    for value in values:
        if not isinstance(value, str):  # a server that others write to may hold anything
            raise TypeError("no text")
    return values
