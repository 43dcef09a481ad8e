"""Shuffled documents with the decision on them beside the truth: what is fitted after it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store.assembly import Joiner
from store.block import Block, Blocks, find_blocks
from store.continuity import Continuity
from store.judgement import judge
from store.reader import read_bytes
from store.weighing import Weights
from store.window import windows

Floats = NDArray[np.float64]


@dataclass
class Table:
    """Samples of one decision: values and truth."""

    rows: list[list[float]]
    truth: list[bool]

    def arrays(self) -> tuple[Floats, NDArray[np.bool_]]:
        """Shape (samples, values) and (samples,)."""
        return np.array(self.rows), np.array(self.truth)


@dataclass
class Decided:
    """Samples of a file's documents.

    Attributes:
        owner: signs of a body line, and whether its official is right.
        join: features of two neighbours of which the first may stop inside a sentence, and
            whether they are halves of one paragraph.
        gap: features of a block that is not the other half of the one before it, and whether
            text before it is lost.
    """

    owner: Table
    join: Table
    gap: Table


def decided(path: Path, weights: Weights) -> Decided:
    """The samples of a shuffled file under `weights`; titles are found, not given."""
    made = Decided(Table([], []), Table([], []), Table([], []))
    model = Continuity.load()
    for row in path.read_text(encoding="utf-8").splitlines():
        document = json.loads(row)
        gold = {g["line"]: g for g in document["gold"]}
        whole = find_blocks(read_bytes("x.txt", document["text"].encode(), 10**9), model)
        if len(whole.bylines) < 2:
            continue
        joiner = Joiner(whole, model, weights.join, weights.gap)
        halves = _halves(document["gold"], document["text"].split("\n"))
        for blocks in windows(whole):
            _add(made, blocks, weights, model, joiner, gold, halves)
    return made


def _halves(gold: list[dict[str, Any]], texts: list[str]) -> dict[int, int | None]:
    """For each line that begins inside a paragraph the line that ends there, None if it is lost."""
    ends = {
        (g["speaker"], g["item"], g["at"] + len(texts[g["line"] - 1])): g["line"]
        for g in gold
        if g["kind"] == "body"
    }
    return {
        g["line"]: ends.get((g["speaker"], g["item"], g["at"]))
        for g in gold
        if g["kind"] == "body" and g["at"]
    }


def _add(
    made: Decided,
    blocks: Blocks,
    weights: Weights,
    model: Continuity,
    joiner: Joiner,
    gold: dict[int, Any],
    halves: dict[int, int | None],
) -> None:
    judged = judge(blocks, model, weights)
    decision, values = judged.decision, judged.signs
    for k, path in enumerate(decision.paths):
        name = blocks.bylines[k].official.name
        before: Block | None = None
        for i in path:
            block = blocks.content[i]
            line = block.line.number
            if gold[line]["kind"] == "body" == block.kind:
                made.owner.rows.append(values[i].tolist())
                made.owner.truth.append(gold[line]["speaker"] == name)
                half = before is not None and halves.get(line) == before.line.number
                if before and before.kind == "body" and before.open_end > 0:
                    made.join.rows.append(joiner.features(before, block))
                    made.join.truth.append(half)
                if not half and not block.open_start:
                    made.gap.rows.append(joiner.gap_features(before, block))
                    made.gap.truth.append(line in halves)
            before = block
