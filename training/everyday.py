"""Everyday questions of our own on passages of the training data.

`everyday.jsonl` and `lay.jsonl` hold the questions only, a line for each passage: `{"passage":
fingerprint, "questions": […]}`. The passages, which are not ours to hand on, are found again by
their fingerprints: as runs of sentences in `text.jsonl`, or as whole passages of `pairs.jsonl`. A
part of the first file is held out; all of the second is trained on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

QUESTIONS = Path(__file__).with_name("everyday.jsonl")
LAY = Path(__file__).with_name("lay.jsonl")
_SHORTEST, _LONGEST = 60, 200
_ENOUGH = 70


def everyday_pairs(
    texts: Iterable[str],
    sentences_of: Callable[[str], list[str]],
    path: Path = QUESTIONS,
    passages: Iterable[str] = (),
) -> list[tuple[str, str]]:
    """(question, passage) of every question whose passage is one of `passages` or in `texts`."""
    wanted: dict[str, list[str]] = {}
    if path.is_file():
        with path.open(encoding="utf-8") as file:
            for row in map(json.loads, file):
                wanted.setdefault(row["passage"], []).extend(row["questions"])
    made = []
    for passage in passages:
        made += [(question, passage) for question in wanted.pop(fingerprint(passage), ())]
    for text in texts:
        for passage in windows(sentences_of(text)):
            made += [(question, passage) for question in wanted.pop(fingerprint(passage), ())]
        if not wanted:
            break
    return made


def windows(sentences: list[str]) -> Iterator[str]:
    """Runs of whole sentences, one from each, as long as a short paragraph."""
    for start in range(len(sentences)):
        piece, end = "", start
        while end < len(sentences) and len(piece) < _ENOUGH:
            piece += sentences[end]
            end += 1
        piece = piece.strip()
        if _SHORTEST <= len(piece) <= _LONGEST:
            yield piece


def fingerprint(passage: str) -> str:
    """What a passage is known by: 12 hexadecimal digits."""
    return hashlib.blake2b(passage.encode(), digest_size=6).hexdigest()
