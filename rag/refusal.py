"""When the library holds no answer: said plainly, with the nearest thing offered as such."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answerability import answerable
from rag.draft import Draft, called
from rag.knowledge import Knowledge, is_chinese
from rag.notice import absent_line
from rag.question import Question, asks_view
from rag.relevance import terms
from rag.retrieval import Found
from rag.selection import choose, figure_pattern
from rag.stranger import near_names
from rag.within import Filter

# Coverage below which a question shares no words to speak of with a passage.
FOREIGN = 0.10
NOTHING = {"zh": "现有材料中没有找到", "en": "The library holds no answer to this"}
_YEAR = re.compile(r"(?:19|20)\d\d(?=年)")
_NUMERAL = re.compile(r"[一二两三四五六七八九十\d]")
_TAIL = re.compile(r"[的之]([\u4e00-\u9fff]{2,6})$")
_SHORT = re.compile(r"(?:对|关于)?([\u4e00-\u9fff]{2,5})")
# What a figure is asked of (经费←是多少); the passage with the figure has to name it.
_FIGURE_OF = re.compile(
    r"([\u4e00-\u9fff]{2,6}?)(?:一共|总共|共|大约|约)?(?:是|为|有|达到?)?多少(?![\u4e00-\u9fff])"
)
# Heads that name no thing of their own: a passage answers them without the word.
_ABSTRACT = re.compile(
    r"角色|作用|意义|地位|态度|立场|观点|想法|思路|打算|目标|方向|任务|重点|要求|措施|办法|方法|做法|举措|经验"
    r"|成效|成绩|效果|情况|问题|原因|理由|模式|机制|关系|特点|区别|不同|变化|内容|方面|领域|工作|建议|期望|评价"
    r"|理解|认识|描述|说法|提法|名称|名字|品牌|口号|理念|责任|职责|计划|标准|程度|时间|地点|数量|数字|数据|总数|名单|规定|安排|步骤|过程|结果|环节|部分|看法|主张"
)


def missing(q: Question, found: Sequence[Found], knowledge: Knowledge) -> bool:
    """Whether what was found does not answer.

    Four signs, each by itself: nothing in common in words or meaning; a year is asked about
    and only others are told of; a figure is asked for and no found passage has one of that
    kind; the thing asked about is named exactly
    and the official asked about never mentions it.
    """
    if not found:
        return True
    # What goes on about the subject before may share no word with its passage.
    if (not q.follows or (q.context and asks_view(q.asked))) and _foreign(q, found, knowledge):
        return True
    if _other_year(q, found):
        return True
    if q.kind == "number" and not _has_figure(q, found, knowledge):
        return True
    return bool(q.named and len(q.officials) == 1 and _unmentioned(q, found, knowledge))


def _foreign(q: Question, found: Sequence[Found], knowledge: Knowledge) -> bool:
    """Whether the question has too little in common with what was found."""
    best = max(f.dense for f in found[:5])
    covered = max(_covered(q, f, knowledge) for f in found[:5])
    if best < knowledge.bar(q.focus) and covered < FOREIGN:
        return True
    # The model is fitted on questions in Chinese.
    return is_chinese(q.focus) and not answerable(q, found, knowledge)


def _covered(q: Question, f: Found, knowledge: Knowledge) -> float:
    return knowledge.relevance.coverage(terms(q.focus), f.hit.passage.text)


def _has_figure(q: Question, found: Sequence[Found], knowledge: Knowledge) -> bool:
    pattern = figure_pattern(q.asked)
    texts = [f.hit.passage.text for f in found[:3] if pattern.search(f.hit.passage.text)]
    match = _FIGURE_OF.search(q.asked)
    if not match:
        return bool(texts)
    from rjieba import cut

    words = [w for w in cut(match.group(1)) if len(w) > 1]
    return any(not words or _ABSTRACT.search(words[-1]) or words[-1] in t for t in texts)


def _unmentioned(q: Question, found: Sequence[Found], knowledge: Knowledge) -> bool:
    """Whether the head of the asked noun phrase (仲裁的→收费标准←) is never mentioned."""
    match = _TAIL.search(q.focus) or _SHORT.fullmatch(q.focus)
    if not match:
        return False
    from rjieba import cut

    own = "".join(p.text for p in knowledge.passages if p.official in q.officials)
    words = [
        part
        for w in cut(match.group(1))
        for part in ([w] if len(w) < 4 else [w[i : i + 2] for i in range(0, len(w) - 1, 2)])
        if len(w) > 1 and not _ABSTRACT.search(w) and not _NUMERAL.match(w)
    ]
    return bool(words) and not any(w in own for w in words)


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
    if found and found[0].dense > knowledge.bar(q.focus):
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
