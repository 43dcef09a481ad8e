"""Parts of a document on their way to Chroma: embedded in a thread, a part before the writing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait

import numpy as np
from numpy.typing import NDArray

from store.passage import Passage

Vectors = NDArray[np.float32]
Embed = Callable[[list[Passage]], Vectors]
_LOOK_SECONDS = 0.2


def ahead(
    parts: Iterable[list[Passage]], embed: Embed, waiting: Callable[[], None] = lambda: None
) -> Iterator[tuple[list[Passage], Vectors]]:
    """Each part with its vectors; the next one's are made while the caller writes this one.

    A part is only begun when the one before it has its vectors, so nothing is asked of an
    embedder that has failed.

    Args:
        waiting: called now and then by the caller's own thread, which alone may draw on a page,
            as long as it waits; what it raises ends the work.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="embed") as pool:
        before: tuple[list[Passage], Future[Vectors]] | None = None
        for part in parts:
            done = (before[0], _awaited(before[1], waiting)) if before else None
            before = part, pool.submit(embed, part) if part else pool.submit(_none)
            if done:
                yield done
        if before:
            yield before[0], _awaited(before[1], waiting)


def _none() -> Vectors:
    return np.zeros((0, 0), dtype=np.float32)


def _awaited(vectors: Future[Vectors], waiting: Callable[[], None]) -> Vectors:
    while not wait([vectors], _LOOK_SECONDS).done:
        waiting()
    waiting()
    return vectors.result()
