"""Several officials on one theme: one part for each, an honest line for those who are silent."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.answerability import TELLING, beyond, content, others_near, share
from rag.cross_encoder import NEVER
from rag.draft import Draft, label
from rag.extractive import Extractive
from rag.fitted import fitted
from rag.knowledge import Knowledge
from rag.question import Question
from rag.reading import judged
from rag.refusal import refuse
from rag.relevance import terms
from rag.retrieval import Found, fuse, retrieve
from store import Candidate, Hit, Library, Official, Passage, fold, searchable

SIGNS = (
    "similarity",
    "beside the best",
    "coverage",
    "telling",
    "words",
    "score",
    "named",
    "beyond",
    "judged",
)
_POOL = 60  # passages looked at for all officials together
_EACH = 6  # of one official
# Passages read together with the question, altogether; of one official at least and at most.
_READ, _LEAST, _MOST = 32, 2, 4
_PASSAGES, _CLOSE = 2, 0.85  # of one official: how many are shown, how close to the best
_LIKELY = 1.0  # what the reading weighs beside the coverage
_EVERYBODY = 12  # without names, so many silent ones are listed at most


@dataclass(frozen=True, slots=True)
class Part:
    """What was found of one official on the theme, best first, with its `SIGNS`.

    `likely`: by id, how likely each of the first few is to speak on it, 0..1, read with the theme.
    """

    official: Official
    found: tuple[Found, ...]
    likely: Mapping[str, float]
    signs: tuple[float, ...]


def parts(q: Question, library: Library, knowledge: Knowledge) -> list[Part]:
    """What each official asked about (or anybody) has on the question's theme."""
    everybody = [o for o in knowledge.officials if q.within.has(o)]
    officials = list(q.officials) or everybody
    found = _found(q, officials, library)
    if q.quotes:
        found = [f for f in found if _holds(f, q)] or found
    best = max((f.dense for f in found), default=0.0)
    relevance = knowledge.relevance
    by_official: dict[str, list[Found]] = {}
    for f in found:
        by_official.setdefault(f.hit.passage.official.key, []).append(f)
    wanted, words = terms(q.focus), content(q.focus)
    telling, others = relevance.rarest(wanted, TELLING), others_near(q.focus, knowledge)
    near = {key: max(f.dense for f in own[:_EACH]) for key, own in by_official.items()}
    each = max(_LEAST, min(_READ // max(len(near), 1), _MOST))
    closest = set(sorted(near, key=lambda key: -near[key])[: _READ // each])
    made = []
    for official in officials:
        own = by_official.get(official.key, [])[:_EACH]
        texts = [searchable(f.hit.passage) for f in own]
        nearest = near.get(official.key, 0.0)
        read = own[:each] if official.key in closest else []
        logits = judged(q.focus, [f.hit.passage.text for f in read], knowledge.embedder)
        likely = {f.hit.passage.id: _likely(x) for f, x in zip(read, logits, strict=True)}
        signs = (
            knowledge.standing(nearest, q.focus),
            nearest / best if best > 0 else 0.0,
            max((relevance.coverage(wanted, t) for t in texts), default=0.0),
            max((len(telling & terms(t)) for t in texts), default=0) / TELLING,
            max((share(words, t) for t in texts), default=0.0),
            max((f.hit.score for f in own), default=0.0),
            float(q.named),
            beyond(nearest, others),
            max(logits, default=NEVER),
        )
        made.append(Part(official, tuple(own), likely, signs))
    return made


def speaking(q: Question, made: Sequence[Part], embedder: str) -> list[Part]:
    """Those of the parts whose official spoke on the theme."""
    if q.quotes and any(_holds(f, q) for p in made for f in p.found):
        return [p for p in made if any(_holds(f, q) for f in p.found)]
    model = fitted("spoke", embedder)
    return [p for p in made if p.found and model.holds(p.signs)]


def compare(q: Question, library: Library, knowledge: Knowledge, language: str = "zh") -> Draft:
    """The officials asked about (or everybody) on the question's theme."""
    made = parts(q, library, knowledge)
    heard = speaking(q, made, knowledge.embedder)
    engine = Extractive(library, knowledge.relevance, language)
    draft = Draft(language)
    for part in heard:
        engine.block(draft, q, chosen(q, part, knowledge))
    if not draft.citations:
        return refuse(q, [], knowledge, language)
    silent = [p.official for p in made if p not in heard]
    if silent and (q.named or len(silent) <= _EVERYBODY):
        names = "、".join(label(o) for o in silent)
        draft.say(
            f"{names}：现有材料中未见相关表述。"
            if language == "zh"
            else f"{names}: nothing on this in the library."
        )
    return draft


def chosen(q: Question, part: Part, knowledge: Knowledge) -> list[Passage]:
    """The passages of one official that are shown: the best fitting, and one that comes close."""
    wanted = terms(q.focus)

    def fit(f: Found) -> float:
        covered = knowledge.relevance.coverage(wanted, searchable(f.hit.passage))
        near = 0.5 * max(f.dense, 0.0) + 0.5 * f.hit.score
        likely = part.likely.get(f.hit.passage.id, 0.0)
        return covered + near + _LIKELY * likely + (_holds(f, q) and 1.0)

    ranked = sorted(part.found, key=fit, reverse=True)
    best = fit(ranked[0])
    return [f.hit.passage for f in ranked[:_PASSAGES] if fit(f) >= _CLOSE * best]


def _likely(logit: float) -> float:
    """Log odds as a probability; one half where they are not known."""
    return 0.5 if math.isnan(logit) else 1 / (1 + math.exp(-logit))


def _found(q: Question, officials: Sequence[Official], library: Library) -> list[Found]:
    """What is found for all together; each one's own best where the pool has none of theirs."""
    keys = frozenset(o.key for o in officials)
    found = retrieve(library, q.focus, officials=keys, within=q.within, limit=_POOL)
    if not q.officials:
        return found
    missing = keys - {f.hit.passage.official.key for f in found}
    lowest = min((f.hit.score for f in found), default=0.0)
    return found + _each(library, q, missing, lowest)


def _each(library: Library, q: Question, keys: frozenset[str], score: float) -> list[Found]:
    """The own best of each of these officials; one search, however many they are."""
    pools: dict[str, list[Candidate]] = {}
    limits = (len(library.passages()), q.within.only(keys), q.within.years)
    for c in library.candidates(q.focus, *limits) if keys else ():
        pools.setdefault(c.passage.official.key, []).append(c)
    made = []
    for pool in pools.values():
        order = np.argsort(-fuse(pool, q.focus), kind="stable")[:_EACH]
        made += [Found(Hit(pool[i].passage, score), pool[i].lexical, pool[i].dense) for i in order]
    return made


def _holds(f: Found, q: Question) -> bool:
    """Whether a passage has words that the question puts in quotation marks."""
    text = fold(searchable(f.hit.passage))
    return any(fold(w) in text for w in q.quotes)
