"""Remarks into passages: one paragraph each, never across an official, a piece or a heading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from store.passage import Passage
from store.remarks import Remarks


def split(remarks: Iterable[Remarks], document: str, file: str) -> list[Passage]:
    """The citable passages of a document, in reading order.

    Paragraphs without an official are left out: they can never be cited. The id is a
    hash over document, official, piece and words, so it survives a re-ingest; the same
    words twice in one piece are told apart by their count.
    """
    seen: Counter[str] = Counter()
    made: list[Passage] = []
    for piece in remarks:
        if piece.official is None:
            continue
        for p in piece.paragraphs:
            words = "\x1f".join((document, piece.official.key, piece.title, p.text))
            seen[words] += 1
            digest = sha256(f"{words}\x1f{seen[words]}".encode()).hexdigest()[:16]
            made.append(
                Passage(
                    id=digest,
                    document=document,
                    file=file,
                    official=piece.official,
                    title=piece.title,
                    section=p.section or "",
                    paragraph=p.number,
                    text=p.text,
                    lines=p.lines,
                    page=p.page,
                    confidence=p.confidence,
                    review=p.review,
                    gap_before=p.gap_before,
                    gap_after=p.gap_after,
                    date=piece.date,
                    note=piece.note,
                    published=piece.published,
                )
            )
    return made
