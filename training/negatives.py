"""Wrong passages that share words with a question: what BM25 takes for an answer."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

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
    found: list[list[str]] = [[] for _ in pairs]
    for places, passages in _by_source(pairs, rng, 4000):
        index = LexicalIndex(passages)
        for place in rng.sample(places, min(most, len(places))):
            own = pairs[place].passage[:_BEGINNING]
            scores = index.scores(pairs[place].question)
            best = np.argsort(-scores)[: ranks + 2]
            near = [passages[n] for n in best if scores[n] > 0 and passages[n] != own]
            found[place] = near[2 : 2 + 4] or near[:1]
    return found


def mine_near(
    pairs: list[Pair],
    encode: Callable[[Sequence[str]], npt.NDArray[np.float32]],
    seed: int,
    most: int = 1500,
    below: float = 0.95,
) -> list[list[str]]:
    """For each pair up to four passages of its source that a model takes for right ones.

    Those that lie as near as the right passage may be right too, so the cosine has to be under a
    share of the right one's (positive-aware mining, Moreira et al. 2024, arXiv 2407.15831).

    Args:
        encode: texts → unit vectors, shape (n texts, dimensions).
        most: questions mined per source; the others get an empty list.
        below: that share.
    """
    rng = random.Random(seed)
    found: list[list[str]] = [[] for _ in pairs]
    for places, passages in _by_source(pairs, rng, 3000):
        chosen = rng.sample(places, min(most, len(places)))
        rows = encode(passages)
        questions = encode([pairs[place].question for place in chosen])
        own = encode([pairs[place].passage[:_BEGINNING] for place in chosen])
        mean = rows.mean(axis=0)
        rows, questions, own = (_unit(v - mean) for v in (rows, questions, own))
        bars = below * (questions * own).sum(axis=1)
        for place, scores, bar in zip(chosen, questions @ rows.T, bars, strict=True):
            scores[scores >= bar] = -1.0
            best = np.argsort(-scores)[:4]
            found[place] = [passages[n] for n in best if scores[n] > 0]
    return found


def _by_source(
    pairs: list[Pair], rng: random.Random, most: int
) -> Iterator[tuple[list[int], list[str]]]:
    """Per source the places of its pairs, and its passages, of many a sample."""
    by_source: dict[str, list[int]] = defaultdict(list)
    for place, pair in enumerate(pairs):
        by_source[pair.source].append(place)
    for source in sorted(by_source):
        places = by_source[source]
        passages = list(dict.fromkeys(pairs[place].passage[:_BEGINNING] for place in places))
        yield places, rng.sample(passages, most) if len(passages) > most else passages


def _unit(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(lengths, 1e-9)  # type: ignore[no-any-return]
