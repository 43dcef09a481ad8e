"""Words in common: BM25 over characters and pairs of characters, kept beside Chroma.

BM25 as in Lucene (Kamphuis et al. 2020, "Which BM25 do you mean?"), by `bm25s`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from store.folding import fold

_CHINESE = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# A run of Chinese characters, or one Latin word or number with its inner signs (3.5%, e-mail).
_RUNS = re.compile(
    rf"[{_CHINESE}]+|[^\W_{_CHINESE}]+(?:[.,:/'\"&+-][^\W_{_CHINESE}]+)*[%‰]?", re.UNICODE
)
_CHINESE_RUN = re.compile(rf"[{_CHINESE}]")
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
            tokens += map("".join, pairwise(run))
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
        self._ids: dict[str, int] = {}
        self._bm25: Any = None
        rows = list(self._numbered(texts))
        if self._ids:
            from bm25s import BM25

            self._bm25 = BM25(method="lucene", k1=k1, b=b)
            self._bm25.index((rows, self._ids), create_empty_token=False, show_progress=False)

    def __len__(self) -> int:
        return self._size

    def _numbered(self, texts: Sequence[str]) -> Iterator[list[int]]:
        """The tokens of each text as numbers, new ones numbered as they come."""
        ids = self._ids
        for text in texts:
            yield [ids.setdefault(token, len(ids)) for token in self._cut(text)]

    def frequency(self, token: str) -> int:
        """In how many texts a token stands."""
        at = self._ids.get(token)
        if at is None:
            return 0
        starts = self._bm25.scores["indptr"]  # a column a token, a row a text that has it
        return int(starts[at + 1] - starts[at])

    def scores(self, query: str) -> npt.NDArray[np.float32]:
        """How well each text fits `query`: shape (n texts,), float32, 0 where nothing is shared."""
        wanted = [self._ids[token] for token in self._cut(query) if token in self._ids]
        if not wanted:
            return np.zeros(self._size, dtype=np.float32)
        found: npt.NDArray[np.float32] = self._bm25.get_scores(wanted)
        return found
