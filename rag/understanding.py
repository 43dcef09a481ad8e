"""From what was typed to a `Question`: the follow-up made whole, the officials, the form."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer import Turn
from rag.conversation import make_whole
from rag.courtesy import kind_of_courtesy
from rag.errors import BadQuestion
from rag.knowledge import Knowledge
from rag.question import Kind, Question, focus_of, kind_of, quoted
from rag.roster import Roster
from rag.stranger import strangers
from rag.within import EVERYTHING, Within
from store import Official


def validated(question: str, limit: int) -> str:
    """The question without white space around it.

    Raises:
        BadQuestion: it is empty or longer than `limit` characters.
    """
    text = question.strip()
    if not any(c.isalnum() for c in text):
        raise BadQuestion("请输入一个问题。", "Please type a question.")
    if len(text) > limit:
        raise BadQuestion(
            f"问题有 {len(text)} 个字，超过上限 {limit} 个字，请缩短后再问。",
            f"The question has {len(text)} characters, over the limit of {limit}; shorten it.",
        )
    return text


def understand(
    asked: str,
    history: Sequence[Turn],
    limit_to: Sequence[Official],
    knowledge: Knowledge,
    within: Within = EVERYTHING,
) -> Question:
    """What is asked, of whom.

    Args:
        asked: the question as typed.
        limit_to: officials that the person limited the question to; () means everybody.
            Somebody named outside of them stays named, so that the answer can say so.
        within: the person's limits by organ, place and year; they hold beside `limit_to`.
    """
    history = [turn for turn in history if not kind_of_courtesy(turn.question)]
    roster = knowledge.roster
    whole = make_whole(asked, history, roster, knowledge.corpus)
    others = strangers(asked, roster, knowledge.corpus)
    # 王某局长 is not whichever 局长 the library holds: beside a stranger only full names count.
    officials = tuple(roster.named(asked)) if others else whole.officials
    outside: tuple[Official, ...] = ()
    if limit_to:
        outside = tuple(o for o in roster.named(asked) if o not in limit_to)
        inside = tuple(o for o in officials if o in limit_to)
        officials = inside or (() if outside or others else tuple(limit_to))
    outside += tuple(o for o in roster.named(asked) if not within.has(o) and o not in outside)
    inside = tuple(o for o in officials if within.has(o))
    if whole.named and not inside:
        outside += tuple(o for o in officials if o not in outside)
    officials = inside
    search = whole.text
    bare = focus_of(roster.without(search, officials), ())
    focus = bare or search
    if officials and len(focus) >= 4:
        search = focus
    kind = _kind(asked, whole.context, _asked_of(officials, asked, roster))
    if officials and len(bare) < 2 and kind in ("fact", "list", "compare"):
        kind = "overview"  # nothing but the person is asked about
    return Question(
        asked=asked,
        search=search,
        focus=focus,
        kind=kind,
        officials=officials,
        named=whole.named,
        hints=roster.hinted(asked),
        quotes=quoted(asked) or (quoted(history[-1].question) if whole.follows else ()),
        strangers=tuple(others),
        outside=outside,
        follows=whole.follows,
        context=whole.context,
        shown=_shown(history, knowledge) if whole.follows else frozenset(),
        instead=whole.instead,
        deeper=whole.deeper,
        within=within,
    )


def _kind(asked: str, context: str, officials: int) -> Kind:
    """The form of answer that is wanted; what was asked before says it where the question does not.

    A figure is only wanted where the question itself asks for one.
    """
    kind = kind_of(asked, officials)
    if kind != "fact" or not context:
        return kind
    before = kind_of(f"{asked} {context}", officials)
    return kind if before == "number" else before


def _asked_of(officials: Sequence[Official], asked: str, roster: Roster) -> int:
    """How many officials are asked; a place that has several asks none of them in particular."""
    pool = len(officials) > 1 and roster.by_place_alone(asked)
    return 0 if pool else len(officials)


def _shown(history: Sequence[Turn], knowledge: Knowledge) -> frozenset[str]:
    """Ids of the passages that the last answer used: those whose words it repeats."""
    answer = history[-1].answer if history else ""
    pieces = [s for s in answer.replace("\n", "。").split("。") if len(s) >= 8]
    if not pieces:
        return frozenset()
    used = set()
    for piece in pieces:
        trace = knowledge.quotes.trace(piece)
        used |= {m.passage.id for m in trace.matches if m.similarity >= 0.6}
    return frozenset(used)
