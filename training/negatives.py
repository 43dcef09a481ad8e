"""Wrong passages that share words with a question: what BM25 takes for an answer."""

from __future__ import annotations

import random
from collections import defaultdict

import numpy as np

from store.lexical import LexicalIndex
from training.corpus import Pair

_BEGINNING = 300


def mine_negatives(
    pairs: list[Pair], seed: int, most: int = 1500, ranks: int = 8
) -> list[list[str]]:
    """For each pair up to four of BM25's best passages of its source that are not its own.

    Args:
        most: questions mined per source; the others get an empty list.
        ranks: how far down BM25's list to look; the first two ranks are often right
            answers too and are passed over where there are enough others.
    """
    rng = random.Random(seed)
    by_source: dict[str, list[int]] = defaultdict(list)
    for place, pair in enumerate(pairs):
        by_source[pair.source].append(place)
    found: list[list[str]] = [[] for _ in pairs]
    for source in sorted(by_source):
        places = by_source[source]
        own = {place: pairs[place].passage[:_BEGINNING] for place in places}
        passages = list(dict.fromkeys(own.values()))
        if len(passages) > 4000:
            passages = rng.sample(passages, 4000)
        index = LexicalIndex(passages)
        for place in rng.sample(places, min(most, len(places))):
            scores = index.scores(pairs[place].question)
            best = np.argsort(-scores)[: ranks + 2]
            near = [passages[n] for n in best if scores[n] > 0 and passages[n] != own[place]]
            found[place] = near[2 : 2 + 4] or near[:1]
    return found
