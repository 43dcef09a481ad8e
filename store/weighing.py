"""From evidence to the terms of the joint decision: the fitted weights, and their sum.

`data/weights.json` holds them by name; `training/attribution.py` is the recipe.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from store.affinity import NEARNESS, TIES
from store.evidence import CLASSES, END_CLASSES, MEASURES, PLACES, START_CLASSES, Evidence
from store.tally import Terms

DATA = Path(__file__).resolve().parent / "data" / "weights.json"
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Name and length of every group of weights, in the order of the flat vector.
GROUPS = (
    ("classes", CLASSES),
    ("measures", len(MEASURES)),
    ("start", START_CLASSES),
    ("start_fresh", 1),
    ("opening", 1),
    ("end", END_CLASSES),
    ("closing", 1),
    ("own", len(TIES)),
    ("near", len(NEARNESS)),
    ("bond", 1),
    ("kin", 1),
    ("steps", 3),
    ("empty", 1),
)
SIZE = sum(size for _, size in GROUPS)
_BLIND = 0.3  # what is left of what lines' places say, for weights that hardly look at them
_BY_PLACE = tuple(n for n, name in enumerate(MEASURES) if "distance" in name or "crossed" in name)


@dataclass(frozen=True, slots=True)
class Weights:
    """The fitted weights.

    Attributes:
        vector: of the joint decision, by `GROUPS`, shape (`SIZE`,).
        join: of `assembly.JOIN_FEATURES`; two blocks are joined where their sum is positive.
        members: other vectors, fitted on samples of the documents: where they would decide
            otherwise, the decision is doubtful.
        gap: of `assembly.GAP_FEATURES`; text is lost before a block where it is.
        confidence: of `doubt.SIGNS`, whose sum is the log-odds that the official is right.
        exchange: of `exchange.EXCHANGE`; two whole pieces are exchanged where it is positive.
    """

    vector: Floats
    join: tuple[float, ...] = ()
    gap: tuple[float, ...] = ()
    members: tuple[Floats, ...] = ()
    confidence: tuple[float, ...] = ()
    exchange: tuple[float, ...] = ()

    @classmethod
    @lru_cache(maxsize=2)
    def load(cls, path: Path = DATA) -> Weights:
        """The weights in `path`, those that ship with the program by default (read once)."""
        named = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            np.concatenate([np.array(named[name], dtype=float) for name, _ in GROUPS]),
            tuple(named["join"]),
            tuple(named["gap"]),
            tuple(np.array(member, dtype=float) for member in named["members"]),
            tuple(named["confidence"]),
            tuple(named["exchange"]),
        )

    def __getitem__(self, name: str) -> Floats:
        place = 0
        for group, size in GROUPS:
            if group == name:
                return self.vector[place : place + size]
            place += size
        raise KeyError(name)

    def by_content(self) -> Weights:
        """With the vector of the member that goes most by what blocks are about.

        For printed pages, where a piece's rest lies behind the next piece's start by design.
        """
        if not self.members:
            return self
        kin = [float(Weights(member)["kin"][0]) for member in self.members]
        return replace(self, vector=self.members[int(np.argmax(kin))])

    def blind(self) -> Floats:
        """The same vector, hardly looking at where in the file the lines stand.

        What it would decide otherwise rests on the file's order alone, which is worth little
        where pieces take turns.
        """
        made = self.vector.copy()
        place = 0
        for name, size in GROUPS:
            group = made[place : place + size]
            if name in ("classes", "start", "end"):
                table = group.reshape(-1, len(PLACES) if name == "classes" else 3)
                mean = table.mean(axis=1, keepdims=True)
                table[:] = mean + _BLIND * (table - mean)
            elif name == "near":
                group *= _BLIND
            elif name == "measures":
                group[list(_BY_PLACE)] *= _BLIND
            place += size
        return made

    def dumps(self) -> str:
        """JSON as `load` reads it."""
        rows = [
            f"  {json.dumps(name)}: {json.dumps([round(float(v), 3) for v in self[name]])}"
            for name, _ in GROUPS
        ]
        members = [[round(float(v), 2) for v in member] for member in self.members]
        rows.append(f'  "members": {json.dumps(members)}')
        for name in ("join", "gap", "confidence", "exchange"):
            values: tuple[float, ...] = getattr(self, name)
            rows.append(f"  {json.dumps(name)}: {json.dumps([round(v, 3) for v in values])}")
        return "{\n" + ",\n".join(rows) + "\n}\n"


def weigh(weights: Weights, evidence: Evidence, own: Floats, near: Ints) -> Terms:
    """The terms of the joint decision.

    Args:
        own: `affinity.ties`, shape (TIES, k, n).
        near: `affinity.nearness`, shape (k, n).
    """
    follow = weights["classes"][evidence.classes]
    follow = follow + np.tensordot(weights["measures"], evidence.measures, 1)
    start = weights["start"][evidence.start] + weights["start_fresh"] * evidence.start_fresh
    steps = weights["steps"]
    return Terms(
        follow=follow,
        start=start + weights["opening"] * evidence.opening,
        end=weights["end"][evidence.end] + weights["closing"] * evidence.closing,
        own=np.tensordot(weights["own"], own, 1),
        near=weights["near"][near],
        bond=weights["bond"] * evidence.bond + weights["kin"] * evidence.kin,
        steps=(float(steps[0]), float(steps[1]), float(steps[2])),
        empty=float(weights["empty"][0]),
    )
