"""What is known of a quote: the verdict, and every passage that holds its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from store import Passage

TraceVerdict = Literal["verbatim", "near", "absent"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where quote and source part. `op` is replace, insert (only in the quote) or
    delete (only in the source)."""

    op: Literal["replace", "insert", "delete"]
    quote: str
    source: str


@dataclass(frozen=True, slots=True)
class QuoteMatch:
    """A passage that holds the words.

    Attributes:
        passage: where.
        text: the matching words of the source, an exact substring of ``passage.text``.
        similarity: 0..1, 1 for folded equality.
        differences: what was changed, in the order of the quote; punctuation does not count.
        third_person: whose words the official was repeating, or "".
        part: the part of a stitched or partly found quote that stands here, or "".
    """

    passage: Passage
    text: str
    similarity: float
    differences: tuple[Difference, ...] = ()
    third_person: str = ""
    part: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The match in the shape that the command line promises, and what is useful besides."""
        p = self.passage
        return {
            "speaker": p.official.name,
            "organization": p.official.organization,
            "position": p.official.position,
            "title": p.title,
            "section": p.section or None,
            "passage": p.id,
            "text": self.text,
            "similarity": round(self.similarity, 3),
            "differences": [
                {"op": d.op, "quote": d.quote, "source": d.source} for d in self.differences
            ],
            "third_person": self.third_person or None,
            "part": self.part or None,
            "paragraph": p.paragraph,
            "context": p.text,
            "review": p.review,
            "source": {"file": p.file, "page": p.page, "lines": list(p.lines)},
        }


@dataclass(frozen=True, slots=True)
class QuoteTrace:
    """Where a quote comes from.

    Attributes:
        quote: as it was asked.
        verdict: ``verbatim`` (folded equality), ``near`` (changed, cut, stitched or found in
            part) or
            ``absent``.
        matches: every owner of the words, the nearest first; empty when absent.
        stitched: whether the quote is put together from several passages.
        partly: whether only the parts in `matches` stand in the source, and the rest nowhere.
        total: how many passages hold the words; at most 200 of them are in `matches`, those of
            different officials first.
        note: why a quote proves nothing, in Chinese, or "".
    """

    quote: str
    verdict: TraceVerdict
    matches: tuple[QuoteMatch, ...] = ()
    stitched: bool = False
    partly: bool = False
    total: int = 0
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The trace in the shape that the command line promises, and what is useful besides."""
        return {
            "quote": self.quote,
            "verdict": self.verdict,
            "matches": [m.as_dict() for m in self.matches],
            "stitched": self.stitched,
            "partly": self.partly,
            "total": self.total,
            "note": self.note or None,
        }
