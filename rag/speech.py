"""Words that introduce what somebody says, and whose words an official repeats."""

from __future__ import annotations

from store import Passage
from store.reported import STRONG
from store.turn import asks

__all__ = ["STRONG", "third_person", "voices"]


def third_person(passage: Passage, start: int) -> str:
    """Whose words stand at `start` of a passage when they are not the official's own.

    Returns that person, meeting or document as it is written there (某某书记, 某报告), or "".
    """
    return next((r.by for r in passage.reported if r.start <= start < r.end), "")


def voices(
    passage: Passage, spans: list[tuple[int, int]]
) -> list[tuple[str, list[tuple[int, int]]]]:
    """The spans in runs of one voice: (whose words they are, "" for the official's own; spans).

    A span is somebody else's where most of it is reported, or it begins inside such words. What
    an interviewer asks amid the official's words is left out: it tells nothing.
    """
    made: list[tuple[str, list[tuple[int, int]]]] = []
    for start, end in spans:
        by = third_person(passage, start)
        for r in passage.reported:
            if 2 * (min(end, r.end) - max(start, r.start)) > end - start:
                by = r.by
        if asks(by):
            continue
        if made and made[-1][0] == by:
            made[-1][1].append((start, end))
        else:
            made.append((by, [(start, end)]))
    return made
