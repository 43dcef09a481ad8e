"""Why a block is where it is, in a few short words for a person."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from store.arrangement import Arrangement
from store.block import Blocks
from store.evidence import Evidence
from store.ground import Ground

MOST = 4


def reasons(
    blocks: Blocks, evidence: Evidence, own: NDArray[np.float64], decision: Arrangement
) -> list[tuple[Ground, ...]]:
    """For each content block the strongest reasons for its official, strongest first."""
    made: list[tuple[Ground, ...]] = [()] * len(blocks.content)
    for k, path in enumerate(decision.paths):
        byline = blocks.bylines[k]
        for at, i in enumerate(path):
            found: list[tuple[float, Ground]] = []
            if at:
                found += _junction(blocks, evidence, path[at - 1], i)
            if at + 1 < len(path) and blocks.content[i].open_end >= 1:
                line = blocks.content[path[at + 1]].line.number
                found.append(
                    (2.0 + evidence.measures[0, i, path[at + 1]], Ground("goes on", (line,)))
                )
            if own[k, i] > 0.8:
                word = _shared(byline.official.office, blocks.content[i].line.text)
                found.append((2.0 + own[k, i], Ground("office", (word,))))
            before = [b for b in blocks.bylines if b.first < blocks.content[i].place]
            if before and before[-1] is byline:
                found.append((1.5, Ground("after")))
            ties = evidence.bond[i, list(path)].sum() / max(1, len(path) - 1)
            if ties > 0.02:
                found.append((1.0 + 10 * ties, Ground("wording")))
            found.sort(key=lambda pair: -pair[0])
            made[i] = tuple(dict.fromkeys(why for _, why in found[:MOST])) or (Ground("place"),)
    return made


def _junction(blocks: Blocks, evidence: Evidence, i: int, j: int) -> list[tuple[float, Ground]]:
    first, second = blocks.content[i], blocks.content[j]
    line = first.line.number
    if first.kind == "heading":
        if evidence.measures[3, i, j] > 0.3:
            return [(3.0, Ground("heading words", (_short(first.line.text),)))]
        return [(1.8, Ground("heading", (_short(first.line.text),)))]
    if first.open_end >= 1 and second.kind != "heading":
        return [(2.5 + float(evidence.measures[0, i, j]), Ground("continues", (line,)))]
    if second.kind == "heading" and second.number > 1:
        return [(2.2, Ground("number", (second.number,)))]
    if evidence.measures[6, i, j] > 0:
        return [(2.6, Ground("list", (line,)))]
    if evidence.measures[7, i, j] > 0:
        return [(1.9, Ground("parallel", (line,)))]
    if second.place == first.place + 1:
        return [(1.6, Ground("next", (line,)))]
    return []


def _short(text: str) -> str:
    return text if len(text) <= 10 else f"{text[:9]}…"


def _shared(office: str, text: str) -> str:
    """The longest run of the office's characters in the text."""
    for size in range(min(10, len(office)), 1, -1):
        for at in range(len(office) - size + 1):
            if office[at : at + size] in text:
                return office[at : at + size]
    return office[:4]
