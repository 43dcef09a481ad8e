"""The passages and their vectors in Chroma: the one truth of the library.

A document's passages are written under a new revision, then its record is switched to
that revision, then the old rows go. Rows whose revision no record names are invisible,
so a kill at any moment leaves either the old document or the new one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import numpy as np
from numpy.typing import NDArray

from store.alias import aliases
from store.errors import LibraryDamaged, StoreError
from store.passage import Passage
from store.record import DocumentRecord
from store.remarks import Official

_PAGE = 5000
_BATCH = 1000  # passages embedded and written at once
FORMAT = 1  # of what is kept in Chroma: raise it when an older program cannot read it
_FULL = ("disk is full", "no space", "disk i/o error", "file too large")
_LOCKED = ("readonly", "read-only", "permission denied", "unable to open database")
_AWAY = ("could not connect", "connection refused", "connection reset", "disconnected", "timed out")
Embed = Callable[[list[Passage]], Sequence[Sequence[float]]]
Add = Callable[[Sequence[Passage], Embed, str], None]


@contextmanager
def _mapped(what: str) -> Generator[None]:
    """Turn whatever Chroma raises into one line with its remedy.

    Its Rust core panics with a BaseException on some damaged files, hence the width.
    """
    try:
        yield
    except (StoreError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        detail = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        low = detail.lower()
        if any(words in low for words in _FULL):
            raise StoreError(
                "磁盘已满或写不进去，资料库未改动。请腾出空间后重试。",
                "The disk is full; the library was not changed. Free some space and try again.",
            ) from error
        if any(words in low for words in _LOCKED):
            raise StoreError(
                "资料库所在文件夹不可写。请检查权限，或用 YANJU_HOME 指定另一个文件夹。",
                "The library's folder is not writable. Check its permissions or set YANJU_HOME.",
            ) from error
        if any(words in low for words in _AWAY):
            raise StoreError(
                "连不上 Chroma 服务器。请检查 YANJU_CHROMA_URL 与服务器是否在运行。",
                "Cannot reach the Chroma server. Check YANJU_CHROMA_URL and that it runs.",
            ) from error
        raise LibraryDamaged(
            f"{what}失败（{detail[:120]}）。资料库索引可能已损坏；"
            "请运行 python -m store rebuild，从源文件重新建立。",
            f"The library failed ({detail[:120]}). Its index may be damaged; "
            "run python -m store rebuild to make it anew from the source files.",
        ) from error


class VectorStore:
    """Chroma, embedded under `home` or at the server `url`; see the module's note."""

    def __init__(self, home: Path, url: str = "", fresh: bool = False) -> None:
        self._home = home
        self._url = url
        self._client: Any = None
        self._alias: int | None = None
        self.open(fresh)

    def open(self, fresh: bool = False) -> None:
        """Open afresh: an embedded index does not see what another process wrote.

        With `fresh`, whatever was kept before is dropped first.
        """
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        self.close()
        with _mapped("打开资料库"):
            if self._url:
                at = urlparse(self._url)
                self._client = chromadb.HttpClient(
                    host=at.hostname or "localhost",
                    port=at.port or (443 if at.scheme == "https" else 8000),
                    ssl=at.scheme == "https",
                    settings=settings,
                )
            else:
                self._home.mkdir(parents=True, exist_ok=True)
                self._alias = aliases.take()
                path = str(self._home / "chroma") + "/." * self._alias
                self._client = chromadb.PersistentClient(path, settings)
            for name in [c.name for c in self._client.list_collections()] if fresh else ():
                if name.startswith("yanju-"):
                    self._client.delete_collection(name)
            self._documents = self._client.get_or_create_collection(
                "yanju-documents", embedding_function=None
            )
            state = self._state()
            if state.get("format", FORMAT) > FORMAT:
                raise LibraryDamaged(
                    "资料库是由更新版本的程序建立的。请升级程序，或运行 python -m store rebuild。",
                    "The library was made by a newer version of the program. Update the program, "
                    "or run python -m store rebuild.",
                )
            self._passages = self._collection(state["passages"])

    def _collection(self, name: str) -> Any:
        return self._client.get_or_create_collection(
            name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )

    def _state(self) -> dict[str, Any]:
        """Which embedder made the vectors, and which collection holds them."""
        found = self._documents.get(ids=["state"], include=["documents"])
        if found["ids"]:
            return dict(json.loads(found["documents"][0]))
        return {"embedder": "", "passages": "yanju-passages-1", "format": FORMAT}

    def _set_state(self, **change: str) -> None:
        self._documents.upsert(
            ids=["state"],
            documents=[json.dumps({**self._state(), **change})],
            metadatas=[{"kind": "state"}],
            embeddings=[[1.0]],
        )

    def close(self) -> None:
        """Let go of the files."""
        if self._client is not None and not self._url:
            self._client.close()
        if self._alias is not None:
            aliases.give_back(self._alias)
        self._client = self._alias = None

    @property
    def stamp(self) -> str:
        """Name of the embedder that made the vectors; "" for a new library."""
        with _mapped("读取资料库"):
            return str(self._state()["embedder"])

    @stamp.setter
    def stamp(self, name: str) -> None:
        with _mapped("写入资料库"):
            self._set_state(embedder=name)

    def records(self) -> dict[str, DocumentRecord]:
        """Every document by its id, in the order of ingest."""
        with _mapped("读取资料库"):
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
            with _mapped("读取资料库"):
                got = self._passages.get(
                    where=where, include=["documents", "metadatas"], limit=_PAGE, offset=offset
                )
                for text, meta in zip(got["documents"], got["metadatas"], strict=True):
                    record = records.get(meta["document"])
                    if record and record.revision == meta["revision"]:
                        rows.append((record.id, meta["order"], _passage(text, meta)))
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
            with _mapped("写入资料库"):
                keys = [f"{p.id}@{revision}" for _, p in part]
                kept = into.get(ids=keys, include=["metadatas"])
                done = {
                    key: meta["order"]
                    for key, meta in zip(kept["ids"], kept["metadatas"], strict=True)
                }
            part = [(i, p) for i, p in part if done.get(f"{p.id}@{revision}") != i]
            if part:
                vectors = embed([p for _, p in part])
                with _mapped("写入资料库"):
                    into.upsert(
                        ids=[f"{p.id}@{revision}" for _, p in part],
                        documents=[p.text for _, p in part],
                        metadatas=[_metadata(p, revision, i) for i, p in part],
                        embeddings=[list(v) for v in vectors],
                    )
            tell(min(1.0, (start + _BATCH) / len(passages)))

    def commit(self, record: DocumentRecord, replaces: bool) -> None:
        """Make the record's revision the current one; drop the older rows, if it replaces some."""
        with _mapped("写入资料库"):
            self._documents.upsert(
                ids=[record.id],
                documents=[json.dumps(asdict(record), ensure_ascii=False)],
                metadatas=[{"kind": "record"}],
                embeddings=[[1.0]],
            )
            if replaces:
                old = {"revision": {"$ne": record.revision}}
                self._passages.delete(where={"$and": [{"document": record.id}, old]})

    def forget(self, document: str) -> None:
        """Remove a document: its record first, so that it is gone at once."""
        with _mapped("写入资料库"):
            self._documents.delete(ids=[document])
            self._passages.delete(where={"document": document})

    def sweep(self, records: dict[str, DocumentRecord], spare: str = "") -> None:
        """Delete the rows that an interrupted writer left behind, but those of revision `spare`."""
        dead: list[str] = []
        offset = 0
        with _mapped("写入资料库"):
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
        with _mapped("重建向量"):
            name = f"yanju-passages-{int(old.name.rsplit('-', 1)[1]) + 1}"
            if any(c.name == name for c in self._client.list_collections()):
                self._client.delete_collection(name)  # left by an interrupted run
            made = self._collection(name)
        yield lambda passages, embed, revision: self.add(passages, embed, revision, into=made)
        with _mapped("重建向量"):
            self._set_state(embedder=stamp, passages=name)
            self._passages = made
            self._client.delete_collection(old.name)

    def vectors(self, ids: Sequence[tuple[str, str]]) -> dict[tuple[str, str], NDArray[np.float32]]:
        """The vectors of (passage id, revision); those that another writer dropped are missing."""
        keys = {f"{i}@{r}": (i, r) for i, r in ids}
        with _mapped("检索"):
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
    official = Official(d.pop("name"), d.pop("organization"), d.pop("position"))
    d["lines"] = tuple(d["lines"])
    return Passage(official=official, text=text, **d)
