"""How much of a passage's score is for its meaning, and how much for its words.

A question in the speaker's own words is best found by the words, one in everyday words by the
vectors. Which of both it is shows in the passage that the words find: how many of the question's
pairs of characters and numbers it has. The bounds are measured (`python -m training.evaluate`).
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.relevance import terms

MOST, LEAST = 0.85, 0.6  # of the score for the vectors
FEW, MANY = 0.25, 0.8  # of the question's terms in the passage
LOOKED_AT = 3  # passages that the words find first


def dense_share(question: str, texts: Sequence[str]) -> float:
    """The vectors' share of the score, `LEAST`..`MOST`.

    Args:
        texts: the first passages by their words alone, at most `LOOKED_AT` of which count.
    """
    wanted = terms(question)
    if not wanted:
        return MOST
    had = max((len(wanted & terms(text)) for text in texts[:LOOKED_AT]), default=0) / len(wanted)
    known = min(max((had - FEW) / (MANY - FEW), 0.0), 1.0)
    return MOST - (MOST - LEAST) * known
