"""The score of one official speaking certain runs of blocks in a certain order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from store.block import Block

Floats = NDArray[np.float64]

NEIGHBOURS = 5  # likeliest forerunners and successors that a move may join


@dataclass(frozen=True, slots=True)
class Terms:
    """What the search adds up, for n blocks and k officials.

    Attributes:
        follow: score of block j right after block i, shape (n, n).
        start: of block j as the first of a piece, shape (n,).
        end: of block i as the last of a piece, shape (n,).
        own: of block i being spoken by an official, shape (k, n).
        near: of a stretch that begins at block i belonging to an official, shape (k, n); it
            counts once for blocks that follow each other in the file.
        bond: of two blocks being in one piece, whatever their order, shape (n, n).
        steps: of a heading number one higher than the last, of one skipped, of one not higher.
        empty: of an official of whom nothing is left.
    """

    follow: Floats
    start: Floats
    end: Floats
    own: Floats
    near: Floats
    bond: Floats
    steps: tuple[float, float, float]
    empty: float


class Tally:
    """Scores of paths of runs, kept so that each path is scored once."""

    def __init__(self, terms: Terms, content: Sequence[Block], runs: list[list[int]]) -> None:
        self.terms = terms
        self.first = [r[0] for r in runs]
        self.last = [r[-1] for r in runs]
        self.own = [[float(row[r].sum()) for r in runs] for row in terms.own]
        self.near = [[float(row[r[0]]) for r in runs] for row in terms.near]
        self.follow = [[float(terms.follow[a, b]) for b in self.first] for a in self.last]
        self.start = [float(terms.start[a]) for a in self.first]
        self.end = [float(terms.end[a]) for a in self.last]
        self.numbers = [
            [content[b].number for b in r if content[b].kind == "heading" and content[b].level == 1]
            for r in runs
        ]
        member = np.zeros((len(runs), len(content)))
        for k, r in enumerate(runs):
            member[k, r] = 1.0
        self.table = member @ terms.bond @ member.T
        self.bond: list[list[float]] = self.table.tolist()
        self.size = [len(r) for r in runs]
        follow = terms.follow[np.ix_(self.last, self.first)].copy()
        np.fill_diagonal(follow, -np.inf)
        near = min(NEIGHBOURS, len(runs) - 1)
        self.after = [{int(j) for j in row.argsort()[::-1][:near]} for row in follow]
        self.before = [{int(i) for i in row.argsort()[::-1][:near]} for row in follow.T]
        self.cache: dict[tuple[int, tuple[int, ...]], float] = {}

    def path(self, k: int, path: tuple[int, ...]) -> float:
        """Score of official `k` speaking the runs `path` in this order."""
        known = self.cache.get((k, path))
        if known is None:
            known = self._score(k, path)
            self.cache[k, path] = known
        return known

    def _score(self, k: int, path: tuple[int, ...]) -> float:
        if not path:
            return self.terms.empty
        value = self.start[path[0]] + self.end[path[-1]]
        own, near, follow, bond = self.own[k], self.near[k], self.follow, self.bond
        numbers: list[int] = []
        size = 0
        previous = -1
        for run in path:
            value += own[run]
            size += self.size[run]
            if previous != run - 1 or not run:
                value += near[run]
            if previous >= 0:
                value += follow[previous][run]
            if self.numbers[run]:
                numbers += self.numbers[run]
            previous = run
        if size > 1:
            if len(path) > 7:
                members = list(path)
                tied = float(self.table[members][:, members].sum())
            else:
                tied = sum(bond[a][b] for a in path for b in path)
            value += tied / (size - 1)
        return value + heading_order(numbers, self.terms.steps) if numbers else value

    def total(self, paths: Sequence[tuple[int, ...]]) -> float:
        """Score of a whole state."""
        return sum(self.path(k, p) for k, p in enumerate(paths))


def heading_steps(numbers: Sequence[int]) -> tuple[int, int, int]:
    """How many heading numbers go one up, skip some, do not go up; the first should be 1."""
    up = skipped = down = 0
    previous = 0
    for number in numbers:
        up += number == previous + 1
        skipped += number > previous + 1
        down += number <= previous
        previous = number
    return up, skipped, down


def heading_order(numbers: Sequence[int], steps: tuple[float, float, float]) -> float:
    """Score of a piece's heading numbers in their order."""
    up, skipped, down = heading_steps(numbers)
    return up * steps[0] + skipped * steps[1] + down * steps[2]
