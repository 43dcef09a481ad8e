"""Whether one piece of text runs on into another: a character n-gram model of officialese.

The model counts runs of one to five characters of public Chinese official prose
(`training/continuity.py` builds it). `Continuity.score` is the pointwise mutual information
of the two sides of a cut, log P(start | end) - log P(start), in nats: positive where the
start is likelier after this end than by itself. The document's own runs are counted too,
so that words which only this document uses are known.

Smoothing: linear interpolation over the length of the context.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from store.translation import Translation

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ORDER = 5
EDGE = 60  # characters of a paragraph that tell whether it opens or closes a piece
BUCKETS = 8192
DATA = Path(__file__).resolve().parent / "data" / "continuity.npz"
_STEP = 1.25  # counts are kept as round(log(count) / log(_STEP)) in one byte
_MASK = (1 << 64) - 1
_PRIME = 0x9E3779B97F4A7C15


def plain(text: str) -> str:
    """`text` as the model sees it: one width, digits alike, one form of each mark, no spaces."""
    return unicodedata.normalize("NFKC", text).translate(_ALIKE)


def _seen(code: int) -> str:
    character = chr(code)
    if character.isspace():
        return ""
    return "0" if character.isdigit() else character.lower()


_ALIKE = Translation(_seen, {"。": ".", "“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "―": "-"})


def run_hash(run: str) -> int:
    """32-bit hash of a run of characters (Fibonacci hashing over the code points)."""
    value = len(run)
    for character in run:
        value = ((value ^ ord(character)) * _PRIME) & _MASK
        value ^= value >> 29
    return value >> 32


def buckets(text: str) -> list[int]:
    """The hashed runs of two and three characters of `text`, each once."""
    return sorted(
        {run_hash(text[i : i + n]) % BUCKETS for n in (2, 3) for i in range(len(text) - n + 1)}
    )


class Continuity:
    """The trained counts, and with them the score of a junction.

    Args:
        keys: sorted 32-bit hashes of the runs kept, shape (n,).
        levels: their counts, one byte each, shape (n,).
        total: characters counted.
        opening, closing: logistic weights of hashed runs of two and three characters that
            tell a first and a last paragraph, shape (`BUCKETS`,).
    """

    def __init__(
        self,
        keys: NDArray[np.uint32],
        levels: NDArray[np.uint8],
        total: int,
        opening: NDArray[np.float32],
        closing: NDArray[np.float32],
    ) -> None:
        self._keys = keys
        self._levels = levels
        self._total = total
        self._opening = opening
        self._closing = closing
        self._cache: dict[str, float] = {}
        self._fresh: dict[str, float] = {}

    @classmethod
    @lru_cache(maxsize=1)
    def load(cls) -> Continuity:
        """The model that ships with the program (read once)."""
        return cls.from_file(DATA)

    @classmethod
    def from_file(cls, path: Path) -> Continuity:
        """A model file as `training/continuity.py` writes it: gaps between sorted hashes."""
        import numpy as np

        with np.load(path, allow_pickle=False) as data:
            keys = np.cumsum(data["gaps"].astype(np.uint64)).astype(np.uint32)
            scale = data["scale"]
            return cls(
                keys,
                data["levels"],
                int(data["total"]),
                data["opening"].astype(np.float32) * np.float32(scale[0]),
                data["closing"].astype(np.float32) * np.float32(scale[1]),
            )

    def opening(self, text: str) -> float:
        """How much `text` (plain) begins as a first paragraph does: log-odds against the mean."""
        return float(self._opening[buckets(text[:EDGE])].sum())

    def closing(self, text: str) -> float:
        """How much `text` (plain) ends as a last paragraph does: log-odds against the mean."""
        return float(self._closing[buckets(text[-EDGE:])].sum())

    def count(self, run: str) -> float:
        """How often `run` was seen in training, about; 0.0 if rarer than what is kept."""
        known = self._cache.get(run)
        if known is None:
            key = self._keys.dtype.type(run_hash(run))
            place = int(self._keys.searchsorted(key))
            hit = place < len(self._keys) and self._keys[place] == key
            known = _STEP ** int(self._levels[place]) if hit else 0.0
            if len(self._cache) > 500_000:
                self._cache.clear()
            self._cache[run] = known
        return known

    def surprise(self, run: str) -> float:
        """-log of how often `run` (plain) stands anywhere, in nats."""
        return math.log((self._total + 1) / (self.count(run) + 1))

    def probability(
        self,
        character: str,
        before: str,
        local: Counter[str] | None = None,
        lenient: bool = False,
    ) -> float:
        """P(character | the up to four characters `before`), smoothed.

        `lenient` grants a run too rare to be kept what its characters let expect.

        `local` holds the document's own run counts; each weighs as several of the corpus.
        """
        value = (self.count(character) + 0.5) / (self._total + 10_000)
        for size in range(1, min(ORDER, len(before) + 1)):
            context = before[-size:]
            seen, joint = self.count(context), self.count(context + character)
            if local is not None and (here := local.get(context + character, 0)):
                seen += _LOCAL * local.get(context, 0)
                joint += _LOCAL * here
            if seen <= 0:
                break
            if joint <= 0 and lenient:
                joint = min(_UNKEPT[size], seen * value)
            weight = _TRUST[size][min(19, int(seen).bit_length())]
            value = weight * min(1.0, joint / seen) + (1 - weight) * value
        return value

    def fresh(self, start: str) -> float:
        """log P(start | after a full stop) - log P(start), in nats: low inside a sentence."""
        start = start[: ORDER - 1]  # paragraphs often begin with the same few characters
        if (known := self._fresh.get(start)) is not None:
            return known
        total = 0.0
        for i in range(len(start)):
            joined = self.probability(start[i], "." + start[:i], lenient=True)
            total += math.log(joined / self.probability(start[i], start[:i]))
        if len(self._fresh) > 50_000:
            self._fresh.clear()
        self._fresh[start] = total
        return total

    def score(
        self, end: str, start: str, local: Counter[str] | None = None, reach: int = 6
    ) -> float:
        """log P(start | end) - log P(start) over the first `reach` characters, in nats.

        `end` and `start` are `plain` text.
        """
        total = 0.0
        tail = end[-(ORDER - 1) :]
        for i in range(min(reach, ORDER - 1, len(start))):
            inside = start[:i]
            joined = self.probability(start[i], tail + inside, local)
            total += math.log(joined / self.probability(start[i], inside, local))
        return total


_LOCAL = 4.0
_UNKEPT = (0.0, 1.0, 2.0, 2.0, 2.5)  # about how often a run that was not kept was seen
# How far a context of one to four characters is trusted, by the number of bits of its count;
# maximum likelihood on held-out text (deleted interpolation, Jelinek and Mercer 1980).
_TRUST = tuple(
    tuple(int(v) / 100 for v in row.split())
    for row in (
        "",
        "0 20 20 24 40 48 54 67 74 76 80 85 87 90 93 94 95 95 96 98",
        "0 10 10 18 35 46 52 57 60 61 63 68 73 77 80 83 85 86 86 86",
        "0 10 10 10 20 27 32 37 39 42 44 53 56 60 68 74 78 80 80 80",
        "0 10 10 5 10 14 18 24 27 30 38 40 45 48 50 52 55 55 55 55",
    )
)


def local_runs(texts: Iterable[str]) -> Counter[str]:
    """Counts of the document's own runs of one to five characters (`plain` text in)."""
    counts: Counter[str] = Counter()
    for text in texts:
        for size in range(1, ORDER + 1):
            counts.update([text[i : i + size] for i in range(len(text) - size + 1)])
    return counts
