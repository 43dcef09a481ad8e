"""Ways to write one folder's path, each used by one open client.

Chroma gives clients of one path in one process the same index, which then stays as it was when
the first of them opened, whatever another process has written since.
"""

from __future__ import annotations

import itertools
import threading


class Aliases:
    """Numbers in use; a path with that many ``/.`` behind it is the same folder."""

    def __init__(self) -> None:
        self._used: set[int] = set()
        self._lock = threading.Lock()

    def take(self) -> int:
        """The lowest number that is free."""
        with self._lock:
            number = next(n for n in itertools.count() if n not in self._used)
            self._used.add(number)
        return number

    def give_back(self, number: int) -> None:
        """Let another client have it."""
        with self._lock:
            self._used.discard(number)


aliases = Aliases()
