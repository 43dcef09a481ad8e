"""What comes next is made in a thread while the caller writes what came before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from store.passage import Passage

Vectors = NDArray[np.float32]
T = TypeVar("T")
R = TypeVar("R")
Embed = Callable[[list[Passage]], Vectors]
_LOOK_SECONDS = 0.2


def ahead(
    parts: Iterable[list[Passage]], embed: Embed, waiting: Callable[[], None] = lambda: None
) -> Iterator[tuple[list[Passage], Vectors]]:
    """Each part of a document with its vectors; the next one's are made while this is written.

    A part is only begun when the one before it has its vectors, so nothing is asked of an
    embedder that has failed.

    Args:
        waiting: called now and then by the caller's own thread, which alone may draw on a page,
            as long as it waits; what it raises ends the work.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="embed") as pool:
        before: tuple[list[Passage], Future[Vectors]] | None = None
        for part in parts:
            done = (before[0], awaited(before[1], waiting)) if before else None
            before = part, pool.submit(embed, part) if part else pool.submit(_none)
            if done:
                yield done
        if before:
            yield before[0], awaited(before[1], waiting)


def _none() -> Vectors:
    return np.zeros((0, 0), dtype=np.float32)


def one_ahead(items: Iterable[T], make: Callable[[T], R]) -> Iterator[tuple[T, Future[R]]]:
    """Each item with what becomes of it; the next one's turn comes while the caller works.

    Whoever stops in between does not wait for the item that nobody will ask for.
    """
    pool = ThreadPoolExecutor(1, thread_name_prefix="read")
    before: tuple[T, Future[R]] | None = None
    try:
        for item in items:
            now = item, pool.submit(make, item)
            if before:
                yield before
            before = now
        if before:
            yield before
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def awaited(made: Future[R], waiting: Callable[[], None]) -> R:
    """What is made; `waiting` is called now and then until it is there, and once then."""
    while not wait([made], _LOOK_SECONDS).done:
        waiting()
    waiting()
    return made.result()
