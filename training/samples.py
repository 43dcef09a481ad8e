"""Batches: pairs of all kinds, mixed, with the shortcuts taken out."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from training.corpus import Corpus, Pair, sentences

# Share of each batch by source; what is close to everyday questions counts for more than its size.
SHARES = {
    "stard_train": 0.12,
    "ncp_policy_qa": 0.10,
    "lawbench_qa": 0.03,
    "cmrc2018": 0.08,
    "drcd": 0.12,
    "cail2019_rc": 0.04,
    "xwlb_title": 0.12,
    "cpcnews_title": 0.07,
    "titled": 0.05,
    "cloze": 0.20,
    "english": 0.07,
}
# How often the words that a query shares with its passage are partly deleted from it.
_BLURRED = 0.25


@dataclass(frozen=True, slots=True)
class Batch:
    """Token ids of queries, their passages, and hard negatives of some."""

    queries: list[list[int]]
    passages: list[list[int]]
    negatives: list[list[int]]


class Sampler:
    """Draws batches from a corpus, the same for the same seed.

    Args:
        negatives: per pair (in the order of `corpus.pairs`) near but wrong passages.
        shares: share of each batch by source.
    """

    def __init__(
        self,
        corpus: Corpus,
        tokenizer: Tokenizer,
        negatives: Sequence[Sequence[str]],
        seed: int,
        shares: Mapping[str, float] = SHARES,
    ) -> None:
        self._tokenizer = tokenizer
        self._rng = random.Random(seed)
        self._corpus = corpus
        self._negatives = negatives
        self._by_source: dict[str, list[int]] = {}
        for place, pair in enumerate(corpus.pairs):
            self._by_source.setdefault(pair.source, []).append(place)
        self._ids: dict[str, list[int]] = {}
        self._shares = shares
        self._sources = [
            source
            for source in shares
            if self._by_source.get(source)
            or (source == "titled" and corpus.titled)
            or (source == "cloze" and corpus.passages)
            or (source == "english" and corpus.english)
        ]

    def batch(self, size: int) -> Batch:
        """`size` pairs, sources mixed by their shares."""
        weights = [self._shares[source] for source in self._sources]
        drawn = [self._draw(s) for s in self._rng.choices(self._sources, weights, k=size)]
        queries = [self._ids_of(question) for question, _, _ in drawn]
        passages = [self._ids_of(passage) for _, passage, _ in drawn]
        negatives = [self._ids_of(negative) for _, _, negative in drawn if negative]
        queries = [self._blur(q, p) for q, p in zip(queries, passages, strict=True)]
        return Batch(queries, passages, negatives)

    def _draw(self, source: str) -> tuple[str, str, str]:
        """(query, passage, hard negative or nothing) of one source."""
        rng = self._rng
        if source == "english":
            return (*rng.choice(self._corpus.english), "")
        if source == "titled":
            pair = rng.choice(self._corpus.titled)
            return pair.question, pair.passage, ""
        if source == "cloze":
            return (*self._cloze(), "")
        place = rng.choice(self._by_source[source])
        pair = self._corpus.pairs[place]
        near = self._negatives[place] if place < len(self._negatives) else ()
        return pair.question, self._window(pair), rng.choice(near) if near else ""

    def _window(self, pair: Pair) -> str:
        """Some 250 characters of a long article; of a passage with an answer, all of it."""
        if not pair.source.endswith("_title") or len(pair.passage) <= 300:
            return pair.passage[:400]
        start = 0 if self._rng.random() < 0.5 else self._rng.randrange(len(pair.passage) - 250)
        return pair.passage[start : start + 250]

    def _cloze(self) -> tuple[str, str]:
        """A sentence and the passage it was taken from, one time in four left in."""
        passage = self._rng.choice(self._corpus.passages)
        parts = sentences(passage)
        chosen = self._rng.randrange(len(parts))
        if len(parts) == 1 or self._rng.random() < 0.25:
            return parts[chosen], passage
        return parts[chosen], "".join(parts[:chosen] + parts[chosen + 1 :])

    def _ids_of(self, text: str) -> list[int]:
        ids = self._ids.get(text)
        if ids is None:
            ids = self._tokenizer.encode(text, add_special_tokens=False).ids
            if len(self._ids) < 200_000:
                self._ids[text] = ids
        return ids

    def _blur(self, query: list[int], passage: list[int]) -> list[int]:
        """`query`, at times without half the tokens that it shares with its passage."""
        if self._rng.random() >= _BLURRED:
            return query
        shared = set(passage)
        kept = [t for t in query if t not in shared or self._rng.random() < 0.5]
        return kept if len(kept) >= 2 else query
