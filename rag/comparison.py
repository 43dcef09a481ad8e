"""Several officials on one theme: one part for each, an honest line for those who are silent."""

from __future__ import annotations

from collections.abc import Sequence

from rag.draft import Draft, label
from rag.extractive import Extractive
from rag.knowledge import Knowledge
from rag.question import Question
from rag.refusal import refuse
from rag.relevance import terms
from rag.retrieval import Found, retrieve
from store import Library, Official, fold

_EVERYBODY = 40  # without names, at most so many officials are asked one by one
_PASSAGES, _CLOSE = 2, 0.85  # of one official: how many passages, how close to the best
_SHARE = 0.5  # of the best official's fit that another must reach to have spoken on it


def compare(q: Question, library: Library, knowledge: Knowledge, language: str = "zh") -> Draft:
    """The officials asked about (or everybody) on the question's theme."""
    officials = list(q.officials) or knowledge.officials[:_EVERYBODY]
    rows = [(o, _best(q, o, library, knowledge)) for o in officials]
    top = max((fit for _, (fit, _) in rows), default=0.0)
    engine = Extractive(library, knowledge.relevance, language)
    draft = Draft(language)
    silent = []
    for official, (fit, found) in rows:
        if found and fit > 0 and fit >= _SHARE * top:
            engine.block(draft, q, [f.hit.passage for f in found])
        else:
            silent.append(official)
    if not draft.citations:
        return refuse(q, [], knowledge, language)
    if silent and (q.named or len(silent) <= 6):
        names = "、".join(label(o) for o in silent)
        draft.say(
            f"{names}：现有材料中未见相关表述。"
            if language == "zh"
            else f"{names}: nothing on this in the library."
        )
    return draft


def _best(
    q: Question, official: Official, library: Library, knowledge: Knowledge
) -> tuple[float, Sequence[Found]]:
    """How well an official's best passage fits the theme, and that passage."""
    found = retrieve(library, q.focus, officials=frozenset({official.key}), limit=6)
    wanted = terms(q.focus)
    marked = [fold(w) for w in q.quotes]

    def fit(f: Found) -> float:
        p = f.hit.passage
        text = f"{p.section}\n{p.text}"
        covered = knowledge.relevance.coverage(wanted, text)
        held = sum(w in fold(text) for w in marked) / len(marked) if marked else 0.0
        return covered + max(f.dense, 0.0) * 0.5 + held

    if marked:
        found = [f for f in found if any(w in fold(f.hit.passage.text) for w in marked)]
    ranked = sorted(found, key=fit, reverse=True)
    if not ranked:
        return 0.0, []
    best = fit(ranked[0])
    return best, [f for f in ranked[:_PASSAGES] if fit(f) >= _CLOSE * best]
