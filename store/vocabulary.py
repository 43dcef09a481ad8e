"""Tokens as numbers: what the lexical index counts, cut from many texts at a time.

Of Chinese text the tokens are the characters and the pairs of neighbours, so their code points are
their numbers, and no table of words has to be kept; only what else is written is numbered as it
comes. A thousand texts are cut by a few calls of numpy: a quarter of the time of a token at a time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import add

import numpy as np
from numpy.typing import NDArray

from store.folding import fold

_CHINESE = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# One Latin word or number with its inner signs (3.5%, e-mail).
_WORD = rf"[^\W_{_CHINESE}]+(?:[.,:/'\"&+-][^\W_{_CHINESE}]+)*[%‰]?"
_WORDS = re.compile(_WORD)
_RUNS = re.compile(rf"[{_CHINESE}]+|{_WORD}")
_CHINESE_RUN = re.compile(rf"[{_CHINESE}]")
_INNER = re.compile(r"[.,:/'\"&+-]")
_CODE = 21  # bits of a code point
_NUMBERED = 1 << 2 * _CODE  # the first number of a token that is no Chinese character or pair
_LOCAL = 11  # bits of a text's place in its part
PART = 1 << _LOCAL  # most texts that are cut at once


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
            tokens += _with_parts(run)
    return tokens


def _with_parts(word: str) -> Iterator[str]:
    yield word
    parts = _INNER.split(word.rstrip("%‰"))
    if len(parts) > 1 and not parts[0].isdigit():
        yield from parts


@dataclass(frozen=True, slots=True)
class Counted:
    """How often which tokens stand in a part of the texts.

    Attributes:
        tokens: their numbers, ascending, each once; int64.
        texts: in how many texts of the part each token stands, at most `PART`.
        places: of those texts in the part, a token's together and ascending; uint16.
        often: how often the token stands in each of them; uint16.
        lengths: tokens of each text of the part.
    """

    tokens: NDArray[np.int64]
    texts: NDArray[np.uint16]
    places: NDArray[np.uint16]
    often: NDArray[np.uint16]
    lengths: NDArray[np.int64]


class Vocabulary:
    """The numbers of tokens.

    Args:
        cut: text → tokens; by default `tokenize`, whose tokens are counted many texts at a time.
    """

    def __init__(self, cut: Callable[[str], list[str]] = tokenize) -> None:
        self._cut = cut
        self._numbers: defaultdict[str, int] = defaultdict()
        self._numbers.default_factory = self._next

    def _next(self) -> int:
        return _NUMBERED + len(self._numbers)

    def number(self, token: str) -> int:
        """The number of a token; -1 if no text has it, as far as that is known here."""
        if self._cut is tokenize and len(token) < 3 and _CHINESE_RUN.match(token):
            return ord(token[0]) << _CODE | ord(token[1]) if len(token) == 2 else ord(token)
        return self._numbers.get(token, -1)

    def counted(self, texts: Sequence[str]) -> Counted:
        """The tokens of up to `PART` texts, counted."""
        tokens, places = self._at_once(texts) if self._cut is tokenize else self._one_by_one(texts)
        lengths = np.bincount(places, minlength=len(texts))
        both, often = np.unique(tokens << _LOCAL | places, return_counts=True)
        tokens = both >> _LOCAL
        first = np.flatnonzero(np.diff(tokens, prepend=-1))
        return Counted(
            tokens[first],
            np.diff(first, append=len(tokens)).astype(np.uint16),
            (both & (PART - 1)).astype(np.uint16),
            np.minimum(often, 0xFFFF).astype(np.uint16),
            lengths,
        )

    def _one_by_one(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        numbers: list[int] = []
        lengths: list[int] = []
        for text in texts:
            before = len(numbers)
            numbers.extend(map(self._numbers.__getitem__, self._cut(text)))
            lengths.append(len(numbers) - before)
        return np.asarray(numbers, np.int64), np.repeat(np.arange(len(texts)), lengths)

    def _at_once(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The numbers of all tokens of `tokenize`, and the places of their texts."""
        folded = [f"{fold(text)}\n" for text in texts]  # no folded text has a line's end
        whole = "".join(folded)
        codes = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), np.uint32)
        ends = np.fromiter(accumulate(map(len, folded)), np.int64, len(folded))
        chinese = _is_chinese(codes)
        single = np.flatnonzero(chinese)
        pair = np.flatnonzero(chinese[:-1] & chinese[1:])
        wide = codes.astype(np.int64)
        words: list[int] = []
        at: list[int] = []
        for match in _WORDS.finditer(whole):
            before = len(words)
            words.extend(map(self._numbers.__getitem__, _with_parts(match.group())))
            at += [match.start()] * (len(words) - before)
        numbers = [wide[single], wide[pair] << _CODE | wide[pair + 1], np.asarray(words, np.int64)]
        places = np.concatenate([single, pair, np.asarray(at, np.int64)])
        return np.concatenate(numbers), np.searchsorted(ends, places, side="right")


def _is_chinese(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Where a code point is one of `_CHINESE`."""
    found: NDArray[np.bool_] = codes == 0x3007
    for first, last in ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)):
        found |= (codes >= first) & (codes <= last)
    return found
