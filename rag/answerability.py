"""How likely it is that what was found answers the question: a small fitted model.

Logistic regression over a handful of signs, none of which is enough by itself: how far the
best similarity lies above what questions on other subjects reach by chance, how much of the
question's words the passages have, and how many of them the library does not know at all.
See `rag.fitted` for where the weights come from.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.cohort import nearest
from rag.fitted import fitted
from rag.knowledge import Knowledge, is_chinese
from rag.particulars import names_what_is_counted, unmet
from rag.question import Question
from rag.reading import READ, likeliest
from rag.relevance import terms
from rag.retrieval import Found
from store import searchable

SIGNS = (
    "similarity",
    "lead",
    "coverage",
    "telling",
    "words",
    "lexical",
    "unknown",
    "score",
    "named",
    "number",
    "counted",
    "unmet",
    "beyond",
    "judged",
)
GOING_ON = (*SIGNS, "context", "short", "names")
_FEW = 6  # characters
TELLING = 3  # of the rarest words, which tell 电梯安全 from 食品安全
# Words by which a question asks; they are not what it is about.
_ASKING = """
    什么 怎么 怎样 如何 哪些 多少 为什么 可以 能否 是否 哪个 哪里 哪位 谁 会不会 能不能 有没有
    这些 那些 他们 我们 现在 看法 说法 看待 认为 官员 谈到 提到 要求 措施 做法 要不要 怎么办
    是不是
"""
_NOT_CONTENT = frozenset(_ASKING.split())
_CONTENT = frozenset("nvaijlzst")  # first letters of the tags of words that carry meaning


def signs(q: Question, found: Sequence[Found], knowledge: Knowledge) -> tuple[float, ...]:
    """What `SIGNS` names, of the best few passages; `found` must not be empty."""
    top = found[:READ]
    wanted, words = terms(q.focus), content(q.focus)
    texts = [searchable(f.hit.passage) for f in top]
    own = knowledge.words_of(q.officials)
    best = max(f.dense for f in top)
    telling = knowledge.relevance.rarest(wanted, TELLING)
    total = sum(knowledge.relevance.weight(t) for t in wanted) or 1.0
    return (
        knowledge.standing(best, q.focus),
        knowledge.standing(best, q.focus)
        - knowledge.standing(sum(f.dense for f in top) / len(top), q.focus),
        max(knowledge.relevance.coverage(wanted, t) for t in texts),
        max(len(telling & terms(t)) for t in texts) / TELLING,
        max(share(words, t) for t in texts),
        max(f.lexical for f in top) / total,
        1 - share(words, own) if words else 0.0,
        found[0].hit.score,
        float(bool(q.officials)),
        float(q.kind == "number"),
        float(q.kind != "number" or names_what_is_counted(q, found)),
        float(unmet(q, found)),
        beyond(best, others_near(q.search, knowledge)),
        likeliest(q.whole, top, knowledge.embedder),
    )


def signs_going_on(q: Question, found: Sequence[Found], knowledge: Knowledge) -> tuple[float, ...]:
    """What `GOING_ON` names, of a question that leans on the conversation before it."""
    lean = (float(bool(q.context)), float(len(q.focus) <= _FEW), float(q.named))
    return (*signs(q, found, knowledge), *lean)


def others_near(text: str, knowledge: Knowledge) -> float | None:
    """How near other texts than the library's lie to a text; None where unknown."""
    return nearest(knowledge.library.vector(text), knowledge.embedder)


def beyond(similarity: float, others: float | None) -> float:
    """How much nearer what was found lies than other texts do; 0 where these are unknown."""
    return 0.0 if others is None else similarity - others


def content(text: str) -> set[str]:
    """The words of a question that say what it is about."""
    import rjieba

    return {
        word
        for word, tag in rjieba.tag(text)
        if len(word) > 1 and word not in _NOT_CONTENT and tag[:1] in _CONTENT
    }


def share(words: set[str], text: str) -> float:
    """Share of some words that a text has, 0..1."""
    return sum(w in text for w in words) / len(words) if words else 0.0


def answerable(q: Question, found: Sequence[Found], knowledge: Knowledge) -> bool:
    """Whether an answer is likely enough among what was found.

    The model is fitted on questions in Chinese; of others it tells nothing.
    """
    model = fitted("answerable", knowledge.embedder)
    return bool(found) and (not is_chinese(q.focus) or model.holds(signs(q, found, knowledge)))
