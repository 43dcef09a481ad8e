"""The unit that is embedded, found and cited."""

from __future__ import annotations

from dataclasses import dataclass

from store.remarks import Official
from store.reported import Reported, find_reported
from store.turn import own_label


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph of one official's piece, with all that a citation needs.

    `id` stays the same as long as the document, its official and the words do.
    `document` is the id of the document in the library, `file` its shown name.
    Two passages with the same words from two officials are two passages.
    """

    id: str
    document: str
    file: str
    official: Official
    title: str
    section: str
    paragraph: int
    text: str
    lines: tuple[int, ...] = ()
    page: int | None = None
    confidence: float = 1.0
    review: bool = False
    gap_before: bool = False
    gap_after: bool = False
    date: str = ""
    note: str = ""
    published: str = ""

    @property
    def reported(self) -> tuple[Reported, ...]:
        """The stretches of `text` that are somebody else's words, in order."""
        return find_reported(self.text, self.official)

    def spoken(self, words: str) -> str:
        """`words` of it without the label of an interview's turn (答：) that they begin with: it
        is in the source, but nobody said it."""
        return words.removeprefix(own_label(self.text, self.official)) or words


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question. `score` is in 0..1; higher is better."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may answer, with both searches' scores of it.

    `lexical` is BM25 as it comes (0 and up), `dense` a cosine similarity (-1..1).
    """

    passage: Passage
    lexical: float
    dense: float
