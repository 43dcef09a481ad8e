"""The joint decision over one window of a document, with all that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from store.affinity import nearness, ties
from store.arrangement import Arrangement, arrange, reconsidered, renamed
from store.block import Blocks
from store.continuity import Continuity
from store.doubt import leads, signs
from store.evidence import Evidence, gather
from store.exchange import exchange_features, exchange_odds, exchanged, spread
from store.tally import Terms
from store.theme import Themes
from store.weighing import Weights, weigh

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was decided, and why.

    Attributes:
        evidence: of every pair of blocks.
        own: `affinity.ties`, shape (TIES, officials, blocks).
        decision: the official and place of each block.
        signs: values of `doubt.SIGNS` for each block, shape (blocks, SIGNS).
    """

    evidence: Evidence
    own: Floats
    decision: Arrangement
    signs: Floats


_BACK = 5.0  # nats by which a piece of printed pages does not go back


def forward(terms: Terms) -> Terms:
    """The terms of pages whose order their geometry has settled: a piece goes on further behind,
    after others at times, but not before where it stopped."""
    n = len(terms.start)
    return replace(terms, follow=terms.follow - _BACK * np.tri(n, k=-1))


def judge(blocks: Blocks, model: Continuity, weights: Weights, printed: bool = False) -> Judgement:
    """Decide on `blocks`, and ask other weights what they would have decided.

    Args:
        printed: the lines stand in the order of printed pages, as `forward` has it.
    """
    themes = Themes([b.line.text for b in blocks.content])
    evidence = gather(blocks, model, themes)
    own, near = ties(blocks, themes), nearness(blocks)

    def weighed(vector: Floats, places: Ints = near, tied: Floats = own) -> Terms:
        made = weigh(Weights(vector), evidence, tied, places)
        return forward(made) if printed else made

    tied = own if printed else spread(own)
    terms = weighed(weights.vector, tied=tied)
    decision = arrange(terms, blocks.content)
    odds = np.full((len(near), len(near)), -np.inf)
    if weights.exchange and not printed:
        given = exchange_features(blocks, own, near, decision.paths)
        odds = exchange_odds(given, weights.exchange, decision.paths)
        turned = exchanged(odds)
        terms = weighed(weights.vector, near[np.asarray(turned, dtype=np.int64)], tied)
        decision = renamed(decision, turned)
    doubtful = np.abs(odds).min(axis=1, initial=np.inf)

    def again(vector: Floats) -> Sequence[int]:
        return reconsidered(weighed(vector), blocks.content, decision)

    others = [again(member) for member in weights.members]
    blind = again(weights.blind())
    values = signs(blocks, terms, decision, leads(terms, decision), others, blind, doubtful)
    return Judgement(evidence, own, decision, values)
