"""Passages packed a thousand to a row: as they were, and as former releases kept them."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from store import Library
from store.errors import LibraryDamaged
from store.packet import Packets, pack, unpack
from store.passage import Passage
from store.record import DocumentRecord
from store.remarks import Official
from store.vectors import FORMAT
from tests.test_library import put

A, B = Official("王某", "某县水务局", "局长"), Official("李某", "某县公安局", "局长")


def passage(n: int, official: Official = A, text: str = "桥要查。") -> Passage:
    return Passage(f"{n:016x}", "d", "a.md", official, "题", "", n, text, lines=(n, n + 1))


def test_what_is_packed_comes_back_whole() -> None:
    rows = [
        passage(1),
        replace(passage(2, B), page=3, review=True, confidence=0.25, gap_after=True, date="2031"),
        passage(3, A, "𠮷\x1f\"'\\\n"),
    ]
    assert unpack(pack(rows)) == rows


class Rows:
    """As much of a collection of Chroma as packets need."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, str]] = {}
        self.fetched: list[int] = []

    def upsert(self, ids: list[str], metadatas: list[dict[str, str]], **_: object) -> None:
        self.kept |= dict(zip(ids, metadatas, strict=True))

    def get(self, ids: list[str] | None = None, where: object = None, **_: object) -> dict:
        found = [i for i in self.kept if ids is None or i in ids]
        if ids is not None:
            self.fetched.append(len(ids))
        return {"ids": found[::-1], "metadatas": [self.kept[i] for i in found[::-1]]}

    def delete(self, ids: list[str]) -> None:
        for ident in ids:
            del self.kept[ident]


def test_long_documents_lie_in_several_rows_and_come_back_in_order() -> None:
    rows = Rows()
    packets = Packets(rows)
    many = [passage(n) for n in range(12_345)]
    heavy = [passage(n, text="水" * 150_000) for n in range(20)]
    packets.write("d", "1-3", many)
    packets.write("e", "2-3", heavy)
    assert len(rows.kept) == 13 + 4
    records = {
        ident: DocumentRecord(ident, "", "", "user", "", revision, (), count, 0, 0, 0, "")
        for ident, revision, count in (("d", "1-3", 12_345), ("e", "2-3", 20))
    }
    assert packets.read(records) == {"d": many, "e": heavy}
    packets.write("d", "9-3", many[:5])
    packets.keep_only("d", "9-3")
    packets.sweep({"d": "9-3", "e": "8-3"}, spare="")
    assert [*rows.kept] == ["d@9-3#0"]


def former(library: Library) -> None:
    """The rows of the library as format 1 had them."""
    store = library._vectors
    for p in library.passages():
        place = asdict(replace(p, text=""))
        official = place.pop("official")
        place.pop("text")
        revision = library.record(p.document).revision
        store._passages.update(
            ids=[f"{p.id}@{revision}"],
            embeddings=[store.vectors([(p.id, revision)])[p.id, revision].tolist()],
            documents=[p.text],
            metadatas=[{
                "revision": revision, "order": p.paragraph, "official": p.official.key,
                "detail": json.dumps({**place, **official}), "document": p.document,
            }],
        )  # fmt: skip
    store._documents.delete(where={"kind": "packet"})
    store._set_state(format=1)


def test_a_library_of_format_1_is_read_and_packed_at_the_next_look(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "\n\n".join(f"第{n}座桥要查。" for n in range(9))
    put(library, "a.md", f"---\nspeaker: 王某\n---\n\n{rows}")
    with monkeypatch.context() as before:
        before.setattr("store.intake.PARSER", "2")
        library.sync()
    known = library.passages()
    former(library)
    again = Library.open(library.settings)
    assert again.passages() == known and len(again.dense("桥", 20)) == 9
    monkeypatch.setattr(again, "_fresh", lambda passages: pytest.fail("embedded again"))
    assert [r.state for r in again.sync()] == ["replaced"]
    assert again.passages() == known and len(again.dense("桥", 20)) == 9
    packets = again._vectors._documents.get(where={"kind": "packet"}, include=[])["ids"]
    assert len(packets) == 1 and again._vectors._passages.count() == 9
    assert not any(again._vectors._passages.get(include=["documents"])["documents"])


def test_rows_of_format_2_go_with_their_document_and_are_swept(library: Library) -> None:
    front = "---\nspeaker: 王某\norganization: 某县水务局\n---\n\n"
    for name in ("a", "b", "c"):
        put(library, f"{name}.md", front + f"{name}座桥要查。\n\n{name}条路要修。")
    library.sync()
    store = library._vectors
    rows = store._passages
    for p in library.passages():
        revision = library.record(p.document).revision
        rows.update(ids=[f"{p.id}@{revision}"], metadatas=[{"document": p.document}])
    left = {r.name: r for r in library.documents()}
    # What writers of that format left behind when they were killed.
    rows.upsert(
        ids=["1@former", "2@spare", "3@none"],
        embeddings=[[1.0] * library.embedder.dimensions] * 3,
        metadatas=[{"document": left["c.md"].id}, {"document": left["c.md"].id}, None],
    )
    put(library, "a.md", front + "a座桥要查。\n\n另有一段。")
    library.sync()
    library.remove(left["b.md"].id)
    assert rows.count() == 4 + 3
    store.sweep(store.records(), spare="spare")
    assert rows.count() == 4 + 1
    store.sweep(store.records())
    assert rows.count() == 4 == len(library.passages()) == len(library.dense("桥", 9))
    put(library, "c.md", front + "只有一段。")
    library.sync()
    assert rows.count() == 3 and not library._vectors._former(left["c.md"].id)


def test_an_index_of_a_newer_format_is_refused(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        later.setattr("store.vectors.FORMAT", FORMAT + 1)
        library._vectors._set_state()
    with pytest.raises(LibraryDamaged, match="更新版本"):
        Library.open(library.settings)
