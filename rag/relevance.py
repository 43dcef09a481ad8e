"""How much of a question's content a text covers, weighted by how rare the words are."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from store import tokenize

_RARE = 2  # tokens shorter than this carry little by themselves


def terms(text: str) -> set[str]:
    """The tokens of a text that carry meaning: pairs of characters, words, numbers."""
    return {t for t in tokenize(text) if len(t) >= _RARE or t.isdigit()}


class Relevance:
    """Inverse document frequencies over a library's passages (Spärck Jones 1972)."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(terms(text))
        self._count = counts
        self._n = max(len(texts), 1)

    def weight(self, term: str) -> float:
        """Rarity of a term; a term that no passage has weighs the most."""
        return math.log(1 + (self._n + 0.5) / (self._count.get(term, 0) + 0.5))

    def rarest(self, wanted: Iterable[str], count: int) -> set[str]:
        """The `count` terms that the fewest passages have, of those that any has."""
        known = sorted((t for t in wanted if self.known(t)), key=lambda t: (-self.weight(t), t))
        return set(known[:count])

    def known(self, term: str) -> bool:
        """Whether any passage has the term."""
        return term in self._count

    def coverage(self, wanted: Iterable[str], text: str) -> float:
        """Share of the wanted terms' weight that a text has, 0..1."""
        return self.overlap(set(wanted), terms(text))

    def overlap(self, wanted: set[str], has: set[str]) -> float:
        """As `coverage`, where the text's terms are there already."""
        total = sum(self.weight(t) for t in wanted)
        return sum(self.weight(t) for t in wanted & has) / total if total else 0.0
