"""The passages and their vectors in Chroma: the one truth of the library.

A document's passages are written under a new revision, then its record is switched to
that revision, then the old rows go. Rows whose revision no record names are invisible,
so a kill at any moment leaves either the old document or the new one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store.branch import MAIN, ident_of
from store.connection import Connection, mapped
from store.errors import LibraryDamaged
from store.passage import Passage
from store.record import DocumentRecord
from store.remarks import Official

_PAGE = 5000
_BATCH = 1000  # passages embedded and written at once
_WORDS = {f.name for f in (*fields(Passage), *fields(Official)) if f.type == "str"}
FORMAT = 1  # of what is kept in Chroma: raise it when an older program cannot read it
Embed = Callable[[list[Passage]], Sequence[Sequence[float]]]
Add = Callable[[Sequence[Passage], Embed, str], None]


class VectorStore:
    """Chroma, embedded under `home` or at the server `url`; see the module's note."""

    def __init__(self, home: Path, url: str = "", fresh: bool = False) -> None:
        self._connection = Connection(home, url)
        self._client: Any = None
        # At a server the libraries of one home stand side by side; embedded, each has its own
        # folder, and a backup of one may become another.
        at = ident_of(home) if url else MAIN
        self._prefix = "yanju-" if at == MAIN else f"yanju_{at}-"
        self.open(fresh)

    def open(self, fresh: bool = False) -> None:
        """Open afresh: an embedded index does not see what another process wrote.

        With `fresh`, whatever was kept before is dropped first.
        """
        with mapped("打开资料库"), self._connection.alone():
            self._client = self._connection.open()
            before = self._dropped() if fresh else 0
            self._documents = self._client.get_or_create_collection(
                f"{self._prefix}documents", embedding_function=None
            )
            state = self._state()
            if state.get("format", FORMAT) > FORMAT:
                raise LibraryDamaged(
                    "资料库是由更新版本的程序建立的。请升级程序，或运行 python -m store rebuild。",
                    "The library was made by a newer version of the program. Update the program, "
                    "or run python -m store rebuild.",
                )
            self._passages = self._collection(state["passages"])
            if before:
                self._set_state(revision=before)

    def _dropped(self) -> int:
        """Delete whatever is kept; returns the revision, so that the count goes on."""
        before = 0
        for name in [c.name for c in self._client.list_collections()]:
            if name == f"{self._prefix}documents":
                self._documents = self._client.get_collection(name, embedding_function=None)
                before = int(self._state().get("revision", 0))
            if name.startswith(self._prefix):
                self._client.delete_collection(name)
        return before

    def _collection(self, name: str) -> Any:
        return self._client.get_or_create_collection(
            name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )

    def _state(self) -> dict[str, Any]:
        """Which embedder made the vectors, which collection holds them, how often it changed."""
        found = self._documents.get(ids=["state"], include=["documents"])
        if found["ids"]:
            return dict(json.loads(found["documents"][0]))
        return {"embedder": "", "passages": f"{self._prefix}passages-1", "format": FORMAT}

    def _set_state(self, *rows: tuple[str, str, str], **change: Any) -> None:
        """Change the state, its revision grown; with it, in one write, `rows`: (id, kind, text)."""
        state = self._state() | change
        state["revision"] = state.get("revision", 0) + 1
        rows = (("state", "state", json.dumps(state)), *rows)
        self._documents.upsert(
            ids=[ident for ident, _, _ in rows],
            documents=[text for _, _, text in rows],
            metadatas=[{"kind": kind} for _, kind, _ in rows],
            embeddings=[[1.0]] * len(rows),
        )

    def discard(self) -> None:
        """Delete the collections for good, and let go of them.

        Raises:
            ServerAway: the server cannot be reached.
        """
        with mapped("删除资料库"):
            self._dropped()
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        self._connection.close()
        self._client = None

    @property
    def revision(self) -> int:
        """Grows with whatever changes what a reader sees, in one write with it: so that a
        process that shares nothing but the server learns of it. -1 where the collections were
        made anew since this one opened.

        Raises:
            ServerAway: the server cannot be reached.
        """
        try:
            with mapped("读取资料库"):
                return int(self._state().get("revision", 0))
        except LibraryDamaged:
            return -1

    def claim(self, owner: str) -> str:
        """Whose writers these collections are for: the first to claim them, for good."""
        with mapped("写入资料库"):
            # Of two that add the same id Chroma keeps the first.
            self._documents.add(
                ids=["owner"],
                documents=[owner],
                metadatas=[{"kind": "owner"}],
                embeddings=[[1.0]],
            )
            return self.owner

    @property
    def owner(self) -> str:
        """Who claimed these collections; "" if nobody did."""
        with mapped("读取资料库"):
            found = self._documents.get(ids=["owner"], include=["documents"])
            return str(found["documents"][0]) if found["ids"] else ""

    @property
    def stamp(self) -> str:
        """Name of the embedder that made the vectors; "" for a new library."""
        with mapped("读取资料库"):
            return str(self._state()["embedder"])

    @stamp.setter
    def stamp(self, name: str) -> None:
        with mapped("写入资料库"):
            self._set_state(embedder=name)

    def records(self) -> dict[str, DocumentRecord]:
        """Every document by its id, in the order of ingest."""
        with mapped("读取资料库"):
            found = self._documents.get(where={"kind": "record"}, include=["documents"])
            rows = [json.loads(text) for text in found["documents"]]
            made = [DocumentRecord(**{**r, "officials": tuple(r["officials"])}) for r in rows]
        return {r.id: r for r in sorted(made, key=lambda r: (r.added, r.path))}

    def passages(
        self, records: dict[str, DocumentRecord], only: str | None = None
    ) -> list[Passage]:
        """Every current passage, or one document's, by document, then in reading order."""
        rows: list[tuple[str, int, Passage]] = []
        offset = 0
        where = None if only is None else {"document": only}
        while True:
            with mapped("读取资料库"):
                got = self._passages.get(
                    where=where, include=["documents", "metadatas"], limit=_PAGE, offset=offset
                )
                for text, meta in zip(got["documents"], got["metadatas"], strict=True):
                    record = records.get(meta["document"])
                    if record and record.revision == meta["revision"]:
                        rows.append((record.id, int(meta["order"]), _passage(text, meta)))
            offset += len(got["ids"])
            if len(got["ids"]) < _PAGE:
                break
        place = {d: i for i, d in enumerate(records)}
        rows.sort(key=lambda r: (place[r[0]], r[1]))
        return [r[2] for r in rows]

    def add(
        self,
        passages: Sequence[Passage],
        embed: Embed,
        revision: str,
        tell: Callable[[float], None] = lambda share: None,
        into: Any = None,
    ) -> None:
        """Write passages under a revision that no record names yet.

        In batches; what an interrupted run has written of this revision is not made again.

        Args:
            passages: in reading order.
            embed: passages → their vectors, in order.
            revision: names the set.
            tell: called with the share that is done, 0..1.
            into: another collection than the current one.
        """
        into = into or self._passages
        for start in range(0, len(passages), _BATCH):
            part = list(enumerate(passages[start : start + _BATCH], start))
            with mapped("写入资料库"):
                keys = [f"{p.id}@{revision}" for _, p in part]
                kept = into.get(ids=keys, include=["metadatas"])
                done = {
                    key: meta["order"]
                    for key, meta in zip(kept["ids"], kept["metadatas"], strict=True)
                }
            part = [(i, p) for i, p in part if done.get(f"{p.id}@{revision}") != i]
            if part:
                vectors = embed([p for _, p in part])
                with mapped("写入资料库"):
                    into.upsert(
                        ids=[f"{p.id}@{revision}" for _, p in part],
                        documents=[p.text for _, p in part],
                        metadatas=[_metadata(p, revision, i) for i, p in part],
                        embeddings=[list(v) for v in vectors],
                    )
            tell(min(1.0, (start + _BATCH) / len(passages)))

    def commit(self, record: DocumentRecord, replaces: bool) -> None:
        """Make the record's revision the current one; drop the older rows, if it replaces some."""
        with mapped("写入资料库"):
            text = json.dumps(asdict(record), ensure_ascii=False)
            self._set_state((record.id, "record", text))
            if replaces:
                old = {"revision": {"$ne": record.revision}}
                self._passages.delete(where={"$and": [{"document": record.id}, old]})

    def forget(self, document: str) -> None:
        """Remove a document: its record first, so that it is gone at once."""
        with mapped("写入资料库"):
            self._set_state((document, "gone", ""))
            self._passages.delete(where={"document": document})
            self._documents.delete(ids=[document])

    def sweep(self, records: dict[str, DocumentRecord], spare: str = "") -> None:
        """Delete the rows that an interrupted writer left behind, but those of revision `spare`."""
        dead: list[str] = []
        offset = 0
        with mapped("写入资料库"):
            self._documents.delete(where={"kind": "gone"})
            for name in [c.name for c in self._client.list_collections()]:
                if name.startswith(f"{self._prefix}passages-") and name != self._passages.name:
                    self._client.delete_collection(name)  # of a re-index that was killed
            while True:
                got = self._passages.get(include=["metadatas"], limit=_PAGE, offset=offset)
                for ident, meta in zip(got["ids"], got["metadatas"], strict=True):
                    record = records.get(meta["document"])
                    if meta["revision"] not in (record.revision if record else "", spare):
                        dead.append(ident)
                offset += len(got["ids"])
                if len(got["ids"]) < _PAGE:
                    break
            for start in range(0, len(dead), _PAGE):
                self._passages.delete(ids=dead[start : start + _PAGE])

    @contextmanager
    def rebuilding(self, stamp: str) -> Generator[Add]:
        """Write all passages anew into a second collection, then switch to it."""
        old = self._passages
        with mapped("重建向量"):
            name = f"{self._prefix}passages-{int(old.name.rsplit('-', 1)[1]) + 1}"
            if any(c.name == name for c in self._client.list_collections()):
                self._client.delete_collection(name)  # left by an interrupted run
            made = self._collection(name)
        yield lambda passages, embed, revision: self.add(passages, embed, revision, into=made)
        with mapped("重建向量"):
            self._set_state(embedder=stamp, passages=name)
            self._passages = made
            self._client.delete_collection(old.name)

    def vectors(self, ids: Sequence[tuple[str, str]]) -> dict[tuple[str, str], NDArray[np.float32]]:
        """The vectors of (passage id, revision); those that another writer dropped are missing."""
        keys = {f"{i}@{r}": (i, r) for i, r in ids}
        with mapped("检索"):
            got = self._passages.get(ids=list(keys), include=["embeddings"])
            return {
                keys[key]: np.asarray(row, dtype=np.float32)
                for key, row in zip(got["ids"], got["embeddings"], strict=True)
            }


def _metadata(p: Passage, revision: str, order: int) -> dict[str, Any]:
    place = asdict(replace(p, text=""))
    official = place.pop("official")
    place.pop("text")
    return {
        "revision": revision,
        "order": order,
        "official": p.official.key,
        "detail": json.dumps({**place, **official}, ensure_ascii=False),
        "document": p.document,
    }


def _passage(text: str, meta: dict[str, Any]) -> Passage:
    d = json.loads(meta["detail"])
    for name in _WORDS & d.keys():
        if not isinstance(d[name], str):  # a server that others write to may hold anything
            raise TypeError(f"{name} is no text")
    official = Official(d.pop("name"), d.pop("organization"), d.pop("position"))
    d["lines"] = tuple(d["lines"])
    return Passage(official=official, text=text, **d)
