"""Words in common: BM25 over characters and pairs of characters, kept beside Chroma.

BM25 as in Lucene (Kamphuis et al. 2020, "Which BM25 do you mean?"), each token's share in a text's
score reckoned beforehand, as `bm25s` does (Lù 2024), which takes twice as long to begin with.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from operator import add

import numpy as np
import numpy.typing as npt

from store.folding import fold

_CHINESE = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# A run of Chinese characters, or one Latin word or number with its inner signs (3.5%, e-mail).
_RUNS = re.compile(
    rf"[{_CHINESE}]+|[^\W_{_CHINESE}]+(?:[.,:/'\"&+-][^\W_{_CHINESE}]+)*[%‰]?", re.UNICODE
)
_CHINESE_RUN = re.compile(rf"[{_CHINESE}]")
_COUNTED = 20_000  # texts whose tokens are counted at once
_INNER = re.compile(r"[.,:/'\"&+-]")


def tokenize(text: str) -> list[str]:
    """The tokens by which `text` is found.

    Of each run of Chinese characters every character and every pair of neighbours; Latin words
    and numbers whole (``3.5%``, ``e-mail``), and the parts of words that signs join. Words from a
    dictionary beside these were measured and bring nothing (`python -m training.evaluate`).
    """
    tokens: list[str] = []
    for run in _RUNS.findall(fold(text)):
        if run[0] > "\u3006" and _CHINESE_RUN.match(run):
            tokens += run
            tokens += map(add, run, run[1:])
        else:
            tokens.append(run)
            parts = _INNER.split(run.rstrip("%‰"))
            if len(parts) > 1 and not parts[0].isdigit():
                tokens += parts
    return tokens


class LexicalIndex:
    """BM25 scores of a fixed list of texts.

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
        numbers: defaultdict[str, int] = defaultdict()
        numbers.default_factory = numbers.__len__  # new tokens are numbered as they come
        lengths = np.zeros(self._size, dtype=np.int64)
        keys, counts = self._counted(texts, numbers, lengths)
        self._ids = dict(numbers)
        token, self._texts = np.divmod(keys, self._size or 1)
        self._texts = self._texts.astype(np.int32)
        del keys
        has = np.bincount(token, minlength=len(self._ids))  # texts that have each token
        self._starts = np.concatenate([[0], np.cumsum(has)])
        rarity = np.log1p((self._size - has + 0.5) / (has + 0.5)).astype(np.float32)
        held = k1 * (1 - b + b * lengths / max(float(lengths.mean() if lengths.size else 0), 1e-9))
        counts /= held.astype(np.float32)[self._texts] + counts
        counts *= rarity[token]
        self._scores = counts  # of a token in a text; a token's texts stand together

    def __len__(self) -> int:
        return self._size

    def _counted(
        self, texts: Sequence[str], numbers: Mapping[str, int], lengths: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Keys (token's number × texts + text), sorted, and how often each occurs."""
        keys, counts = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
        for start in range(0, self._size, _COUNTED):
            ids = array("q")
            here = range(start, min(start + _COUNTED, self._size))
            for n in here:
                before = len(ids)
                ids.extend(map(numbers.__getitem__, self._cut(texts[n])))
                lengths[n] = len(ids) - before
            of = np.repeat(np.arange(here.start, here.stop), lengths[here.start : here.stop])
            made, often = np.unique(
                np.frombuffer(ids, dtype=np.int64) * self._size + of, return_counts=True
            )
            keys.append(made)
            counts.append(often.astype(np.float32))
        whole = np.concatenate(keys)
        order = np.argsort(whole, kind="stable")
        return whole[order], np.concatenate(counts)[order]

    def _span(self, token: str) -> slice:
        at = self._ids.get(token)
        return slice(0, 0) if at is None else slice(*self._starts[at : at + 2])

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
