"""From what was typed to a `Question`: the follow-up made whole, the officials, the form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from rag.answer import Turn
from rag.antecedent import nearness, shown
from rag.conversation import make_whole
from rag.courtesy import kind_of_courtesy
from rag.errors import BadQuestion
from rag.knowledge import Knowledge
from rag.opening import opened
from rag.ordinal import FRAME
from rag.question import Kind, Question, focus_of, kind_of, quoted, wants_all
from rag.roster import Roster
from rag.stranger import strangers
from rag.within import EVERYTHING, Within
from store import Official

# Whether the last answer's words are really somebody's own (这是他说的吗, 原话是什么).
_PROVENANCE = re.compile(
    r"^(?:那)?(?:这|那|上面|以上|刚才)?(?:一)?(?:些|个|句|段|番|几句)?(?:话|内容|说法)?(?:真的?|确实|都|也|到底|究竟)?是(?:不是)?(?:他们?|她们?|谁|[\u4e00-\u9fff]{2,6}?)?(?:本人|自己|亲口)*[说讲写]的"
    r"|^(?:他|她)?的?原话(?:是|怎么|呢|吗)|^(?:这|那)?(?:有|的)?(?:出处|来源|原文)(?:是|在|呢|吗)"
    r"|did (?:he|she|they) really say|exact words",
    re.I,
)
_ONLY_YEAR = re.compile(r"[只就仅单](?:看|说|谈|讲|要|问|想).{0,4}((?:19|20)\d\d)年?")


def validated(question: str, limit: int) -> str:
    """The question without white space around it, and without halves of characters.

    Such halves (lone surrogates) come of escapes in JSON and of arguments in another encoding; no
    tokenizer takes them.

    Raises:
        BadQuestion: it is empty or longer than `limit` characters.
    """
    text = _whole(question).strip()
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
    history = _told(history)
    roster = knowledge.roster
    told = cache(lambda: shown(history, knowledge))  # most questions never ask for it
    whole = make_whole(
        asked, history, roster, lambda text, of: nearness(text, of, knowledge, told(), within)
    )
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
    kind = _kind(opened(asked).rest, whole.context, _asked_of(officials, asked, roster))
    if whole.between and len(officials) > 1:
        kind = "compare"
    quotes = quoted(asked) or (quoted(history[-1].question) if whole.follows else ())
    if not quotes and whole.follows and (said := _words_asked_about(asked, history, knowledge)):
        quotes, kind, officials = (said,), "whosaid", ()
    within = _limited(_of_year(asked, within) if whole.follows else within, limit_to)
    search = whole.text
    if whole.follows and (years := _ONLY_YEAR.findall(asked)):  # a limit now, not words to find
        search = re.sub(rf"\s*(?:{'|'.join(years)})年?的?", "", search) or search
    bare = focus_of(roster.without(search, officials), ())
    focus = bare or search
    if officials and len(focus) >= 4:
        search = focus
    alone = len(bare) < 2 or wants_all(roster.without(whole.text, officials))
    if officials and alone and kind in ("fact", "list", "compare"):
        kind = "overview"  # nothing but the person is asked about
    return Question(
        asked=asked,
        search=search,
        focus=focus,
        kind=kind,
        officials=officials,
        named=whole.named,
        hints=roster.hinted(asked),
        quotes=quotes,
        strangers=tuple(others),
        outside=outside,
        follows=whole.follows,
        context=whole.context,
        shown=told() if whole.follows else frozenset(),
        instead=whole.instead,
        deeper=whole.deeper,
        within=within,
    )


def _told(history: Sequence[Turn]) -> list[Turn]:
    """The conversation without greetings and the like, its words as `validated` leaves them."""
    return [
        replace(turn, question=_whole(turn.question), answer=_whole(turn.answer))
        for turn in history
        if not kind_of_courtesy(turn.question)
    ]


def _whole(text: str) -> str:
    return text.encode("utf-8", "ignore").decode()


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


def _words_asked_about(asked: str, history: Sequence[Turn], knowledge: Knowledge) -> str:
    """The longest sentence of the last answer, where the question is whether those are his words.

    "" where something else is asked, or the answer gave no words of the library.
    """
    if not _PROVENANCE.search(opened(asked).rest):
        return ""
    sentences = re.split(r"[。\n]|\[\d+\]", FRAME.sub("", history[-1].answer))
    said = max((s.strip() for s in sentences), key=len, default="")
    known = len(said) >= 6 and knowledge.quotes.trace(said).verdict != "absent"
    return said if known else ""


def _limited(within: Within, to: Sequence[Official]) -> Within:
    """The limits, narrowed to some officials: nobody else is told of beside the answer either."""
    return replace(within, keys=within.only(frozenset(o.key for o in to))) if to else within


def _of_year(asked: str, within: Within) -> Within:
    """The limits, narrowed to the year that a follow-up asks for (只看2023年的)."""
    years = frozenset(_ONLY_YEAR.findall(asked))
    both = years & within.years if within.years else years
    return replace(within, years=both) if years else within
