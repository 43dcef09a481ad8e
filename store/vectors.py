"""The passages and their vectors in Chroma: the one truth of the library.

A document's passages are written under a new revision, then its record is switched to
that revision, then the old rows go. Rows whose revision no record names are invisible,
so a kill at any moment leaves either the old document or the new one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store.ahead import Embed, ahead
from store.branch import MAIN, ident_of
from store.connection import Connection, mapped
from store.errors import LibraryDamaged
from store.former import former_passages
from store.packet import Packets, row_of
from store.passage import Passage
from store.record import DocumentRecord

_PAGE = 5000
BATCH = 1000  # passages embedded and written at once
FORMAT = 3  # of what is kept in Chroma: raise it when an older program cannot read it
Add = Callable[..., None]  # `VectorStore.add` into the collection that is made


class VectorStore:
    """Chroma, embedded under `home` or at the server `url`; see the module's note."""

    def __init__(self, home: Path, url: str = "", fresh: bool = False) -> None:
        self._connection = Connection(home, url)
        self._client: Any = None
        # At a server the libraries of one home stand side by side; embedded, each has its own
        # folder, and a backup of one may become another.
        at = ident_of(home) if url else MAIN
        self._prefix = "yanju-" if at == MAIN else f"yanju_{at}-"
        # Two calls at once, of which one writes, can bring the embedded index down (a fault in
        # its graph that ends the process).
        self._turn: AbstractContextManager[Any] = nullcontext() if url else RLock()
        self.open(fresh)

    @contextmanager
    def _asking(self, what: str) -> Generator[None]:
        """Chroma is asked here alone, and its errors said in one line."""
        with self._turn, mapped(what):
            yield

    def open(self, fresh: bool = False) -> None:
        """Open afresh: an embedded index does not see what another process wrote.

        With `fresh`, whatever was kept before is dropped first.
        """
        with self._asking("打开资料库"), self._connection.alone():
            self._client = self._connection.open()
            before = self._dropped() if fresh else 0
            self._documents = self._client.get_or_create_collection(
                f"{self._prefix}documents", embedding_function=None
            )
            self._packets = Packets(self._documents)
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
        state = self._state() | {"format": FORMAT} | change
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
        with self._asking("删除资料库"):
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
            with self._asking("读取资料库"):
                return int(self._state().get("revision", 0))
        except LibraryDamaged:
            return -1

    def claim(self, owner: str) -> str:
        """Whose writers these collections are for: the first to claim them, for good."""
        with self._asking("写入资料库"):
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
        with self._asking("读取资料库"):
            found = self._documents.get(ids=["owner"], include=["documents"])
            return str(found["documents"][0]) if found["ids"] else ""

    @property
    def stamp(self) -> str:
        """Name of the embedder that made the vectors; "" for a new library."""
        with self._asking("读取资料库"):
            return str(self._state()["embedder"])

    @stamp.setter
    def stamp(self, name: str) -> None:
        with self._asking("写入资料库"):
            self._set_state(embedder=name)

    def records(self) -> dict[str, DocumentRecord]:
        """Every document by its id, in the order of ingest."""
        with self._asking("读取资料库"):
            found = self._documents.get(where={"kind": "record"}, include=["documents"])
            rows = [json.loads(text) for text in found["documents"]]
            made = [DocumentRecord(**{**r, "officials": tuple(r["officials"])}) for r in rows]
        return {r.id: r for r in sorted(made, key=lambda r: (r.added, r.path))}

    def passages(self, records: Mapping[str, DocumentRecord]) -> dict[str, list[Passage]]:
        """The current passages of these records in reading order, by the document's id."""
        with self._asking("读取资料库"):
            found = self._packets.read(records)
            for record in records.values():
                if record.passages and record.id not in found:
                    found[record.id] = former_passages(self._passages, record)
        return found

    def count(self) -> int:
        """How many vectors there are in all."""
        with self._asking("读取资料库"):
            return int(self._passages.count())

    def present(self, passages: Sequence[Passage], revision: str, among: Any = None) -> set[str]:
        """Ids of those passages that have a vector in this revision.

        Args:
            among: another collection than the current one.
        """
        found: set[str] = set()
        for start in range(0, len(passages), _PAGE):
            rows = {row_of(p.id, revision): p.id for p in passages[start : start + _PAGE]}
            with self._asking("读取资料库"):
                got = (among or self._passages).get(ids=list(rows), include=[])
                found |= {rows[ident] for ident in got["ids"]}
        return found

    def add(
        self,
        passages: Sequence[Passage],
        embed: Embed,
        revision: str,
        tell: Callable[[float], None] = lambda share: None,
        into: Any = None,
        waiting: Callable[[], None] = lambda: None,
    ) -> None:
        """Write passages under a revision that no record names yet.

        In batches; what an interrupted run has written of this revision is not made again.

        Args:
            passages: in reading order.
            embed: passages → their vectors, in order.
            revision: names the set.
            tell: called with the share that is done, 0..1.
            into: another collection than the current one.
            waiting: called while vectors are waited for (see `ahead`).
        """
        into = into or self._passages
        if not passages:
            return
        with self._asking("写入资料库"):
            self._packets.write(passages[0].document, revision, passages)
        # What was written before is written from the front.
        begun = self.present(passages[:1], revision, into)

        def fresh(part: Sequence[Passage]) -> list[Passage]:
            done = self.present(part, revision, into) if begun else ()
            return [p for p in part if p.id not in done]

        parts = (fresh(passages[at : at + BATCH]) for at in range(0, len(passages), BATCH))
        for n, (part, vectors) in enumerate(ahead(parts, embed, waiting), start=1):
            if part:
                with self._asking("写入资料库"):
                    # Nothing beside the vector: a row's details would take a fifth of the time.
                    into.upsert(ids=[row_of(p.id, revision) for p in part], embeddings=vectors)
            tell(min(1.0, n * BATCH / len(passages)))

    def commit(self, record: DocumentRecord, replaces: bool) -> None:
        """Make the record's revision the current one; drop the older rows, if it replaces some."""
        with self._asking("写入资料库"):
            text = json.dumps(asdict(record), ensure_ascii=False)
            self._set_state((record.id, "record", text))
            if replaces:
                former = [i for i in self._former(record.id) if _revision(i) != record.revision]
                self._delete([*self._packets.rows(record.id, but=record.revision), *former])
                self._packets.keep_only(record.id, record.revision)

    def forget(self, document: str) -> None:
        """Remove a document: its record first, so that it is gone at once."""
        with self._asking("写入资料库"):
            self._set_state((document, "gone", ""))
            self._delete([*self._packets.rows(document), *self._former(document)])
            self._documents.delete(where={"document": document})  # its packets
            self._documents.delete(ids=[document])

    def _former(self, document: str) -> list[str]:
        """Ids of a document's rows as formats 1 and 2 had them, which name it."""
        return list(self._passages.get(where={"document": document}, include=[])["ids"])

    def sweep(self, records: dict[str, DocumentRecord], spare: str = "") -> None:
        """Delete the rows that an interrupted writer left behind, but those of revision `spare`."""
        current = {record.id: record.revision for record in records.values()}
        dead: list[str] = []
        offset = 0
        with self._asking("写入资料库"):
            self._documents.delete(where={"kind": "gone"})
            for name in [c.name for c in self._client.list_collections()]:
                if name.startswith(f"{self._prefix}passages-") and name != self._passages.name:
                    self._client.delete_collection(name)  # of a re-index that was killed
            alive = self._packets.alive(current)
            while True:
                got = self._passages.get(include=["metadatas"], limit=_PAGE, offset=offset)
                for ident, meta in zip(got["ids"], got["metadatas"], strict=True):
                    named = current.get(meta["document"]) if meta else None  # formats 1 and 2
                    if ident not in alive and _revision(ident) not in (named, spare):
                        dead.append(ident)
                offset += len(got["ids"])
                if len(got["ids"]) < _PAGE:
                    break
            self._delete(dead)
            self._packets.sweep(current, spare)

    def _delete(self, idents: Sequence[str]) -> None:
        once = list(dict.fromkeys(idents))  # Chroma refuses an id that is named twice
        for start in range(0, len(once), _PAGE):
            self._passages.delete(ids=once[start : start + _PAGE])

    @contextmanager
    def rebuilding(self, stamp: str) -> Generator[Add]:
        """Write all passages anew into a second collection, then switch to it."""
        old = self._passages
        with self._asking("重建向量"):
            name = f"{self._prefix}passages-{int(old.name.rsplit('-', 1)[1]) + 1}"
            if any(c.name == name for c in self._client.list_collections()):
                self._client.delete_collection(name)  # left by an interrupted run
            made = self._collection(name)
        yield partial(self.add, into=made)
        with self._asking("重建向量"):
            self._set_state(embedder=stamp, passages=name)
            self._passages = made
            self._client.delete_collection(old.name)

    def vectors(self, ids: Sequence[tuple[str, str]]) -> dict[tuple[str, str], NDArray[np.float32]]:
        """The vectors of (passage id, revision); those that another writer dropped are missing."""
        keys = {row_of(i, r): (i, r) for i, r in ids}
        with self._asking("检索"):
            got = self._passages.get(ids=list(keys), include=["embeddings"])
            return {
                keys[key]: np.asarray(row, dtype=np.float32)
                for key, row in zip(got["ids"], got["embeddings"], strict=True)
            }


def _revision(ident: str) -> str:
    return ident.partition("@")[2]
