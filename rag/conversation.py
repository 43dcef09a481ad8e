"""Making a follow-up question whole from the conversation before it, without a model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer import Turn
from rag.question import focus_of
from rag.roster import Roster
from store import Official

# Who points to somebody; a point of what was said (第二点).
_PERSON_WORDS = r"他们|她们|(?<!其)他|她|该[院厅局部市区县省机单]"
_POINT = r"第[一二三四五六七八九十\d]+(?:点|条|项|个|方面)"
_POINTS_BACK = re.compile(
    rf"{_PERSON_WORDS}|这(?:个|些|项|位|句|一|方面|种|样)|那(?:个|些|项|位|句|一|方面|种)"
    r"|上述|前面|刚才|上面|其中|其他|另外?[一两二三几]|另外|剩下|其余|除此|除了这|还有(?:呢|谁|哪|什么|别的)"
    rf"|[前后上下]一句|原话|{_POINT}|展开|详细|具体(?:说|讲|点|怎么|是)|再(?:说|讲|举|谈)|继续|为什么这(?:么|样)"
)
# What can only mean somebody or something said before.
_PERSON_BACK = re.compile(
    rf"{_PERSON_WORDS}|上述|前面|刚才|上面|除此|除了这|另外?[一两二三四五六几](?:个|位|名|人)"
    rf"|[前后上下]一句|原话|{_POINT}|这(?:个|些|项|位|句|一|方面|种|样)(?![\u4e00-\u9fff]*(?:馆|院|局|厅|市|县|区|省|街|镇|村|校))"
    r"|那(?:个|些|项|位|句|方面|种)"
)
# What points to somebody only: the question has its subject by itself.
_PERSON = re.compile(_PERSON_WORDS)
_OWN_SUBJECT = 7  # characters from which a question has a subject of its own
_TRAILS = re.compile(r"^.{0,24}呢[?？]?$")
_BEGINS = re.compile(
    r"那|还有?|又|然后|具体|详细|接着|另|其他|其余|为什么[?？]?$|什么时候|除|一共|总共|合计|后来|最后|结果"
)
_DEEPER = re.compile(r"展开|详细|具体|再(?:说|讲)|继续|更多")
_LISTED = re.compile(
    r"(?m)(?:^|[:：])\s*(?:[-*•]|\d+[.、)]|[一二三四五六七八九十]+[、是])\s*(.+)$|(?<![\u4e00-\u9fff])[一二三四五六七八九十]是([^;；。]+)"
)
_CITED = re.compile(r"(?:^|\n|[:：])\s*([^\n]{6,}?)(?=\[\d+\])")
_OTHERS = re.compile(
    r"另外?[一两二三四五六几](?:个|位|名|人)|另(?:外的)?人|(?:其他|其余|剩下|别)的?(?:[一两二三四五六几]?[位个名]?)(?:官员|人|领导|负责人|同志|[一两二三四五六几]位)"
    r"|(?:其他|其余|剩下)的?(?:呢|怎么[看说谈])|还有(?:谁|哪[几些位]|别人)"
)
_INSTEAD = re.compile(
    r"除了(?:这|那|上)|除此|还(?:有|用|提|采取|说|讲|做|要|能|可以).{0,6}(?:什么|哪|办法|措施|别的|其他)|别的|其他(?:办法|措施|做法)"
)
# What asks for more of the same without a subject of its own (具体数字是多少?).
_NO_SUBJECT = re.compile(
    r"(?:具体|详细|准确|相关|有关|数字|数据|数量|金额|原因|理由|例子|时间|情况|做法|内容|依据|结果|效果|成效|目的"
    r"|办法|措施|举措|方法|招数|手段|途径|安排|要求|打算|别的|其他|一共|总共"
    r"|[的是在有一下]|说说|讲讲|谈谈|举例|这|那|都|吗|呢|\s)*"
)
_EVERYBODY = re.compile(
    r"(?:[几各每]位|哪(?:些|几位|位)|所有|全体|[两二三四五六七八九十]位)(?:官员|领导|负责人|局长|书记|主任|同志)"
    r"|(?:官员|领导|负责人)们|大家|^谁|有谁"
)
_ORDINAL = re.compile(r"第([一二三四五六七八九十\d]+)(?:点|条|项|个|方面)")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九十")}


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
    """

    text: str
    officials: tuple[Official, ...]
    named: bool
    context: str = ""
    instead: bool = False
    deeper: bool = False
    follows: bool = False


