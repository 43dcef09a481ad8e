"""How near the words of a quote are to those of a passage, and where they part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from store.folding import fold_with_map

Op = Literal["replace", "insert", "delete"]

_TILE = 4  # shortest run of equal characters that counts as kept when words are moved
_SHORTEST = 5
# Each further place at which a quote was cut and put together again costs this much.
_SEAM = 0.05


@dataclass(frozen=True, slots=True)
class Likeness:
    """The words of a source that a quote was made from.

    `start`, `end` are their place in the source, `similarity` is in 0..1, `differences` are
    (op, words of the quote, words of the source).
    """

    start: int
    end: int
    similarity: float
    differences: tuple[tuple[Op, str, str], ...]


def liken(
    words: str,
    folded: str,
    places: list[int],
    source: str,
    rarity: Callable[[str], float],
) -> Likeness | None:
    """The part of `source` nearest to a quote, or None where it is not near.

    Args:
        words: the quote as written.
        folded, places: what `fold_with_map` makes of it.
        source: a passage's text.
        rarity: how telling a pair of folded characters is, 0..1; formulas that every official
            uses must not make an invented slogan look like a changed quote.
    """
    text, at = fold_with_map(source)
    if len(folded) < _SHORTEST or not text:
        return None
    edits = _edited(words, folded, places, source, text, at)
    tiled = _tiled(words, folded, places, source, text, at)
    near = [
        likeness
        for likeness, kept in (x for x in (edits, tiled) if x)
        if _near(folded, likeness.similarity, kept, rarity)
    ]
    return max(near, key=lambda likeness: likeness.similarity, default=None)


def _near(
    folded: str,
    similarity: float,
    kept: list[tuple[int, int]],
    rarity: Callable[[str], float],
) -> bool:
    """Whether so much, and such telling words, of the quote are the source's."""
    length = len(folded)
    longest = max((b - a for a, b in kept), default=0)
    pairs = [(i, rarity(folded[i : i + 2])) for i in range(length - 1)]
    inside = {i for a, b in kept for i in range(a, b - 1)}
    weight = sum(r for _, r in pairs)
    telling = sum(r for i, r in pairs if i in inside) / weight if weight > 0 else similarity
    if longest >= 12 and longest >= 0.5 * length:
        return True
    if length <= 6:
        return similarity >= 0.79 and longest >= 4
    if longest < max(4, 0.2 * length):
        return False
    floor = 0.74 if length <= 12 else 0.66
    return similarity >= floor and telling >= 0.42


def _edited(
    words: str, folded: str, places: list[int], source: str, text: str, at: list[int]
) -> tuple[Likeness, list[tuple[int, int]]] | None:
    """The nearest stretch of the source by insertions, deletions and replacements."""
    from rapidfuzz import fuzz
    from rapidfuzz.distance import Levenshtein

    found = fuzz.partial_ratio_alignment(folded, text)
    if found is None:
        return None
    if len(text) >= len(folded):
        low, high = found.dest_start, found.dest_end
    else:
        low, high = 0, len(text)
    pad = max(3, len(folded) // 4)
    low, high = max(0, low - pad), min(len(text), high + pad)
    steps = [
        (s.tag, s.src_start, s.src_end, s.dest_start + low, s.dest_end + low)
        for s in Levenshtein.opcodes(folded, text[low:high])
    ]
    while steps and steps[0][0] == "insert":
        steps.pop(0)
    while steps and steps[-1][0] == "insert":
        steps.pop()
    kept = [(a, b) for tag, a, b, _, _ in steps if tag == "equal"]
    if not kept:
        return None
    low, high = steps[0][3], steps[-1][4]
    if high <= low:
        return None
    cost = sum(max(b - a, d - c) for tag, a, b, c, d in steps if tag != "equal")
    similarity = max(0.0, 1 - cost / max(len(folded), high - low))
    differences: list[tuple[Op, str, str]] = []
    for a, b, c, d in _merged(steps):
        said = words[places[a] : places[b - 1] + 1] if b > a else ""
        stands = source[at[c] : at[d - 1] + 1] if d > c else ""
        op: Op = "replace" if said and stands else "insert" if said else "delete"
        differences.append((op, said, stands))
    return Likeness(at[low], at[high - 1] + 1, similarity, tuple(differences)), kept


def _merged(steps: list[tuple[str, int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Changes as (from, to) in quote and source; two with one equal character between are one."""
    merged: list[tuple[int, int, int, int]] = []
    for tag, a, b, c, d in steps:
        if tag == "equal":
            continue
        if merged and a - merged[-1][1] <= 1 and c - merged[-1][3] <= 1:
            merged[-1] = (merged[-1][0], b, merged[-1][2], d)
        else:
            merged.append((a, b, c, d))
    return merged


def _tiled(
    words: str, folded: str, places: list[int], source: str, text: str, at: list[int]
) -> tuple[Likeness, list[tuple[int, int]]] | None:
    """Runs of the quote that stand in the source in any order, with words cut out between.

    The idea of greedy string tiling (Wise 1993), from the left only.
    """
    tiles: list[tuple[int, int, int]] = []
    left: list[tuple[int, int]] = []
    i = 0
    while i < len(folded):
        length = _longest(folded, i, text)
        if length >= min(_TILE, len(folded)):
            near = text.find(folded[i : i + length], tiles[-1][2] if tiles else 0)
            place = near if near >= 0 else text.find(folded[i : i + length])
            tiles.append((i, i + length, place))
            i += length
        else:
            if left and left[-1][1] == i:
                left[-1] = (left[-1][0], i + 1)
            else:
                left.append((i, i + 1))
            i += 1
    if len(tiles) < 2:
        return None
    low = min(p for _, _, p in tiles)
    high = max(p + b - a for a, b, p in tiles)
    if high - low > 2.5 * len(folded) + 12:
        return None
    covered = sum(b - a for a, b, _ in tiles)
    similarity = max(0.0, covered / len(folded) - _SEAM * (len(tiles) - 1))
    start, end = at[low], at[high - 1] + 1
    differences: list[tuple[Op, str, str]] = [
        ("insert", words[places[a] : places[b - 1] + 1], "") for a, b in left
    ]
    if any(q < p for (_, _, p), (_, _, q) in pairwise(tiles)):
        differences.append(("replace", words, source[start:end]))
    else:
        for (a, b, p), (_, _, q) in pairwise(tiles):
            if q > p + b - a:
                differences.append(("delete", "", source[at[p + b - a] : at[q - 1] + 1]))
    kept = [(a, b) for a, b, _ in tiles]
    return Likeness(start, end, similarity, tuple(differences)), kept


def _longest(folded: str, start: int, text: str) -> int:
    """The length of the longest run from `start` that stands in `text`."""
    low, high = 0, len(folded) - start
    while low < high:
        middle = (low + high + 1) // 2
        if folded[start : start + middle] in text:
            low = middle
        else:
            high = middle - 1
    return low
