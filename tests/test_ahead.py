"""Vectors are made in a thread of their own; who asked hears of it in the caller's thread."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from store import Library, Settings
from store.ahead import ahead
from store.passage import Passage


def _slow(part: list[Passage]) -> list[list[float]]:
    time.sleep(0.5)
    return [[1.0]] * len(part)


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