def make_whole(question: str, history: Sequence[Turn], roster: Roster, corpus: str = "") -> Whole:
    """The question with its subject and officials, taken from the conversation if need be.

    A question leans on the conversation when it points back (他, 这项, 另一位, 第二点),
    is only a topic with 呢, or is short and names nobody.
    """
    here = roster.meant(question)
    if not history or not _leans(question, here, corpus):
        return Whole(question, tuple(here), bool(here))
    focus = _focus(history, roster)
    others = bool(_OTHERS.search(question))
    officials = _others(here, history, roster) if others else here or focus
    item = _item(question, history[-1].answer)
    own = focus_of(roster.without(_bare(question), [*here, *focus]), ())
    before = _subject(history, roster)
    if item:
        text, context = item, own
    elif len(own) < 2 or _NO_SUBJECT.fullmatch(own):
        text, context = before, ""
    elif here and not others and len(own) >= 6 and not _POINTS_BACK.search(question):
        text, context = own, ""  # a new subject for somebody named
    elif len(own) >= _OWN_SUBJECT and _points_to_person_only(question):
        text, context = own, ""  # a new subject for the same person
    else:
        text, context = own, before
    return Whole(
        text=text,
        officials=tuple(officials),
        named=bool(here or others),
        context=context,
        instead=bool(_INSTEAD.search(question)),
        deeper=bool(item or _DEEPER.search(question)),
        follows=True,
    )


def _points_to_person_only(question: str) -> bool:
    return bool(_PERSON.search(question)) and not _POINTS_BACK.search(_PERSON.sub("", question))


def _leans(question: str, here: Sequence[Official], corpus: str) -> bool:
    """Whether a question cannot stand without the conversation before it.

    A short one stands alone where it brings a subject of which the library never speaks.
    """
    if question.startswith("那") or any(
        sign.search(question) for sign in (_PERSON_BACK, _TRAILS, _INSTEAD)
    ):
        return True
    focus = focus_of(question, ())
    if _POINTS_BACK.search(question) or _BEGINS.match(question):
        # 还有多少排污口没有整治完: a subject of its own, though it begins like a follow-up.
        return len(focus_of(_bare(question), ())) < _OWN_SUBJECT
    if here or len(focus) > 5 or _EVERYBODY.search(question):
        return False
    import rjieba

    words = [w for w in rjieba.cut(focus) if len(w) > 1]
    return not words or not corpus or any(w in corpus for w in words)


def _item(question: str, answer: str) -> str:
    """The words of the point of the last answer that is asked about (第二点), or ""."""
    match = _ORDINAL.search(question)
    if not match:
        return ""
    number = int(match.group(1)) if match.group(1).isdigit() else _DIGITS.get(match.group(1), 0)
    for pattern in (_LISTED, _CITED):
        items = [next(g for g in m.groups() if g) for m in pattern.finditer(answer)]
        if 0 < number <= len(items) and len(items) > 1:
            return items[number - 1]
    return ""


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


def _others(here: Sequence[Official], history: Sequence[Turn], roster: Roster) -> list[Official]:
    """Who is meant by 另外两位: of those asked about before, whom the answer left out."""
    heard = _heard(history[-1], roster) or _focus(history, roster)
    asked = roster.meant(history[-1].question)
    left = [o for o in asked if o not in heard]
    pool = list(here) or left or [e.official for e in roster.entries]
    return [o for o in pool if o not in heard] or pool


def _heard(turn: Turn, roster: Roster) -> list[Official]:
    """Whose words the answer of a turn gave."""
    if turn.speakers:
        return [e.official for e in roster.entries if e.official.name in turn.speakers]
    return roster.named(turn.answer)


def _subject(history: Sequence[Turn], roster: Roster) -> str:
    """What the conversation is about: the last question that says so by itself."""
    for turn in reversed(history):
        subject = focus_of(roster.without(turn.question, roster.meant(turn.question)), ())
        if len(subject) >= 2 and not _POINTS_BACK.search(turn.question):
            return subject
    return focus_of(history[-1].question, ())


def _bare(question: str) -> str:
    """The question without the words that only point back."""
    text = _POINTS_BACK.sub(" ", question)
    text = re.sub(
        r"^(?:那么?|那|还有?|又|然后|至于|关于|对于|一共|总共|合计|后来|最后|结果)|姓.的|的?官员|[两二三几一]?位|除了",
        " ",
        text,
    )
    return re.sub(r"呢[?？]?$|[?？]", " ", text).strip()
