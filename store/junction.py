"""Whether one text runs on into another, by two small nets that read both sides of the cut.

`Continuity` counts short runs; it does not see that “为” after “把…作为” is odd, or what a clause
still lacks. One net reads the last characters before a cut, the other the first ones after it;
the product of their vectors estimates the pointwise mutual information of the two sides, in nats.
Each text is read once, so n ends against n starts cost n readings and one product of matrices.
`training/junction.py` is the recipe.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from store.continuity import run_hash

DATA = Path(__file__).resolve().parent / "data" / "junction.npz"
REACH = 14  # characters read on each side
HASHES = 16384
_LEAST, _MOST = -8.0, 10.0  # beyond these a score says no more
Floats = NDArray[np.float32]


class Junction:
    """The two nets.

    Args:
        tables: as `training.junction.save` writes them, unpacked to floats.
        alphabet: code of each character that has one.
    """

    def __init__(self, tables: dict[str, Floats], alphabet: dict[str, int]) -> None:
        self._tables = tables
        self._alphabet = alphabet

    @classmethod
    @lru_cache(maxsize=1)
    def load(cls) -> Junction:
        """The nets that ship with the program (read once)."""
        return cls.from_file(DATA)

    @classmethod
    def from_file(cls, path: Path) -> Junction:
        """Nets as `training.junction` writes them."""
        with np.load(path, allow_pickle=False) as data:
            tables = {
                name: np.multiply(data[name], data[f"{name}.scale"], dtype=np.float32)
                for name in data.files
                if name != "alphabet" and not name.endswith(".scale")
            }
            return cls(tables, {chr(c): n for n, c in enumerate(data["alphabet"], 1)})

    def ends(self, texts: Sequence[str]) -> Floats:
        """Vectors of the ends of `texts` (plain), shape (texts, size)."""
        sides = [text[: -REACH - 2 : -1] for text in texts]
        return self._read("end", [[(c, b + c) for c, b in _paired(side)] for side in sides])

    def starts(self, texts: Sequence[str]) -> Floats:
        """Vectors of the starts of `texts` (plain), shape (texts, size)."""
        sides = [text[: REACH + 1] for text in texts]
        return self._read("start", [[(c, c + b) for c, b in _paired(side)] for side in sides])

    def score(self, end: str, start: str) -> float:
        """log P(start | end) - log P(start), about, of `plain` texts, -8..10."""
        return float(np.clip(self.ends([end])[0] @ self.starts([start])[0], _LEAST, _MOST))

    def between(self, texts: Sequence[str]) -> Floats:
        """`score` of each of `texts` and each as the text after it, shape (texts, texts)."""
        made: Floats = np.clip(self.ends(texts) @ self.starts(texts).T, _LEAST, _MOST)
        return made

    def _read(self, side: str, rows: Sequence[Sequence[tuple[str, str]]]) -> Floats:
        singles = np.zeros((len(rows), REACH), dtype=np.int64)
        pairs = np.zeros((len(rows), REACH), dtype=np.int64)
        for n, row in enumerate(rows):
            for at, (character, pair) in enumerate(row[:REACH]):
                singles[n, at] = self._alphabet.get(character, 0)
                pairs[n, at] = run_hash(pair) % HASHES if len(pair) == 2 else 0
        tables = self._tables
        read = tables[f"{side}.single.weight"][singles] + tables[f"{side}.pair.weight"][pairs]
        flat = read.reshape(len(rows), REACH * read.shape[2])
        first = flat @ tables[f"{side}.first.weight"].T + tables[f"{side}.first.bias"]
        inner = np.maximum(first, 0)
        made: Floats = inner @ tables[f"{side}.second.weight"].T + tables[f"{side}.second.bias"]
        return made


def _paired(side: str) -> list[tuple[str, str]]:
    """Each character with the one farther from the cut; the farthest one only lends itself."""
    return [(c, side[n + 1 : n + 2]) for n, c in enumerate(side)][:REACH]
