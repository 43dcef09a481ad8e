"""The joint decision: which official speaks each run of blocks, and in which order.

A state gives every run to one official at one place. Its score is the sum of what speaks for
each junction, each start and end, each official's own words, and the order of the headings;
`arrange` climbs from two starting states by moving, swapping and exchanging runs, shakes the
best state and climbs again (iterated local search, Lourenço, Martin and Stützle 2003).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from store.block import Block
from store.tally import Tally, Terms

Floats = NDArray[np.float64]

SEGMENT = 4  # longest stretch of runs moved at once
SHAKES = 6


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The decision.

    Attributes:
        paths: for each official, the positions of the blocks in reading order.
        margin: for each block, how much worse the best state known is in which another
            official speaks it; infinite where there is no other.
        rival: for each block, that other official.
        runs: the stretches of blocks that were moved as wholes.
        climbed: the states the search climbed to, as `paths`.
    """

    paths: tuple[tuple[int, ...], ...]
    margin: Floats
    rival: tuple[int, ...]
    runs: tuple[tuple[int, ...], ...] = ()
    climbed: tuple[tuple[tuple[int, ...], ...], ...] = ()


def runs_of(terms: Terms, content: Sequence[Block], sure: float) -> list[list[int]]:
    """Contract neighbours that surely stay together.

    Args:
        sure: smallest lead, in nats, of "next in the file" over every other choice.
    """
    n = len(content)
    runs: list[list[int]] = []
    for j in range(n):
        if j and _holds(terms, content, j - 1, j, sure):
            runs[-1].append(j)
        else:
            runs.append([j])
    return runs


def _holds(terms: Terms, content: Sequence[Block], i: int, j: int, sure: float) -> bool:
    score = terms.follow[i, j]
    rivals = max(
        float(np.delete(terms.follow[i], [i, j]).max(initial=-99.0)),
        float(np.delete(terms.follow[:, j], [i, j]).max(initial=-99.0)),
        float(terms.start[j]),
        float(terms.end[i]),
    )
    first, second = content[i], content[j]
    if second.number and first.number and second.number <= first.number:
        return False
    return bool(score - rivals > sure)


State = list[tuple[int, ...]]


def arrange(
    terms: Terms, content: Sequence[Block], *, sure: float = 4.5, seed: int = 0
) -> Arrangement:
    """The best state found, with the margin of every block."""
    officials = terms.own.shape[0]
    runs = runs_of(terms, content, sure)
    search = Tally(terms, content, runs)
    states = [
        _climb(search, s) for s in (_file_order(search, officials), _greedy(search, officials))
    ]
    best = max(states, key=search.total)
    rng = random.Random(seed)
    if officials > 1 or len(runs) > 2:
        for _ in range(SHAKES):
            state, touched = _shake(best, rng)
            shaken = _climb(search, state, touched)
            states.append(shaken)
            if search.total(shaken) > search.total(best) + 1e-9:
                best = shaken
    margin, rival = _margins(search, best, len(content), runs)
    for state in states:
        _compare(search, best, state, runs, margin, rival)
    climbed = tuple(_blocks(state, runs) for state in states)
    return Arrangement(_blocks(best, runs), margin, tuple(rival), tuple(map(tuple, runs)), climbed)


def _blocks(state: State, runs: list[list[int]]) -> tuple[tuple[int, ...], ...]:
    """The blocks of each official in reading order."""
    return tuple(tuple(b for run in path for b in runs[run]) for path in state)


def reconsidered(terms: Terms, content: Sequence[Block], decision: Arrangement) -> list[int]:
    """The official of each block when the decision is climbed on from under other terms."""
    search = Tally(terms, content, [list(run) for run in decision.runs])
    head = {run[0]: r for r, run in enumerate(decision.runs)}
    state = _climb(search, [tuple(head[b] for b in p if b in head) for p in decision.paths])
    owner = [-1] * len(content)
    for k, path in enumerate(state):
        for run in path:
            for block in decision.runs[run]:
                owner[block] = k
    return owner


