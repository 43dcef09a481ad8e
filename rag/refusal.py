"""When the library holds no answer: said plainly, with the nearest thing offered as such."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answerability import answerable, signs_going_on
from rag.draft import Draft, called
from rag.enumeration import is_listed
from rag.fitted import fitted
from rag.knowledge import Knowledge, is_chinese
from rag.lead import others
from rag.notice import absent_line
from rag.particulars import lacks_figure, unmentioned
from rag.question import Question, asks_view
from rag.reading import reads
from rag.relevance import terms
from rag.retrieval import Found
from rag.selection import choose
from rag.stranger import near_names
from rag.within import Filter

# Coverage below which a question shares no words to speak of with a passage.
FOREIGN = 0.10
NOTHING = {"zh": "现有材料中没有找到", "en": "The library holds no answer to this"}
_YEAR = re.compile(r"(?:19|20)\d\d(?=年)")


def missing(q: Question, found: Sequence[Found], knowledge: Knowledge) -> bool:
    """Whether what was found does not answer.

    It has nothing in common with the question in words or meaning, all signs together say that
    it is no answer, a year is asked about and only others are told of, a figure of a kind that no
    passage has, or a theme that the official never names.
    """
    if not found or _other_year(q, found):
        return True
    # Read together, what these tell is known better: they lost four answers for each refusal.
    unread = not reads(q.whole, knowledge.embedder)
    if unread and (lacks_figure(q, found) or unmentioned(q, knowledge)):
        return True
    if is_listed(knowledge.library, q, [f.hit.passage for f in found[:4]]):
        return False  # 哪五项机制 of a section with five of them, however it is put
    if not q.follows or asks_view(q.asked):
        return _foreign(q, found, knowledge) or not answerable(q, found, knowledge)
    if q.context and q.focus in q.context:
        return False  # 只看去年的, 展开说说: nothing but what was answered before
    # What goes on about the subject before may share no word with its passage.
    going_on = fitted("going on", knowledge.embedder)
    likely = going_on.holds(signs_going_on(q, found, knowledge))
    return is_chinese(q.focus) and not likely


def _foreign(q: Question, found: Sequence[Found], knowledge: Knowledge) -> bool:
    """Whether the question has next to nothing in common with what was found."""
    best = max(f.dense for f in found[:5])
    covered = max(_covered(q, f, knowledge) for f in found[:5])
    return best < knowledge.bar(q.focus) and covered < FOREIGN


def _covered(q: Question, f: Found, knowledge: Knowledge) -> float:
    return knowledge.relevance.coverage(terms(q.focus), f.hit.passage.text)


def _other_year(q: Question, found: Sequence[Found]) -> bool:
    """Whether a year is asked about, and what was found speaks of other years only."""
    asked = set(_YEAR.findall(q.asked))
    told = set(_YEAR.findall("".join(f.hit.passage.text + f.hit.passage.date for f in found[:3])))
    return bool(asked and told and not asked & told)


def refuse(
    q: Question, found: Sequence[Found], knowledge: Knowledge, language: str = "zh"
) -> Draft:
    """A draft that says there is no answer and shows the nearest passage as just that."""
    draft = Draft(language, answered=False)
    who = called(q.officials) if q.named else ""
    if language == "en":
        draft.say(f"{NOTHING['en']}{f' by {who}' if who else ''}.")
    else:
        draft.say(f"{NOTHING['zh']}{f'{who}对此的相关表述' if who else '可以回答这个问题的内容'}。")
    draft.related += others(q, found, knowledge.library, knowledge.relevance)
    if draft.related:
        names = called(list(dict.fromkeys(p.official for p in draft.related)))
        zh, en = f"谈到相近内容的另有：{names}。", f"Speaking of something near it: {names}."
        draft.say(zh if language == "zh" else en)
    elif found and found[0].dense > knowledge.bar(q.focus):
        p = found[0].hit.passage
        spans = choose(knowledge.library, knowledge.relevance, q, p, tight=True)
        draft.say(
            "最接近的内容如下，仅供参考，并不是对问题的回答："
            if language == "zh"
            else "The nearest passage, for reference only, is not an answer:"
        )
        draft.tell(p, spans[:2])
    return draft


def filtered(q: Question, language: str = "zh") -> Draft:
    """A draft that says that the official asked about is outside of the person's own filter."""
    who = called(q.outside)
    zh = f"{who}不在您限定的官员之内，所以没有查找。取消限定后可以再问。"
    en = f"{who} is outside of the officials you limited the question to. Lift the limit to ask."
    return Draft(language, [zh if language == "zh" else en], [], answered=False)


def nobody(limits: Filter, language: str = "zh") -> Draft:
    """A draft that says that the person's own limits leave nothing to answer from."""
    said = limits.described(language)
    zh = f"资料库里没有符合限定条件（{said}）的内容，所以没有作答。放宽限定后可以再问。"
    en = f"Nothing in the library is within your limits ({said}). Widen them to ask."
    if limits.years:
        zh += "没有注明日期的资料不属于任何年份。"
        en += " Pieces without a date are in no year."
    return Draft(language, [zh if language == "zh" else en], [], answered=False)


def unknown(q: Question, knowledge: Knowledge, language: str = "zh") -> Draft:
    """A draft that says that the person or organ asked about is not in the library."""
    draft = Draft(language, answered=False)
    names = [o.name for o in knowledge.officials]
    near = list(dict.fromkeys(n for s in q.strangers for n in near_names(s, names)))
    draft.say(absent_line(q.strangers, language))
    if near:
        alike = "、".join(near)
        draft.say(
            f"名字相近的有：{alike}。" if language == "zh" else f"Names that look alike: {alike}."
        )
    people = "、".join(names[:12]) + ("……" if len(names) > 12 else "")
    draft.say(f"现收录：{people}。" if language == "zh" else f"In the library: {people}.")
    return draft
