"""Files, backups and rows of Chroma that somebody made to do harm."""

from __future__ import annotations

import json
import tracemalloc
import zipfile
import zlib
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest

from rag import RagSettings
from store import Library
from store.archive import restore
from store.errors import StoreError, UnreadableFile
from store.reader import read_bytes
from store.rebuild import rebuild
from tests.test_hostile import LIMIT


@pytest.mark.parametrize("kind", ["txt", "md", "html"])
def test_one_line_of_a_hundred_million_characters_is_refused_in_time(kind: str) -> None:
    """As bytes it is under a raised limit; it must not be embedded, split or marked up."""
    size = 100_000_000 if kind != "html" else 1_000_000
    data = b"<p>" + b"a" * size if kind == "html" else b"a" * size
    with pytest.raises(UnreadableFile) as refused:
        read_bytes(f"a.{kind}", data, 1 << 30)
    assert "200,000" in refused.value.zh and "paragraphs" in refused.value.en


def test_a_line_that_is_only_long_is_read() -> None:
    text = "桥" * 150_000
    assert read_bytes("a.txt", f"某县县长\n王某某\n{text}\n".encode(), LIMIT).lines


def test_a_manifest_that_unpacks_to_a_flood_is_refused(
    settings: RagSettings, tmp_path: Path
) -> None:
    flood = tmp_path / "flood.zip"
    with zipfile.ZipFile(flood, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b" " * (256 << 20))
    tracemalloc.start()
    try:
        with pytest.raises(StoreError, match="没有恢复"):
            restore(settings, flood)
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


PLAIN = {
    "officials": [["a", "b", "c"]], "fields": ["lines", "text"], "passages": [[0, [1], "桥"]],
}  # fmt: skip


def packed(whole: object) -> str:
    return b64encode(zlib.compress(json.dumps(whole).encode())).decode()


POISON = {
    "no packet": "{",
    "a number": 7,
    "a list": packed([]),
    "fields unknown": packed({**PLAIN, "fields": ["lines", "evil"]}),
    "no text": packed({**PLAIN, "passages": [[0, [1], ["桥"]]]}),
    "a nameless official": packed({**PLAIN, "officials": [["a", 1, "c"]]}),
    "nobody's passage": packed({**PLAIN, "passages": [[9, [1], "桥"]]}),
    "cut off": packed(PLAIN)[:40],
    "a flood": b64encode(zlib.compress(b" " * (256 << 20))).decode(),
}


@pytest.mark.parametrize("data", POISON.values(), ids=POISON)
def test_a_row_that_somebody_else_changed_is_told_and_mended_by_a_rebuild(
    library: Library, data: object
) -> None:
    library.upload("a.md", "---\nspeaker: 王某\n---\n\n桥要查。\n\n河要清。\n".encode())
    rows = library._vectors._documents.get(where={"kind": "packet"}, include=["metadatas"])
    [meta] = rows["metadatas"]
    library._vectors._documents.update(ids=rows["ids"], metadatas=[{**meta, "data": data}])
    library._vectors.close()
    with pytest.raises(StoreError, match="rebuild"):
        Library.open(library.settings)
    rebuild(library.settings)
    assert len(Library.open(library.settings).passages()) == 2


def test_a_poisoned_record_moves_and_writes_nothing_outside(
    library: Library, tmp_path: Path
) -> None:
    library.upload("a.md", "---\nspeaker: 王某\n---\n\n桥要查。\n".encode())
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    [record] = library.documents()
    inside = str(library.settings.documents.resolve() / ".." / "mine.txt")
    bad = replace(record, path=inside, digest="../../evil", id="0" * 12, passages=0)
    library._vectors.commit(bad, replaces=False)
    again = Library.open(library.settings)
    with pytest.raises(StoreError, match="rebuild"):
        again.corrections(bad.id)
    again.remove(bad.id)
    assert mine.read_text() == "mine" and not list(tmp_path.rglob("*evil*"))
    assert len(Library.open(library.settings).passages()) == 1
