"""Ways to rank passages for a question, from BM25 alone to the program's own, and without a part.

Beside what the program does stand the rivals that were measured and left out, so that every
run of the retrieval table shows again why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rag.knowledge import Knowledge
from rag.lookup import look_up
from rag.reading import TABLE, reread
from rag.retrieval import POOL, Found, fuse, retrieve
from rag.sentence import cut
from rag.testbed import Query, Testbed, embedded, without
from rag.understanding import understand
from store import Candidate, Library, Passage, PassageIndex, fold, searchable
from store.lexical import LexicalIndex

DEPTH = 10
Ranking = Sequence[int]
Rank = Callable[[Query], Ranking]
_RRF = 60  # the constant of reciprocal rank fusion (Cormack et al. 2009)


@dataclass(frozen=True, slots=True)
class Ranker:
    """A way to rank: its name in the table, and question → places of passages, best first."""

    name: str
    rank: Rank


class Rankers:
    """All ways over one testbed; costly parts are made at first use.

    Args:
        testbed: what is searched.
        library: of the same passages, for what the program makes of a question; None where the
            passages are of no library.
    """

    def __init__(self, testbed: Testbed, library: Library | None = None) -> None:
        self.testbed = testbed
        self._knowledge = Knowledge(library) if library else None

    def main(self) -> list[Ranker]:
        """BM25 two ways, vectors, both fused, reread; and with the question understood."""
        made = [
            Ranker("bm25_words", self._bm25(_words)),
            Ranker("bm25", self._bm25(None)),
            Ranker("dense", lambda q: self._fused(self.testbed, q.text, 1.0)),
            Ranker("hybrid", lambda q: self._fused(self.testbed, q.text)),
        ]
        if self._knowledge:
            made += [
                Ranker("reread", self._reread),
                Ranker("asked", self._asked()),
            ]
        return made

    def ablations(self) -> list[Ranker]:
        """The program's way without one part each, and with parts that it does not have."""
        bed, made = self.testbed, []
        passages = bed.passages
        if any(p.title for p in passages):
            made.append(self._variant("no_title", passages=without(passages, "title")))
        if any(p.section for p in passages):
            made.append(self._variant("no_section", passages=without(passages, "section")))
        if any(p.official.office for p in passages):
            made.append(self._variant("no_office", index=PassageIndex(passages, office_weight=0)))
        made += [
            self._variant("no_spelling", index=PassageIndex(passages, respell=False)),
            Ranker("no_dense", lambda q: self._fused(bed, q.text, 0.0)),
            Ranker("no_lexical", lambda q: self._fused(bed, q.text, 1.0)),
            Ranker("rrf", lambda q: self._by_ranks(bed, q.text)),
            Ranker("best_sentence", lambda q: self._with_sentences(q.text)),
        ]
        if self._knowledge:
            made += [
                Ranker("no_hints", self._asked(hints=False)),
                Ranker("no_filters", self._asked(filters=False)),
                Ranker("not_reread", self._asked(reading=False)),
            ]
        return made

    def _bm25(self, cut_words: Callable[[str], list[str]] | None) -> Rank:
        texts = [searchable(p) for p in self.testbed.passages]
        index = LexicalIndex(texts, cut=cut_words) if cut_words else LexicalIndex(texts)
        return lambda q: _top(index.scores(q.text))

    def _variant(
        self,
        name: str,
        passages: Sequence[Passage] | None = None,
        index: PassageIndex | None = None,
    ) -> Ranker:
        """The fused way over a testbed of its own, made at the first question."""
        whole = self.testbed
        made: list[Testbed] = []

        def rank(q: Query) -> Ranking:
            if not made:
                if passages is None:
                    made.append(Testbed(whole.passages, whole.encoder, whole.vectors, index))
                else:
                    made.append(Testbed(passages, whole.encoder))
            return self._fused(made[0], q.text)

        return Ranker(name, rank)

    def _fused(self, bed: Testbed, text: str, dense_weight: float | None = None) -> Ranking:
        pool = bed.candidates(text, POOL)
        scores = fuse(pool, text, dense_weight)
        return _ordered(bed, pool, scores)

    def _by_ranks(self, bed: Testbed, text: str) -> Ranking:
        pool = bed.candidates(text, POOL)
        scores = np.zeros(len(pool))
        for side in ([c.lexical for c in pool], [c.dense for c in pool]):
            ranks = np.argsort(np.argsort(-np.asarray(side), kind="stable"), kind="stable")
            scores += 1 / (_RRF + 1 + ranks)
        return _ordered(bed, pool, scores)

    def _with_sentences(self, text: str) -> Ranking:
        """A third list, each passage's nearest sentence, at half of the vectors' share."""
        starts, vectors = self._sentences
        bed = self.testbed
        pool = bed.candidates(text, POOL)
        asked = np.asarray(bed.encoder.embed_query(text), dtype=np.float32)
        nearest = np.maximum.reduceat(vectors @ asked, starts)
        best = [float(nearest[bed.place[c.passage.id]]) for c in pool]
        sentences = fuse([replace(c, dense=b) for c, b in zip(pool, best, strict=True)], text)
        return _ordered(bed, pool, (fuse(pool, text) + sentences) / 2)

    @cached_property
    def _sentences(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Where each passage's sentences start, and all sentences' vectors."""
        texts: list[str] = []
        starts = []
        for p in self.testbed.passages:
            starts.append(len(texts))
            texts += [p.text[a:b] for a, b in cut(p.text)] or [p.text]
        return np.asarray(starts), embedded(self.testbed.encoder, texts)

    def _reread(self, query: Query) -> Ranking:
        found = retrieve(self.testbed, query.text, limit=DEPTH)
        assert self._knowledge is not None
        return self._places(reread(query.text, found, self._knowledge.embedder))

    def _places(self, found: Sequence[Found]) -> Ranking:
        return [self.testbed.place[f.hit.passage.id] for f in found]

    def _asked(self, hints: bool = True, filters: bool = True, reading: bool = True) -> Rank:
        """As the assistant searches: follow-ups made whole, officials a filter, organs hinted."""
        knowledge = self._knowledge
        assert knowledge is not None

        def rank(query: Query) -> Ranking:
            q = understand(query.text, query.history, (), knowledge)
            if q.deeper:  # what was shown is no less right for having been shown
                q = replace(q, deeper=False, shown=frozenset())
            q = replace(
                q,
                officials=q.officials if filters else (),
                hints=q.hints if hints else frozenset(),
            )
            embedder = knowledge.embedder if reading else TABLE
            return self._places(look_up(self.testbed, q, embedder, DEPTH))

        return rank


def _ordered(bed: Testbed, pool: Sequence[Candidate], scores: NDArray[np.float64]) -> Ranking:
    best = np.argsort(-scores, kind="stable")[:DEPTH]
    return [bed.place[pool[i].passage.id] for i in best]


def _top(scores: NDArray[np.float32]) -> Ranking:
    order = np.argsort(-scores, kind="stable")[:DEPTH]
    return [int(i) for i in order if scores[i] > 0]


def _words(text: str) -> list[str]:
    """Tokens as jieba's search mode cuts them."""
    from rjieba import cut_for_search

    return [word for word in cut_for_search(fold(text)) if word[0].isalnum()]