def renamed(decision: Arrangement, places: Sequence[int]) -> Arrangement:
    """The decision with whole pieces given to other officials.

    Args:
        places: whose piece each official has now; two exchanged, or each their own.
    """

    def turned(paths: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
        return tuple(paths[k] for k in places)

    return replace(
        decision,
        paths=turned(decision.paths),
        rival=tuple(places[k] if k >= 0 else k for k in decision.rival),
        climbed=tuple(map(turned, decision.climbed)),
    )


def gain(terms: Terms, content: Sequence[Block], paths: Sequence[tuple[int, ...]]) -> float:
    """What the best state climbed to from `paths` is worth more than they are, in nats."""
    search = Tally(terms, content, [[i] for i in range(len(content))])
    return search.total(_climb(search, list(paths))) - search.total(paths)


def _file_order(search: Tally, officials: int) -> State:
    paths: list[list[int]] = [[] for _ in range(officials)]
    for run in range(len(search.first)):
        paths[max(range(officials), key=lambda k: search.own[k][run] + search.near[k][run])].append(
            run
        )
    return [tuple(p) for p in paths]


def _greedy(search: Tally, officials: int) -> State:
    """Chain the runs by their best junctions, then give each chain to the likeliest official."""
    n = len(search.first)
    pairs = sorted(
        ((search.follow[a][b], a, b) for a in range(n) for b in range(n) if a != b), reverse=True
    )
    chain = list(range(n))
    after: dict[int, int] = {}
    before: dict[int, int] = {}
    for score, a, b in pairs:
        if score < search.end[a] + search.start[b] or len(after) >= n - officials:
            break
        if a in after or b in before or chain[a] == chain[b]:
            continue
        after[a], before[b] = b, a
        old, new = chain[b], chain[a]
        chain = [new if c == old else c for c in chain]
    paths: list[list[int]] = [[] for _ in range(officials)]
    for head in (r for r in range(n) if r not in before):
        members = [head]
        while members[-1] in after:
            members.append(after[members[-1]])
        k = max(
            range(officials),
            key=lambda q: sum(search.own[q][m] + search.near[q][m] for m in members),
        )
        paths[k] += members
    return [tuple(p) for p in paths]


def _shake(state: State, rng: random.Random) -> tuple[State, set[int]]:
    """Three random stretches moved, and the officials touched."""
    paths = list(state)
    touched: set[int] = set()
    for _ in range(3):
        a = rng.randrange(len(paths))
        if not paths[a]:
            continue
        p = rng.randrange(len(paths[a]))
        q = min(len(paths[a]), p + rng.randint(1, SEGMENT))
        segment = paths[a][p:q]
        paths[a] = paths[a][:p] + paths[a][q:]
        b = rng.randrange(len(paths))
        at = rng.randint(0, len(paths[b]))
        paths[b] = paths[b][:at] + segment + paths[b][at:]
        touched |= {a, b}
    return paths, touched


def _climb(search: Tally, state: State, active: set[int] | None = None) -> State:
    """Take the best move of each active official in turn until none helps."""
    paths = list(state)
    waiting = sorted(active if active is not None else range(len(paths)))
    while waiting:
        a = waiting[0]
        gain, move = 1e-9, None
        for delta, changed in _moves(search, paths, a):
            if delta > gain:
                gain, move = delta, changed
        if move is None:
            waiting.pop(0)
            continue
        for k, path in move:
            paths[k] = path
            if k not in waiting:
                waiting.append(k)
    return paths


Change = tuple[tuple[int, tuple[int, ...]], ...]


def _moves(
    search: Tally, paths: Sequence[tuple[int, ...]], a: int
) -> Iterator[tuple[float, Change]]:
    """Neighbour states that change path `a` and make a likely junction: (gain, changed paths)."""
    yield from _insertions(search, paths, a)
    score = [search.path(k, p) for k, p in enumerate(paths)]
    path = paths[a]
    for b, other in enumerate(paths):
        if b == a:
            continue
        yield from _exchange(search, a, b, path, other, score[a] + score[b])


def _exchange(
    search: Tally, a: int, b: int, path: tuple[int, ...], other: tuple[int, ...], score: float
) -> Iterator[tuple[float, Change]]:
    """The two paths with their tails exchanged, or as wholes."""
    for p in range(len(path) + 1):
        for q in range(len(other) + 1):
            whole = p in (0, len(path)) and q in (0, len(other))
            if (
                whole
                or (p and q < len(other) and other[q] in search.after[path[p - 1]])
                or (q and p < len(path) and path[p] in search.after[other[q - 1]])
            ):
                one, two = path[:p] + other[q:], other[:q] + path[p:]
                gain = search.path(a, one) + search.path(b, two) - score
                yield gain, ((a, one), (b, two))
                gain = search.path(a, two) + search.path(b, one) - score
                yield gain, ((a, two), (b, one))


def _insertions(
    search: Tally, paths: Sequence[tuple[int, ...]], a: int
) -> Iterator[tuple[float, Change]]:
    """Stretches of path `a` put where a likely junction arises, or at the edge of a path."""
    path = paths[a]
    place = {run: (k, i) for k, p in enumerate(paths) for i, run in enumerate(p)}
    edges = [(k, i) for k, p in enumerate(paths) for i in {0, len(p)}]
    before = search.path(a, path)
    for p in range(len(path)):
        for q in range(p + 1, min(len(path), p + SEGMENT) + 1):
            segment, rest = path[p:q], path[:p] + path[q:]
            left = search.path(a, rest) - before
            spots = {(k, i + 1) for k, i in map(place.__getitem__, search.before[segment[0]])}
            spots.update(map(place.__getitem__, search.after[segment[-1]]))
            spots.update(edges)
            for b, at in spots:
                if b != a:
                    other = paths[b]
                    grown = other[:at] + segment + other[at:]
                    gain = left + search.path(b, grown) - search.path(b, other)
                    yield gain, ((a, rest), (b, grown))
                elif at < p or at > q:
                    at -= (q - p) * (at > q)
                    moved = rest[:at] + segment + rest[at:]
                    yield search.path(a, moved) - before, ((a, moved),)


def _margins(
    search: Tally, paths: State, size: int, runs: list[list[int]]
) -> tuple[Floats, list[int]]:
    """Of each block, how much is lost by the best single move that gives it to another."""
    margin = np.full(size, np.inf)
    rival = [-1] * size
    owner = {run: k for k, path in enumerate(paths) for run in path}
    every = (move for a in range(len(paths)) for move in _moves(search, paths, a))
    for gain, changed in every:
        for k, path in changed:
            for run in path:
                if owner[run] == k:
                    continue
                for block in runs[run]:
                    if -gain < margin[block]:
                        margin[block], rival[block] = -gain, k
    return margin, rival


def _compare(
    search: Tally,
    best: State,
    state: State,
    runs: list[list[int]],
    margin: Floats,
    rival: list[int],
) -> None:
    """Lower the margins of the blocks that another state climbed to gives to other officials."""
    owner = {run: k for k, path in enumerate(best) for run in path}
    lost = search.total(best) - search.total(state)
    for k, path in enumerate(state):
        for run in path:
            for block in runs[run] if owner[run] != k else ():
                if lost < margin[block]:
                    margin[block], rival[block] = lost, k
