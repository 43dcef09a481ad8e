"""The passages of one library version as they are searched: words by field, owners, years.

A field's BM25 is added to the text's with a weight of its own. Titles and offices are few and
stand on many passages, so each is scored once and its score given to all that carry it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from store.lexical import LexicalIndex
from store.passage import Candidate, Passage
from store.spelling import Spelling

TITLE_WEIGHT = 0.5  # of the title's BM25 beside that of heading and words; measured
OFFICE_WEIGHT = 0.5  # of the official's organization and position
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def searchable(passage: Passage) -> str:
    """What is searched by its words: the section's heading, then the text."""
    return f"{passage.section}\n{passage.text}" if passage.section else passage.text


def embeddable(passage: Passage) -> str:
    """What is embedded: the piece's title before the heading and the text."""
    return f"{passage.title}\n{searchable(passage)}" if passage.title else searchable(passage)


class PassageIndex:
    """BM25 and filters over a fixed list of passages; scores come in its order.

    Args:
        title_weight: of the title's BM25 beside that of heading and words; 0 leaves it out.
        office_weight: of the BM25 of the official's organization and position.
        respell: whether a question's misspelled words are put right.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        title_weight: float = TITLE_WEIGHT,
        office_weight: float = OFFICE_WEIGHT,
        respell: bool = True,
    ) -> None:
        self.passages = passages
        self._respell = respell
        self._words = LexicalIndex([searchable(p) for p in passages])
        self._fields = [
            (weight, _Field(passages, of))
            for weight, of in ((title_weight, _title), (office_weight, _office))
            if weight
        ]
        self._officials = _Numbered([p.official.key for p in passages])
        self._years = _Numbered([year_of(p) for p in passages])

    def lexical(self, question: str) -> NDArray[np.float32]:
        """BM25 of every passage: shape (n passages,), 0 where no word is shared."""
        scores = self._words.scores(question)
        for weight, field in self._fields:
            scores = scores + np.float32(weight) * field.scores(question)
        return scores

    def within(
        self, officials: Collection[str] | None, years: Collection[str] | None = None
    ) -> NDArray[np.bool_] | None:
        """Which passages a filter lets through, shape (n passages,); None lets all through.

        Args:
            officials: keys; None means everybody, an empty collection nobody.
            years: of the passages' dates; a passage without a date is in none of them.
        """
        masks = [
            by.among(wanted)
            for by, wanted in ((self._officials, officials), (self._years, years))
            if wanted is not None
        ]
        return np.logical_and.reduce(masks) if masks else None

    def candidates(
        self,
        question: str,
        near: Callable[[str], NDArray[np.float32]],
        limit: int,
        officials: Collection[str] | None = None,
        years: Collection[str] | None = None,
    ) -> list[Candidate]:
        """The `limit` best passages of each search, both scores on each, in reading order.

        Args:
            near: text → its cosine similarity with every passage, shape (n passages,).
            officials: see `within`, as for `years`.
        """
        within = self.within(officials, years)
        if within is not None and not within.any():
            return []
        text = self.spelling.corrected(question) if self._respell else question
        lexical, dense = self.lexical(text), near(text)
        chosen = {*best(lexical, limit, within, above=0.0), *best(dense, limit, within)}
        rows = sorted(chosen)
        return [Candidate(self.passages[i], float(lexical[i]), float(dense[i])) for i in rows]

    @cached_property
    def spelling(self) -> Spelling:
        """Misspelled words of a question told by the words of the passages."""
        return Spelling(self._words.frequency)


def _title(passage: Passage) -> str:
    return passage.title


def _office(passage: Passage) -> str:
    return f"{passage.official.organization} {passage.official.position}"


def year_of(passage: Passage) -> str:
    """The year of a passage's date, else of where it was published; "" if neither has one."""
    found = _YEAR.search(passage.date) or _YEAR.search(passage.published)
    return found.group() if found else ""


def best(
    scores: NDArray[np.float32],
    limit: int,
    within: NDArray[np.bool_] | None = None,
    above: float = -np.inf,
) -> list[int]:
    """Places of the `limit` highest scores over `above` that a filter lets through, best first."""
    open_to = scores > above if within is None else within & (scores > above)
    places = np.flatnonzero(open_to)
    if len(places) > limit:
        places = places[np.argpartition(-scores[places], limit - 1)[:limit]]
    return [int(i) for i in places[np.argsort(-scores[places], kind="stable")]]


class _Numbered:
    """A value for each passage, as numbers of the distinct ones."""

    def __init__(self, values: Sequence[str]) -> None:
        self.distinct: dict[str, int] = {}
        number = self.distinct
        self.of = np.asarray([number.setdefault(v, len(number)) for v in values], dtype=np.int64)

    def among(self, wanted: Collection[str]) -> NDArray[np.bool_]:
        """Where the value is one of `wanted`."""
        chosen = np.zeros(len(self.distinct), dtype=bool)
        chosen[[self.distinct[v] for v in wanted if v and v in self.distinct]] = True
        return chosen[self.of]


class _Field:
    """BM25 of a field that many passages share."""

    def __init__(self, passages: Sequence[Passage], of: Callable[[Passage], str]) -> None:
        self._values = _Numbered([of(p) for p in passages])
        self._index = LexicalIndex(list(self._values.distinct))

    def scores(self, question: str) -> NDArray[np.float32]:
        return self._index.scores(question)[self._values.of]
