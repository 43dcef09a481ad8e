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

from store.errors import LibraryDamaged, StoreError
from store.passage import Passage
from store.record import DocumentRecord
from store.remarks import Official

_PAGE = 5000
Add = Callable[[Sequence[Passage], Sequence[Sequence[float]], str], None]


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
        if "disk is full" in low or "no space" in low:
            raise StoreError(
                "磁盘已满，资料库未改动。请腾出空间后重试。",
                "The disk is full; the library was not changed. Free some space and try again.",
            ) from error
        if "readonly" in low or "read-only" in low or "permission denied" in low:
            raise StoreError(
                "资料库所在文件夹不可写。请检查权限，或用 YANJU_HOME 指定另一个文件夹。",
                "The library's folder is not writable. Check its permissions or set YANJU_HOME.",
            ) from error
        if "could not connect" in low:
            raise StoreError(
                "连不上 Chroma 服务器。请检查 YANJU_CHROMA_URL 与服务器是否在运行。",
                "Cannot reach the Chroma server. Check YANJU_CHROMA_URL and that it runs.",
            ) from error
        raise LibraryDamaged(
            f"{what}失败（{detail[:120]}）。请删除资料库文件夹后重新导入源文件。",
            f"The library failed ({detail[:120]}). Delete its folder and ingest the files again.",
        ) from error


class VectorStore:
    """Chroma, embedded under `home` or at the server `url`; see the module's note."""

    def __init__(self, home: Path, url: str = "") -> None:
        self._home = home
        self._url = url
        self._client: Any = None
        self.open()

    def open(self) -> None:
        """Open afresh: an embedded index does not see what another process wrote."""
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
                self._client = chromadb.PersistentClient(str(self._home / "chroma"), settings)
            self._documents = self._client.get_or_create_collection(
                "yanju-documents", embedding_function=None
            )
            self._passages = self._collection(self._state()["passages"])

    def _collection(self, name: str) -> Any:
        return self._client.get_or_create_collection(
            name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )

    def _state(self) -> dict[str, str]:
        """Which embedder made the vectors, and which collection holds them."""
        found = self._documents.get(ids=["state"], include=["documents"])
        if found["ids"]:
            return dict(json.loads(found["documents"][0]))
        return {"embedder": "", "passages": "yanju-passages-1"}

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
        self._client = None

    @property
    def stamp(self) -> str:
        """Name of the embedder that made the vectors; "" for a new library."""
        with _mapped("读取资料库"):
            return self._state()["embedder"]

    @stamp.setter
    def stamp(self, name: str) -> None:
        with _mapped("写入资料库"):
            self._set_state(embedder=name)

    def records(self) -> dict[str, DocumentRecord]:
        """Every document by its id, in the order of ingest."""
        with _mapped("读取资料库"):
            found = self._documents.get(where={"kind": "record"}, include=["documents"])
        rows = (json.loads(text) for text in found["documents"])
        made = [DocumentRecord(**{**r, "officials": tuple(r["officials"])}) for r in rows]
        return {r.id: r for r in sorted(made, key=lambda r: (r.added, r.path))}

    def passages(self, records: dict[str, DocumentRecord]) -> list[Passage]:
        """Every current passage, by document, then in reading order."""
        rows: list[tuple[str, int, Passage]] = []
        offset = 0
        while True:
            with _mapped("读取资料库"):
                got = self._passages.get(
                    include=["documents", "metadatas"], limit=_PAGE, offset=offset
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
        self, passages: Sequence[Passage], vectors: Sequence[Sequence[float]], revision: str
    ) -> None:
        """Write passages under a revision that no record names yet."""
        with _mapped("写入资料库"):
            step = self._client.get_max_batch_size()
            for start in range(0, len(passages), step):
                part = passages[start : start + step]
                self._passages.upsert(
                    ids=[f"{p.id}@{revision}" for p in part],
                    documents=[p.text for p in part],
                    metadatas=[_metadata(p, revision, start + i) for i, p in enumerate(part)],
                    embeddings=[list(v) for v in vectors[start : start + step]],
                )

    def commit(self, record: DocumentRecord) -> None:
        """Make the record's revision the current one and drop the older rows."""
        with _mapped("写入资料库"):
            self._documents.upsert(
                ids=[record.id],
                documents=[json.dumps(asdict(record), ensure_ascii=False)],
                metadatas=[{"kind": "record"}],
                embeddings=[[1.0]],
            )
            self._passages.delete(
                where={"$and": [{"document": record.id}, {"revision": {"$ne": record.revision}}]}
            )

    def forget(self, document: str) -> None:
        """Remove a document: its record first, so that it is gone at once."""
        with _mapped("写入资料库"):
            self._documents.delete(ids=[document])
            self._passages.delete(where={"document": document})

    def sweep(self, records: dict[str, DocumentRecord]) -> None:
        """Delete the rows that an interrupted ingest left behind."""
        with _mapped("写入资料库"):
            got = self._passages.get(include=["metadatas"])
            dead = [
                i
                for i, m in zip(got["ids"], got["metadatas"], strict=True)
                if m["document"] not in records or records[m["document"]].revision != m["revision"]
            ]
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
            self._passages = self._collection(name)
        try:
            yield self.add
        except BaseException:
            self._passages = old
            raise
        with _mapped("重建向量"):
            self._set_state(embedder=stamp, passages=name)
            self._client.delete_collection(old.name)

    def vectors(self, ids: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """The vectors of (passage id, revision), one row each, in that order."""
        keys = [f"{i}@{r}" for i, r in ids]
        with _mapped("检索"):
            got = self._passages.get(ids=keys, include=["embeddings"])
        rows = dict(zip(got["ids"], got["embeddings"], strict=True))
        return np.asarray([rows[k] for k in keys], dtype=np.float32)


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
