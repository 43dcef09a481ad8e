"""Words in common: BM25 over characters and pairs of characters, kept beside Chroma.

BM25 as in Lucene (Kamphuis et al. 2020, "Which BM25 do you mean?"), each token's share in a text's
score reckoned beforehand, as `bm25s` does (Lù 2024), which takes twice as long to begin with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from store.vocabulary import PART, Counted, Vocabulary, tokenize

_APART = 100_000  # tokens that are gathered at least before they are put among the others


class LexicalIndex:
    """BM25 scores of a fixed list of texts.

    Beside what is kept, eight bytes for each token of each text, building takes half as much.

    Args:
        texts: what is searched; the scores come in this order.
        k1: how soon further occurrences of a token cease to count.
        b: how much long texts are held back, 0..1.
        cut: text → tokens, for the texts and the questions alike.
    """

    def __init__(
        self,
        texts: Sequence[str],
        k1: float = 1.2,
        b: float = 0.75,
        cut: Callable[[str], list[str]] = tokenize,
    ) -> None:
        self._cut = cut
        self._size = len(texts)
        self._vocabulary = Vocabulary(cut)
        parts = [
            self._vocabulary.counted(texts[at : at + PART]) for at in range(0, self._size, PART)
        ]
        self._tokens = _every([part.tokens for part in parts])  # ascending
        has = np.zeros(len(self._tokens), dtype=np.int64)  # texts that have each token
        for part in parts:
            has[np.searchsorted(self._tokens, part.tokens)] += part.texts
        self._starts = np.concatenate([[0], np.cumsum(has)])
        rarity = np.log1p((self._size - has + 0.5) / (has + 0.5)).astype(np.float32)
        lengths = np.concatenate([np.zeros(0, np.int64), *(part.lengths for part in parts)])
        held = k1 * (1 - b + b * lengths / max(float(lengths.mean() if lengths.size else 0), 1e-9))
        self._texts = np.empty(self._starts[-1], dtype=np.int32)
        self._scores = np.empty(self._starts[-1], dtype=np.float32)  # of a token in a text
        self._fill(parts, rarity, held.astype(np.float32))

    def _fill(
        self,
        parts: list[Counted],
        rarity: npt.NDArray[np.float32],
        held: npt.NDArray[np.float32],
    ) -> None:
        """Put the parts' counts in their places, as scores; a token's texts stand together."""
        free = self._starts[:-1].copy()  # where a token's next text goes
        parts.reverse()
        start = 0
        while parts:
            part = parts.pop()  # and let go of it
            of = np.searchsorted(self._tokens, part.tokens)
            own = part.texts.astype(np.int64)
            # From its place in the part to its place in the whole.
            moved = np.repeat(free[of] - np.cumsum(own) + own, own)
            to = moved + np.arange(len(moved))
            free[of] += own
            texts = part.places + np.int32(start)
            counts = part.often.astype(np.float32)
            self._texts[to] = texts
            counts /= held[texts] + counts
            counts *= np.repeat(rarity[of], own)
            self._scores[to] = counts
            start += len(part.lengths)

    def __len__(self) -> int:
        return self._size

    def _span(self, token: str) -> slice:
        number = self._vocabulary.number(token)
        at = self._tokens.searchsorted(number)
        if at == len(self._tokens) or self._tokens[at] != number:
            return slice(0, 0)
        return slice(*self._starts[at : at + 2])

    def frequency(self, token: str) -> int:
        """In how many texts a token stands."""
        span = self._span(token)
        return int(span.stop - span.start)

    def scores(self, query: str) -> npt.NDArray[np.float32]:
        """How well each text fits `query`: shape (n texts,), float32, 0 where nothing is shared."""
        found = np.zeros(self._size, dtype=np.float32)
        for token in self._cut(query):
            span = self._span(token)
            np.add.at(found, self._texts[span], self._scores[span])
        return found


def _every(groups: Sequence[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    """What is in any of them, ascending, each once; they are merged as they pile up."""
    whole, apart, size = np.zeros(0, dtype=np.int64), [], 0
    for group in groups:
        apart.append(group)
        size += len(group)
        if size > max(_APART, len(whole)):
            whole, apart, size = np.unique(np.concatenate([whole, *apart])), [], 0
    return np.unique(np.concatenate([whole, *apart]))
