"""Passages as releases before format 2 kept them: a row each, the text beside its vector.

Such rows are read until their document is taken in again, which the next `sync` does.
"""

from __future__ import annotations

import json
from typing import Any

from store.packet import WORDS
from store.passage import Passage
from store.record import DocumentRecord
from store.remarks import Official

_PAGE = 5000


def former_passages(rows: Any, record: DocumentRecord) -> list[Passage]:
    """The passages of a record's revision in the collection `rows`, in reading order."""
    found: list[tuple[int, Passage]] = []
    offset = 0
    while True:
        got = rows.get(
            where={"document": record.id},
            include=["documents", "metadatas"],
            limit=_PAGE,
            offset=offset,
        )
        for text, meta in zip(got["documents"], got["metadatas"], strict=True):
            if meta.get("revision") == record.revision:
                found.append((int(meta["order"]), _passage(text, meta)))
        offset += len(got["ids"])
        if len(got["ids"]) < _PAGE:
            return [p for _, p in sorted(found, key=lambda row: row[0])]


def _passage(text: str, meta: dict[str, Any]) -> Passage:
    d = json.loads(meta["detail"])
    for name in WORDS & d.keys():
        if not isinstance(d[name], str):  # a server that others write to may hold anything
            raise TypeError(f"{name} is no text")
    official = Official(d.pop("name"), d.pop("organization"), d.pop("position"))
    d["lines"] = tuple(d["lines"])
    return Passage(official=official, text=text, **d)
