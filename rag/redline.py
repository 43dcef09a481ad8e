"""A changed quote beside its source, as one text with what was added and left out marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.trace import QuoteMatch
from store import fold_with_map

_TRIM = " \t\r\n“”\"'「」『』‘’＂"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a quote and the words that stand for it in the source.

    `op` is ``equal``, ``replace``, ``insert`` (only in the quote; `source` is "") or
    ``delete`` (only in the source; `quote` is ""). The quotes of all runs, put together,
    are the whole quote without the marks around it.
    """

    op: Literal["equal", "replace", "insert", "delete"]
    quote: str
    source: str


def redline(quote: str, match: QuoteMatch) -> tuple[Run, ...]:
    """The quote cut into runs against the source's words.

    Empty where the quote has the source's words in another order: a line with most of them
    struck out and written again would tell nobody anything; show both.
    """
    from rapidfuzz.distance import Levenshtein

    words = (match.part or quote).strip(_TRIM)
    if any(d.op == "replace" and d.source == match.text for d in match.differences):
        return ()
    said, at = fold_with_map(words)
    stands, place = fold_with_map(match.text)
    steps = [
        (s.tag, s.src_start, s.src_end, s.dest_start, s.dest_end)
        for s in Levenshtein.opcodes(said, stands)
    ]
    runs: list[Run] = []
    for tag, a, b, c, d in _joined(steps):
        # Punctuation after a run belongs to it; what stands before the first, to the first.
        left = at[a] if a else 0
        right = at[b] if b < len(said) else len(words)
        own = words[left:right] if b > a else ""
        source = match.text[place[c] : place[d - 1] + 1] if d > c else ""
        if tag == "equal":
            runs.append(Run("equal", own, source))
        else:
            runs.append(Run("replace" if own and source else "insert" if own else "delete",
                            own, source))  # fmt: skip
    return tuple(runs)


def _joined(
    steps: list[tuple[str, int, int, int, int]],
) -> list[tuple[str, int, int, int, int]]:
    """Changes with at most one equal character between them are one change."""
    made: list[tuple[str, int, int, int, int]] = []
    for step in steps:
        between = made[-1] if made else None
        if (
            step[0] != "equal"
            and len(made) > 1
            and between is not None
            and between[0] == "equal"
            and between[2] - between[1] <= 1
            and made[-2][0] != "equal"
        ):
            made.pop()
            before = made.pop()
            made.append(("replace", before[1], step[2], before[3], step[4]))
        elif step[0] != "equal" and between is not None and between[0] != "equal":
            made[-1] = ("replace", between[1], step[2], between[3], step[4])
        else:
            made.append(step)
    return made
