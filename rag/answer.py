"""What comes back for a question."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from store import Passage

Verdict = Literal[
    "supported", "unsupported", "uncited", "wrong_speaker", "altered_quote", "wrong_number"
]


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question of the conversation with its answer.

    `speakers` are the names of the officials the answer was about, where known.
    """

    question: str
    answer: str = ""
    speakers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A number in an answer, the passage behind it and its supporting words.

    `quote` is an exact substring of ``passage.text``.
    """

    number: int
    passage: Passage
    quote: str

    def as_dict(self) -> dict[str, Any]:
        """The citation in the shape that the command line promises."""
        p = self.passage
        return {
            "number": self.number,
            **_named(p),
            "quote": self.quote,
            "note": p.note,
            "review": p.review,
            "reported": [asdict(r) for r in p.reported],
            "source": {"file": p.file, "page": p.page, "lines": list(p.lines)},
        }


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, the numbers it cites, and the verdict of the check."""

    sentence: str
    citations: tuple[int, ...]
    verdict: Verdict

    def as_dict(self) -> dict[str, Any]:
        """The claim in the shape that the command line promises."""
        return {
            "sentence": self.sentence,
            "citations": list(self.citations),
            "verdict": self.verdict,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer to one question.

    Attributes:
        question: as it was asked.
        answered: False when the library holds no answer.
        text: Markdown with ``[1]`` markers.
        citations: in order of their numbers, 1-based.
        claims: every sentence of `text`, checked.
        notice: one line for the user (why the model was not used), or "".
        engine: ``"extractive"`` or ``"provider:model"``.
        seconds: from question to last word.
        speakers: names of the officials the question was understood to be about.
        related: passages of other officials that come near; no part of the answer.
    """

    question: str
    answered: bool
    text: str
    citations: tuple[Citation, ...] = ()
    claims: tuple[Claim, ...] = ()
    notice: str = ""
    engine: str = "extractive"
    seconds: float = 0.0
    speakers: tuple[str, ...] = field(default_factory=tuple)
    related: tuple[Passage, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The answer in the shape that the command line promises."""
        return {
            "question": self.question,
            "answered": self.answered,
            "text": self.text,
            "citations": [c.as_dict() for c in self.citations],
            "claims": [c.as_dict() for c in self.claims],
            "notice": self.notice,
            "engine": self.engine,
            "seconds": round(self.seconds, 3),
            "related": [_named(p) for p in self.related],
        }


def _named(p: Passage) -> dict[str, Any]:
    """A passage with who speaks and where it stands."""
    return {
        "passage": p.id,
        "speaker": p.official.name,
        "organization": p.official.organization,
        "position": p.official.position,
        "title": p.title,
        "section": p.section or None,
        "paragraph": p.paragraph,
        "text": p.text,
    }
