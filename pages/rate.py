"""How often one visitor may ask."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

MINUTE = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Rate:
    """The questions of one session within the last minute."""

    asked: deque[float] = field(default_factory=deque)

    def wait(self, limit: int, now: float) -> float:
        """Count a question at `now`, unless `limit` of them lie in the minute before it.

        Args:
            limit: questions in any 60 seconds; 0 means no limit.
            now: seconds on a clock that never goes back.

        Returns:
            0.0 if the question is counted, else the seconds until one is let through.
        """
        while self.asked and now - self.asked[0] >= MINUTE:
            self.asked.popleft()
        if limit and len(self.asked) >= limit:
            return MINUTE - (now - self.asked[-limit])
        self.asked.append(now)
        return 0.0
