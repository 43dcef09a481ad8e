"""Passages read together with the question: how likely each answers, and which comes first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from rag.cross_encoder import NEVER, odds
from rag.knowledge import is_chinese
from rag.retrieval import Found
from store import Hit

TABLE = "builtin-static"  # how the name of the fast embedder begins
READ = 5  # of what was found
# Beside a fused score of 0..1; chosen on libraries that the cross-encoder never saw.
_SHARE = 0.3


def reads(text: str, embedder: str) -> bool:
    """Whether passages are read together with a text."""
    return not embedder.startswith(TABLE) and is_chinese(text)


def judged(text: str, passages: Sequence[str], embedder: str) -> list[float]:
    """The log odds that each of some passages answers a text.

    With the table alone nothing is read together: 0. The model learned from questions in Chinese,
    so of others they are not a number, which counts as the average (`rag.fitted`).
    """
    if embedder.startswith(TABLE):
        return [0.0] * len(passages)
    return odds(text, passages) if is_chinese(text) else [math.nan] * len(passages)


def likeliest(text: str, found: Sequence[Found], embedder: str) -> float:
    """The best log odds among what was found; `NEVER` where nothing was."""
    return max(judged(text, [f.hit.passage.text for f in found], embedder), default=NEVER)


def reread(text: str, found: Sequence[Found], embedder: str) -> list[Found]:
    """What was found, its beginning put in order by what reading it says, too.

    The scores stay in their places, so that how they fall off means what it meant.
    """
    top = list(found[:READ])
    logits = judged(text, [f.hit.passage.text for f in top], embedder)
    if any(map(math.isnan, logits)):
        return list(found)
    likely = [_SHARE / (1 + math.exp(-logit)) for logit in logits]
    order = sorted(range(len(top)), key=lambda n: -(top[n].hit.score + likely[n]))
    scores = [f.hit.score for f in top]
    moved = [
        replace(top[n], hit=Hit(top[n].hit.passage, score))
        for n, score in zip(order, scores, strict=True)
    ]
    return [*moved, *found[READ:]]
