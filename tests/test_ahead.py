"""Vectors are made in a thread of their own; who asked hears of it in the caller's thread."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from store import Library, Settings
from store.ahead import Vectors, ahead, awaited, one_ahead
from store.passage import Passage


def _slow(part: list[Passage]) -> Vectors:
    time.sleep(0.5)
    return np.ones((len(part), 1), dtype=np.float32)


def test_waiting_is_told_in_the_callers_thread() -> None:
    told: list[threading.Thread] = []
    parts = list(ahead([[], []], _slow, lambda: told.append(threading.current_thread())))
    assert len(parts) == 2 and told and set(told) == {threading.current_thread()}


def test_what_waiting_raises_ends_the_work() -> None:
    passages: list[Passage] = [None]  # type: ignore[list-item]

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(ahead([passages, passages], _slow, stop))


def test_a_reindex_tells_its_progress_in_the_callers_thread(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    piece = "---\nspeaker: 祁连山\norganization: 云台市审计局\nposition: 局长\ntitle: 审计\n---\n\n"
    text = "\n\n".join(f"第{n}个项目要逐笔核对，账实相符。" for n in range(30))
    (documents / "a.md").write_text(piece + text, encoding="utf-8")
    settings = Settings(home=tmp_path / "home", documents=documents, samples=tmp_path / "none")
    library = Library.open(settings)
    library.sync()
    told: list[tuple[threading.Thread, float]] = []
    count = library.reindex(lambda what, share: told.append((threading.current_thread(), share)))
    assert count == len(library.passages()) == 30
    assert {thread for thread, _ in told} == {threading.current_thread()}
    assert [share for _, share in told] == sorted(share for _, share in told)
    assert told[-1][1] == 1.0


def test_the_next_one_is_made_while_the_caller_works() -> None:
    begun = [threading.Event() for _ in range(3)]

    def make(n: int) -> int:
        begun[n].set()
        if n == 1:
            raise ValueError("the second")
        return 10 * n

    found = []
    for n, made in one_ahead(range(3), make):
        try:
            found.append(awaited(made, lambda: None))
        except ValueError:
            found.append(-1)
        assert n == 2 or begun[n + 1].wait(20)
    assert found == [0, -1, 20]


def test_whoever_stops_does_not_wait_for_the_next_one() -> None:
    go_on, asked = threading.Event(), []

    def make(n: int) -> int:
        asked.append(n)
        assert n == 0 or go_on.wait(20)
        return n

    coming = one_ahead(range(9), make)
    next(coming)
    coming.close()  # type: ignore[attr-defined]
    assert not go_on.is_set()
    go_on.set()
    time.sleep(0.1)
    assert asked in ([0], [0, 1])


def _pieces(folder: Path, count: int) -> None:
    for n in range(count):
        text = "\n\n".join(f"第{n}县第{i}座桥要逐座查。" for i in range(5))
        front = f"---\nspeaker: 王{n}\norganization: 某县交通局\n---\n\n"
        (folder / f"{n}.md").write_text(front + text, encoding="utf-8")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    (tmp_path / "documents").mkdir()
    return Library.open(
        Settings(
            home=tmp_path / "home",
            documents=tmp_path / "documents",
            samples=tmp_path / "none",
            embedder="static",
            _env_file=None,
        )
    )


def test_files_read_ahead_are_embedded_once_and_only_if_they_are_new(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded: list[str] = []
    real = library._fresh

    def count(passages: list[Passage]) -> Vectors:
        embedded.extend(p.text for p in passages)
        return real(passages)

    monkeypatch.setattr(library, "_fresh", count)
    folder = library.settings.documents
    _pieces(folder, 4)
    (folder / "twin.md").write_bytes((folder / "0.md").read_bytes())
    states = [r.state for r in library.sync()]
    assert states == ["added"] * 4 + ["duplicate"]
    assert sorted(embedded) == sorted(p.text for p in library.passages())
    embedded.clear()
    changed = (folder / "2.md").read_text(encoding="utf-8").replace("第3座桥", "第三座桥")
    (folder / "2.md").write_text(changed, encoding="utf-8")
    assert [r.state for r in library.ingest([folder / f"{n}.md" for n in range(4)])] == [
        "unchanged", "unchanged", "replaced", "unchanged",
    ]  # fmt: skip
    assert embedded == ["第2县第三座桥要逐座查。"]


def test_one_unreadable_file_among_others_fails_in_its_own_turn(library: Library) -> None:
    folder = library.settings.documents
    _pieces(folder, 3)
    (folder / "1.md").write_bytes(b"")
    told: list[threading.Thread] = []
    results = library.sync(lambda what, share: told.append(threading.current_thread()))
    assert [(r.file, r.state) for r in results] == [
        ("0.md", "added"), ("1.md", "failed"), ("2.md", "added"),
    ]  # fmt: skip
    assert set(told) == {threading.current_thread()}
    assert len(library.passages()) == 10
