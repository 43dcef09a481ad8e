"""Making a follow-up question whole from the conversation before it, without a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.answer import Turn
from rag.antecedent import has_subject, is_thin, length
from rag.opening import opened
from rag.ordinal import person, point
from rag.organ import without_kinds
from rag.pointer import ANOTHER, PERSON, PERSON_BACK, POINTS_BACK, THIS_OFFICE, bare
from rag.question import focus_of, kind_of
from rag.roster import Roster
from store import Official
from store.numeral import number_of

# How near those who were heard come to the best passage for a text, 0..1 (`antecedent.nearness`).
Near = Callable[[str, Sequence[Official]], float]

_REACH = 150  # turns that a subject is looked for in, as each may lean on the one before
_OWN_SUBJECT = 7  # characters from which a question has a subject of its own
_BRIEF = 6  # characters up to which an unmarked question mostly goes on
_SURE, _LIKELY, _POSSIBLE = 0.9, 0.5, 0.4  # nearness needed: any question, a brief one, no noun
_TRAILS = re.compile(r"^.{0,24}呢[?？]?$|^.{1,16}呢[,，?？]")
_BEGINS = re.compile(
    r"那|还有?|又|然后|具体|详细|接着|另|其他|其余|为什么[?？]?$|什么时候|除|一共|总共|合计|后来|最后|结果|[只就仅单](?:看|说|谈|讲|要|问|想)"
    r"|(?:and|but|so|then|also|why|what about|how about|anything|more)\b",
    re.I,
)
_DEEPER = re.compile(r"展开|详细|具体|再(?:说|讲)|继续|更多|in detail|more about", re.I)
_OTHERS = re.compile(
    rf"{ANOTHER}|另(?:外的)?人|(?:其他|其余|剩下|别)的?(?:[一两二三四五六几]?[位个名]?)(?:官员|人|领导|负责人|同志|[一两二三四五六几]位)"
    r"|(?:其他|其余|剩下)的?(?:呢|怎么[看说谈])|还有(?:谁|哪[几些位]|别人)"
    r"|\b(?:anyone|anybody|who) else\b|\bothers\b",
    re.I,
)
_INSTEAD = re.compile(
    r"除了(?:这|那|上)|除此|还(?:有|用|提|采取|说|讲|做|要|能|可以).{0,6}(?:什么|哪|办法|措施|别的|其他)|别的|其他(?:办法|措施|做法)"
    r"|\banything else\b|\bwhat else\b|\bother (?:measures|ways|steps)\b",
    re.I,
)
_EVERYBODY = re.compile(
    r"(?:[几各每]位|哪(?:些|几位|位)|所有|全体|[两二三四五六七八九十]位)(?:官员|领导|负责人|局长|书记|主任|同志)"
    r"|(?:官员|领导|负责人)们|大家|(?:^|有|是)谁.{0,4}[说谈讲提主用]|有谁"
    r"|\b(?:all|every|each|which)\b(?: of)?(?: the)? officials?\b|\bevery(?:body|one)\b",
    re.I,
)
# Several people who were heard, set against each other.
_BETWEEN = re.compile(
    r"[他她]?俩|谁(?:的|做得|说得|讲得|管得|抓得|提得|比较)?.{0,8}(?:更|最|先)|哪(?:一)?[个位家边](?:的|做得|说得)?.{0,8}(?:更|最|先)"
    r"|(?:有|的)?(?:什么|何|哪些)?(?:不同|区别|异同|差别|差异|不一样|相同|共同)|一样吗|一致吗|相比|对比|比较一?下"
    r"|\bdiffer|\bcompare|\bwho(?:se)?\b.*\b(?:more|most|first|higher|better)\b",
    re.I,
)
_COMPARES = re.compile(
    rf"{_BETWEEN.pattern}|更?[高低多少早晚快慢大小好严](?:一?些|一?点)?(?=[?？]?$)|[两二三]者|分别|各自",
    re.I,
)
_NAMED_TOO = re.compile(r"也|同样|\balso\b|\btoo\b", re.I)
_RETURNS = re.compile(
    r"(?:(?:再)?(?:回到|说回|回过头来?[看说]?))(?:刚才|最)?(?:第([一二三四五六七八九\d])个|最?开始|一开始|开头|最初|最早)的?(?:那个)?(?:问题|话题|事)?"
    r"|(?:最开始|一开始|开头|最初)(?:那个|问的|说的|提的)(?:那个)?(?:问题|话题|事)?"
)
_COUNTS = re.compile(r"多少|几|多(?:大|长|久|高|快)|how (?:many|much|long|large|big)", re.I)
_TOPIC = re.compile(r"(?:那么?|那)?([\u4e00-\u9fff]{2,6}?)(?:那边|方面|系统|部门)?呢(?:[?？,，]|$)")
_MARK = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Whole:
    """A follow-up made whole.

    Attributes:
        text: what to look for first.
        context: what the conversation was about, to look for beside it; "" if nothing.
        officials: whom it is about, from the question or the conversation.
        named: whether the question itself said whom.
        instead: whether it asks for something other than what was answered.
        deeper: whether it asks for more of what was answered.
        follows: whether it leans on the conversation at all.
        between: whether it sets those who were heard against each other.
    """

    text: str
    officials: tuple[Official, ...]
    named: bool
    context: str = ""
    instead: bool = False
    deeper: bool = False
    follows: bool = False
    between: bool = False


def make_whole(
    question: str, history: Sequence[Turn], roster: Roster, near: Near | None = None
) -> Whole:
    """The question with its subject and officials, taken from the conversation if need be.

    A question leans on the conversation when it points back (他, 这项, 另一位, 第二点),
    is only a topic with 呢, corrects what was understood, or has no subject of its own; one
    without any sign does where the library has its answer with whoever was heard last.

    Args:
        near: how near officials come to the best passage for a text; None leaves that sign out.
    """
    start = opened(question)
    question = start.rest
    here = roster.meant(question) or _organ(question, roster)
    if start.turning == "switch" and not PERSON.search(question):
        history = ()
    question, history = _turned_to(question, history)
    if not history:
        return Whole(question, tuple(here), bool(here))
    if start.turning == "correction":
        focus = here or roster.meant(history[-1].question)
        if not is_thin(_own(question, [*here, *focus], roster)) and not focus:
            focus = _focus(history, roster)
            focus = focus if near is None or near(question, focus) >= _SURE else []
        return _put(question, here, focus, history, roster, near, corrects=True)
    if _sets_apart(question, here) and len(several := here or _several(history, roster)) > 1:
        own = _own(_COMPARES.sub(" ", question), several, roster)
        before = _subject(history, roster, near)
        text, context = (before, "") if is_thin(own) else (f"{before} {own}", before)
        return Whole(text, tuple(several), True, context, follows=True, between=True)
    focus = _focus(history, roster)
    if THIS_OFFICE.search(question) and not roster.named(question):
        here = [o for o in here if o in focus] or here
    if not _leans(question, here, _own(question, here, roster)):
        if here or not focus or _EVERYBODY.search(question):
            return Whole(question, tuple(here), bool(here))
        own = focus_of(bare(question), ())
        if not _goes_on(question, own, focus, near):
            return Whole(question, (), False)
        if has_subject(own) and length(own) > _BRIEF:
            return Whole(question, tuple(focus), False)  # whole but for whom it is about
    return _put(question, here, focus, history, roster, near)


def _put(
    question: str,
    here: Sequence[Official],
    focus: Sequence[Official],
    history: Sequence[Turn],
    roster: Roster,
    near: Near | None,
    corrects: bool = False,
) -> Whole:
    """A question that leans, with its subject put in."""
    others = bool(_OTHERS.search(question))
    placed = None if here else person(question, focus)
    chosen = [placed] if placed else here or focus
    officials = _others(question, here, history, roster) if others else chosen
    item = point(question, history[-1].answer)
    asked = without_kinds(question) if others else question  # 另一位公安的领导
    own = _own(asked, [*here, *focus], roster)
    before = _subject(history, roster, near)
    text, context = _texts(question, own, item, bool(here), corrects, before)
    thin = is_thin(own)
    instead = bool(_INSTEAD.search(question))
    same = set(officials) <= set(focus) and not here
    return Whole(
        text=text,
        officials=tuple(officials),
        named=bool(here or others or placed),
        context=context if context or not (thin and same and _answered(history)) else text,
        instead=instead,
        deeper=bool(item or _DEEPER.search(question)) or (thin and same and not instead),
        follows=True,
    )


def _texts(
    question: str, own: str, item: str, here: bool, corrects: bool, before: str
) -> tuple[str, str]:
    """What to look for, and what beside it."""
    if item:
        return item, own
    if is_thin(own):
        return before, ""
    others = _OTHERS.search(question)
    points = bool(POINTS_BACK.search(_OTHERS.sub("", PERSON.sub("", question))))
    new = has_subject(own) or not _COUNTS.search(question)
    if corrects or ((here or others or PERSON.search(question)) and not points and new):
        # A new subject for the same person, or for somebody named; a figure may be of the old one.
        return own, before if _COUNTS.search(question) and not (here or corrects) else ""
    if _INSTEAD.search(question):
        return own, before
    if not has_subject(own):
        return f"{before} {own}", before
    if length(own) >= _OWN_SUBJECT and not points and not _TRAILS.search(question):
        return own, ""
    return own, before


def _organ(question: str, roster: Roster) -> list[Official]:
    """Those of the organ that 那消防呢 names by how its name begins."""
    match = _TOPIC.match(question)
    word = match.group(1) if match else ""
    return [
        e.official for e in roster.entries if word and any(o.startswith(word) for o in e.organs)
    ]


def _own(question: str, officials: Sequence[Official], roster: Roster) -> str:
    """What a question itself says of its subject."""
    return focus_of(roster.without(bare(question), officials), ())


def _sets_apart(question: str, here: Sequence[Official]) -> bool:
    return bool(_BETWEEN.search(question)) and len(here) != 1 and not _EVERYBODY.search(question)


def _leans(question: str, here: Sequence[Official], own: str) -> bool:
    """Whether words of a question say that it cannot stand without the conversation before it."""
    if question.startswith("那") or any(
        sign.search(question) for sign in (PERSON_BACK, _TRAILS, _INSTEAD)
    ):
        return True
    # 还有多少排污口没有整治完: a subject of its own, though it begins like a follow-up.
    begins = POINTS_BACK.search(question) or _BEGINS.match(question)
    if begins and length(own) < _OWN_SUBJECT:
        return True
    if here and is_thin(own) and kind_of(question, len(here)) != "overview":
        return True  # 司法局那边有什么办法: the subject is the one before
    return bool(here and _NAMED_TOO.search(question)) and len(focus_of(question, ())) < 12


def _goes_on(question: str, own: str, focus: Sequence[Official], near: Near | None) -> bool:
    """Whether a question without a sign most likely goes on about those who were heard."""
    if is_thin(own):
        return True
    if near is None:
        return length(own) < _BRIEF
    bar = _SURE
    if length(own) <= _BRIEF:
        bar = _LIKELY
    if not has_subject(own):
        bar = _POSSIBLE
    return near(question, focus) >= bar


def _turned_to(question: str, history: Sequence[Turn]) -> tuple[str, Sequence[Turn]]:
    """The rest of the question, the conversation up to where one goes back to (回到第一个问题)."""
    match = _RETURNS.search(question)
    at = number_of(match.group(1) or "一") if match else 0
    rest = _RETURNS.sub(" ", question).strip(" ,，。:：")
    return (rest or question, history[:at]) if at > 0 else (question, history)


def _answered(history: Sequence[Turn]) -> bool:
    """Whether the last answer cited something."""
    return bool(_MARK.search(history[-1].answer))


def _focus(history: Sequence[Turn], roster: Roster) -> list[Official]:
    """Whom the conversation is about: the last turn that was about somebody."""
    for turn in reversed(history):
        asked, heard = roster.meant(turn.question), _heard(turn, roster)
        if len({o.name for o in heard}) < len(heard):  # of one name: who the question meant
            heard = [o for o in heard if o in asked] or heard
        found = heard or asked
        if found:
            return found
    return []


def _several(history: Sequence[Turn], roster: Roster) -> list[Official]:
    """Those whom the latest turns were about, until there are two."""
    found: list[Official] = []
    for turn in reversed(history):
        here = _focus([turn], roster)
        found = [*(o for o in here if o not in found), *found]
        if len(found) > 1:
            break
    return found


def _others(
    question: str, here: Sequence[Official], history: Sequence[Turn], roster: Roster
) -> list[Official]:
    """Who is meant by 另外两位: of those asked about before, whom the answer left out."""
    heard = _heard(history[-1], roster) or _focus(history, roster)
    asked = roster.meant(history[-1].question)
    left = [o for o in asked if o not in heard]
    kin = roster.hinted(question)  # 另一位公安的领导
    everybody = [e.official for e in roster.entries]
    pool = list(here) or left or [o for o in everybody if o.key in kin] or everybody
    return [o for o in pool if o not in heard] or pool


def _heard(turn: Turn, roster: Roster) -> list[Official]:
    """Whose words the answer of a turn gave."""
    if turn.speakers:
        return [e.official for e in roster.entries if e.official.name in turn.speakers]
    return roster.named(turn.answer)


def _subject(history: Sequence[Turn], roster: Roster, near: Near | None) -> str:
    """What the conversation is about: the last question, made whole, without the officials."""
    whole = make_whole(history[-1].question, history[-_REACH:-1], roster, near)
    subject = focus_of(roster.without(whole.text, [*whole.officials]), ())
    return subject if len(subject) >= 2 else focus_of(history[-1].question, ())
