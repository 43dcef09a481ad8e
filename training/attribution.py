"""Fit the weights of the joint decision on shuffled documents whose truth is known.

    python -m training.attribution shuffled.jsonl --output weights.json --test other.jsonl

First the junction weights by the likelihood of each block's true successor and forerunner
(softmax over all blocks of the document), then all weights together against the states that the
search itself climbs to (`training.rivals`). ``--mean FILE …`` ships the mean with earlier fits,
on other documents, and keeps each of them as a member, whose dissent is a sign of doubt. What is
decided afterwards is fitted by `training.confidence`.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from store import continuity
from store.affinity import nearness, ties
from store.arrangement import Arrangement, arrange
from store.block import Blocks, find_blocks
from store.continuity import Continuity
from store.evidence import CLASSES, END_CLASSES, MEASURES, START_CLASSES, Evidence, gather
from store.reader import read_bytes
from store.tally import heading_steps
from store.theme import Themes
from store.weighing import GROUPS, Weights, weigh

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """One document with its evidence and its true paths (positions of content blocks)."""

    blocks: Blocks
    evidence: Evidence
    own: Floats
    near: Any
    truth: tuple[tuple[int, ...], ...]


def example(row: str) -> Example | None:
    """Read one line of a shuffled file; None where a byline was not recognised."""
    made = json.loads(row)
    document = read_bytes("x.txt", made["text"].encode(), 10**9)
    model = Continuity.load()
    gold = {g["line"]: g for g in made["gold"]}
    titles = {i for i, x in enumerate(document.lines) if gold[x.number]["kind"] == "title"}
    blocks = find_blocks(document, model, titles)
    names = [b.official.name for b in blocks.bylines]
    if sorted(names) != sorted(s["speaker"] for s in made["speakers"]):
        return None
    places: list[list[tuple[int, int]]] = [[] for _ in names]
    for i, block in enumerate(blocks.content):
        truth = gold[block.line.number]
        places[names.index(truth["speaker"])].append((truth["order"], i))
    themes = Themes([b.line.text for b in blocks.content])
    return Example(
        blocks,
        gather(blocks, model, themes),
        ties(blocks, themes),
        nearness(blocks),
        tuple(tuple(i for _, i in sorted(p)) for p in places),
    )


def load(paths: Sequence[Path]) -> list[Example]:
    """All usable documents of the files."""
    rows = [row for path in paths for row in path.read_text(encoding="utf-8").splitlines() if row]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        made = pool.map(example, rows, chunksize=8)
    return [e for e in made if e is not None]


def junction_fit(examples: Sequence[Example], start: Floats) -> Floats:
    """Maximum likelihood of true successors and forerunners, L2 0.5."""
    c, m, s = CLASSES, CLASSES + len(MEASURES), CLASSES + len(MEASURES) + START_CLASSES
    size = s + 2 + END_CLASSES + 1

    def loss(w: Floats) -> tuple[float, Floats]:
        value, grad = 0.5 * float(w @ w), w.copy()
        for e in examples:
            ev = e.evidence
            n = len(ev.start)
            following, before = np.full(n, n), np.full(n, n)
            for path in e.truth:
                for a, b in itertools.pairwise(path):
                    following[a], before[b] = b, a
            follow = w[:c][ev.classes] + np.tensordot(w[c:m], ev.measures, 1)
            np.fill_diagonal(follow, -1e9)
            first = w[m:s][ev.start] + w[s] * ev.start_fresh + w[s + 1] * ev.opening
            last = w[s + 2 : s + 2 + END_CLASSES][ev.end] + w[-1] * ev.closing
            rows = np.arange(n)
            for way in (0, 1):
                table = np.column_stack([follow, last] if way == 0 else [follow.T, first])
                truth = following if way == 0 else before
                table -= table.max(axis=1, keepdims=True)
                chance = np.exp(table)
                chance /= chance.sum(axis=1, keepdims=True)
                value -= float(np.log(chance[rows, truth] + 1e-12).sum())
                chance[rows, truth] -= 1
                pairs, edge = chance[:, :n], chance[:, n]
                if way == 0:
                    grad[s + 2 : s + 2 + END_CLASSES] += np.bincount(ev.end, edge, END_CLASSES)
                    grad[-1] += edge @ ev.closing
                else:
                    pairs = pairs.T
                    grad[m:s] += np.bincount(ev.start, edge, START_CLASSES)
                    grad[s] += edge @ ev.start_fresh
                    grad[s + 1] += edge @ ev.opening
                grad[:c] += np.bincount(ev.classes.ravel(), pairs.ravel(), CLASSES)
                grad[c:m] += np.tensordot(ev.measures, pairs, ([1, 2], [0, 1]))
        return value, grad

    fitted = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B", options={"maxiter": 120}).x
    vector = start.copy()
    vector[:size] = fitted
    return vector


def features(e: Example, paths: Sequence[Sequence[int]]) -> Floats:
    """The flat feature vector of a state: its score is the product with the weights."""
    parts = {name: np.zeros(size) for name, size in GROUPS}
    ev = e.evidence
    for k, path in enumerate(paths):
        if not path:
            parts["empty"][0] += 1
            continue
        members = list(path)
        parts["start"][ev.start[path[0]]] += 1
        parts["start_fresh"][0] += ev.start_fresh[path[0]]
        parts["opening"][0] += ev.opening[path[0]]
        parts["end"][ev.end[path[-1]]] += 1
        parts["closing"][0] += ev.closing[path[-1]]
        for a, b in itertools.pairwise(path):
            parts["classes"][ev.classes[a, b]] += 1
            parts["measures"] += ev.measures[:, a, b]
        parts["own"] += e.own[:, k, members].sum(axis=1)
        heads = [b for i, b in enumerate(path) if i == 0 or path[i - 1] != b - 1]
        for b in heads:
            parts["near"][e.near[k, b]] += 1
        if len(path) > 1:
            square = np.ix_(members, members)
            parts["bond"][0] += ev.bond[square].sum() / (len(path) - 1)
            parts["kin"][0] += ev.kin[square].sum() / (len(path) - 1)
        content = e.blocks.content
        numbers = [content[b].number for b in path if content[b].level == 1]
        parts["steps"] += heading_steps(numbers)
    return np.concatenate([parts[name] for name, _ in GROUPS])


def decide(task: tuple[Floats, Example, float, int]) -> Arrangement:
    """The decision with the given weights; `bonus` for each block on a wrong official."""
    vector, e, bonus, seed = task
    terms = weigh(Weights(vector), e.evidence, e.own, e.near)
    if bonus:
        own = terms.own + bonus
        for k, path in enumerate(e.truth):
            own[k, list(path)] -= bonus
        terms = replace(terms, own=own)
    return arrange(terms, e.blocks.content, seed=seed)


def measure(examples: Sequence[Example], vector: Floats) -> tuple[float, float, float]:
    """Shares: blocks on the right official, junctions right, documents all right."""
    with multiprocessing.get_context("fork").Pool(2) as pool:
        found = pool.map(decide, [(vector, e, 0.0, 0) for e in examples])
    right = blocks = joined = junctions = whole = 0
    for e, decision in zip(examples, found, strict=True):
        paths = decision.paths
        for mine, true in zip(paths, e.truth, strict=True):
            right += len(set(mine) & set(true))
            blocks += len(true)
            pairs = set(itertools.pairwise(true))
            joined += len(pairs & set(itertools.pairwise(mine)))
            junctions += len(pairs)
        whole += paths == e.truth
    return right / blocks, joined / max(1, junctions), whole / len(examples)


def main() -> None:
    """Command line; see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", nargs="+", type=Path)
    parser.add_argument("--test", nargs="*", type=Path, default=[])
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--mean", nargs="*", type=Path, default=[], help="earlier fits")
    parser.add_argument("--counts", type=Path, help="a continuity model that never saw the inputs")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    if options.counts:
        continuity.DATA = options.counts
    examples = load(options.inputs)
    print(f"{len(examples)} documents", flush=True)
    if options.start:
        vector = Weights.load(options.start).vector
    else:
        vector = junction_fit(examples, _start())
    tests = [(path, load([path])) for path in options.test]
    for path, held in tests:
        print(path.name, "before", measure(held, vector), flush=True)
    from training.rivals import softmax_margin

    vector = softmax_margin(examples, vector, options.rounds, seed=3)
    members = [vector, *(Weights.load(path).vector for path in options.mean)]
    vector = np.mean(members, axis=0)
    for path, held in tests:
        print(path.name, "after", measure(held, vector), flush=True)
    made = replace(Weights.load(), vector=vector, members=tuple(members if options.mean else ()))
    options.output.write_text(made.dumps(), encoding="utf-8")


def _start() -> Floats:
    """Reasoned values for what the junctions do not tell, to climb from."""
    given = {
        "own": [0.6],
        "near": [0.0, -2.5, -4.0, -5.0, -1.5, -3.5, -5.0, -6.0],
        "bond": [2.0],
        "steps": [1.0, -2.0, -5.0],
        "empty": [-6.0],
    }
    return np.concatenate([np.array(given.get(name, [0.0] * size)) for name, size in GROUPS])


if __name__ == "__main__":
    main()
