"""Parts of a document on their way to Chroma: embedded in a thread, a part before the writing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from store.passage import Passage

Embed = Callable[[list[Passage]], Sequence[Sequence[float]]]


def ahead(
    parts: Iterable[list[Passage]], embed: Embed
) -> Iterator[tuple[list[Passage], Sequence[Sequence[float]]]]:
    """Each part with its vectors; the next one's are made while the caller writes this one.

    A part is only begun when the one before it has its vectors, so nothing is asked of an
    embedder that has failed.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="embed") as pool:
        before: tuple[list[Passage], Future[Sequence[Sequence[float]]]] | None = None
        for part in parts:
            done = (before[0], before[1].result()) if before else None
            before = part, pool.submit(embed, part) if part else pool.submit(list)
            if done:
                yield done
        if before:
            yield before[0], before[1].result()
