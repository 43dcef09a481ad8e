"""A reply read in the background, so that the page stays free to be stopped."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.reply import Reply

TICK = 0.2  # seconds between signs of life while nothing arrives


class ReplyStream:
    """Yields the pieces of a reply as they come, and "" while it is silent.

    Errors of the reply are raised to whoever reads. `close` ends the reading: the
    thread that reads lets go of the reply at its next piece.
    """

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self._pieces: queue.Queue[str | BaseException | None] = queue.Queue()
        self._closed = threading.Event()
        threading.Thread(target=self._read, name="yanju-reply", daemon=True).start()

    def __iter__(self) -> Iterator[str]:
        while True:
            try:
                piece = self._pieces.get(timeout=TICK)
            except queue.Empty:
                yield ""
                continue
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise piece
            yield piece

    def close(self) -> None:
        """Stop reading."""
        self._closed.set()

    def _read(self) -> None:
        try:
            for piece in self._reply:
                if self._closed.is_set():
                    self._reply.cancel()
                    return
                self._pieces.put(piece)
            self._pieces.put(None)
        except BaseException as error:
            self._pieces.put(error)
