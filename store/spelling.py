"""Words of a question that were typed as they sound: 公证 for 公正, 调节 for 调解.

The candidates are characters of (nearly) the same reading, as in the confusion sets of Chinese
spelling checkers (Wu et al. 2013, SIGHAN bake-off); the library's own words decide.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache

from store.folding import fold

_RUN = re.compile(r"[\u4e00-\u9fff]{2,}")
# They stand alone between any two words, so standing beside unknown ones says nothing.
_PARTICLES = frozenset(
    "的地得了着过是在有和与及或由被把对从到为以让使就都也还不没这那哪谁何什么吗呢吧上下中里"
)
_SURE = 3  # passages in which a pair must stand to count without a dictionary's word


class Spelling:
    """Puts right what a question misspells, where the library leaves no doubt.

    A character is taken for wrong only if it stands in no word of the dictionary, is no particle,
    and no passage has it beside either of its neighbours. It is replaced only by one that sounds
    alike and makes a word, or a pair with both neighbours, that the passages have; so a sound
    question stays as it is.

    Args:
        frequency: token (a character or a pair of them) → number of passages that have it.
    """

    def __init__(self, frequency: Callable[[str], int]) -> None:
        self._frequency = frequency

    def corrected(self, question: str) -> str:
        """The question with those characters replaced; as it was where there are none."""
        folded = fold(question)
        made = list(folded)
        for run in _RUN.finditer(folded):
            loose = set(_outside_words(run.group(), run.start()))
            for at in sorted(loose):
                if folded[at] in _PARTICLES:
                    continue
                better = self._better(folded, made, at, loose, run.span())
                if better:
                    made[at] = better
        corrected = "".join(made)
        return question if corrected == folded else corrected

    def _better(
        self, text: str, made: list[str], at: int, loose: set[int], run: tuple[int, int]
    ) -> str:
        """The character that should stand there, or ""."""
        before = text[at - 1] if at > run[0] else ""
        after = text[at + 1] if at + 1 < run[1] else ""
        if before and self._frequency(before + text[at]):
            return ""
        if after and self._frequency(text[at] + after):
            return ""
        before = made[at - 1] if before else ""  # put right already, where it was wrong too
        best, most = "", 0.0
        for char in self._sounding_like(text[at]):
            pairs = [p for p in (before and before + char, after and char + after) if p]
            counts = [self._frequency(pair) for pair in pairs]
            known = any(self._words(text, made, at, char, loose))
            fits = max(counts) if known else min(counts) if len(counts) > 1 else 0
            score = sum(math.log1p(count) for count in counts) + known
            if fits >= (1 if known else _SURE) and score > most:
                best, most = char, score
        return best

    def _words(
        self, text: str, made: list[str], at: int, char: str, loose: set[int]
    ) -> Iterator[bool]:
        """Whether the new character makes words of the dictionary that the passages have.

        Of characters in no word as it stands: a word broken up to make another proves nothing.
        """
        import rjieba

        for start in range(at - 3, at + 1):
            for end in range(max(at + 1, start + 2), start + 5):
                if loose.issuperset(range(start, end)):
                    word = "".join([*made[start:at], char, *text[at + 1 : end]])
                    pairs = (word[n : n + 2] for n in range(len(word) - 1))
                    yield rjieba.has_word(word) and all(map(self._frequency, pairs))

    def _sounding_like(self, char: str) -> Iterator[str]:
        for reading in _readings(char):
            yield from self._alike.get(reading, ())

    @cached_property
    def _alike(self) -> dict[str, list[str]]:
        """Reading → the passages' characters that have it, or nearly."""
        groups: dict[str, list[str]] = {}
        for code in range(0x4E00, 0x9FA6):
            if self._frequency(chr(code)):
                for reading in _readings(chr(code)):
                    groups.setdefault(reading, []).append(chr(code))
        return groups


def _outside_words(run: str, start: int) -> Iterator[int]:
    """Places of the characters that belong to no word of the dictionary."""
    import rjieba

    at = start
    for word in rjieba.cut(run, False):
        if len(word) == 1:
            yield at
        at += len(word)


@lru_cache(maxsize=32_768)
def _readings(char: str) -> tuple[str, ...]:
    """How a character may be read, without tones and what input methods blur."""
    from pypinyin import Style, pinyin

    found = []
    for reading in pinyin(char, style=Style.NORMAL, heteronym=True)[0][:2]:  # the others are rare
        for exact, blurred in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n")):
            reading = reading.replace(exact, blurred)
        found.append(reading)
    return tuple(dict.fromkeys(found))
