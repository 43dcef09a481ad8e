"""Answers to “who said this?”: every owner of the words, the true wording, or that nobody did."""

from __future__ import annotations

from rag.draft import Draft, called, label
from rag.knowledge import Knowledge
from rag.question import Question
from rag.quote import QuoteMatch, QuoteTrace
from rag.refusal import NOTHING
from rag.sentence import cut
from rag.within import EVERYTHING

_MAX_OWNERS = 8


def who_said(q: Question, knowledge: Knowledge, language: str = "zh") -> Draft:
    """Trace the quoted words and tell who said them, in which sentence, how they differ."""
    quote = max(q.quotes, key=len)
    trace = knowledge.quotes.trace(quote)
    allowed = {o.key for o in q.officials}
    matches = [
        m
        for m in trace.matches
        if q.within.holds(m.passage) and (not allowed or m.passage.official.key in allowed)
    ]
    draft = Draft(language)
    if not matches or trace.verdict == "absent":
        draft.answered = False
        draft.say(_nobody(q, quote, language))
        return draft
    names = "、".join(dict.fromkeys(m.passage.official.name for m in matches[:_MAX_OWNERS]))
    retold = all(m.passage.note for m in matches[:_MAX_OWNERS])
    if retold and trace.verdict == "verbatim":
        draft.say(_retold(names, language))
    else:
        draft.say(_verdict(names, trace, language))
    for match in matches[:_MAX_OWNERS]:
        _owner(draft, match, language)
    return draft


def _nobody(q: Question, quote: str, language: str) -> str:
    """That the words were not found, and with whom they were looked for."""
    if q.named and q.officials:
        who = called(q.officials)
        en = f"The library holds no such words of {who}: “{quote}”."
    elif q.officials or q.within != EVERYTHING:
        who, en = "限定范围内有谁", f"Nobody within your limits said “{quote}”."
    else:
        who, en = "有谁", f"Nobody in the library said “{quote}”."
    return en if language == "en" else f"{NOTHING['zh']}{who}说过“{quote}”。"


def _verdict(names: str, trace: QuoteTrace, language: str) -> str:
    verbatim, stitched = trace.verdict == "verbatim", trace.stitched
    if trace.partly:
        if language == "en":
            return f"Only a part of these words is in the source, by {names}. The source:"
        return f"这句话只有一部分见于{names}的原文，其余没有找到，原文如下："
    if language == "en":
        if verbatim:
            return f"Said by: {names}."
        if stitched:
            return f"These words are put together from several passages of {names}. The source:"
        return f"The wording was changed; the source is by {names}. The source:"
    if verbatim:
        return f"说过这句话的是：{names}。"
    if stitched:
        return f"这句话由{names}的几处原文拼接而成，并非一句原话，原文如下："
    return f"引文与原文有出入，原话出自{names}，原文如下："


def _retold(names: str, language: str) -> str:
    """The words stand in a retelling: whose it is, and that nobody may quote them from there."""
    if language == "en":
        return f"These words stand in retellings of {names}, not in their own words."
    return f"这句话见于对{names}讲话的转述，并非原话，不能当作原话引用："


def _owner(draft: Draft, match: QuoteMatch, language: str) -> None:
    """One official's sentence with those words and what stands around it."""
    p = match.passage
    spans = cut(p.text) or [(0, len(p.text))]
    start = p.text.find(match.text)
    inside = [i for i, (a, b) in enumerate(spans) if a < start + len(match.text) and b > start] or [
        0
    ]
    first, last = inside[0], inside[-1]
    wide = range(max(first - 1, 0), min(last + 2, len(spans)))
    who, other = label(p.official), match.third_person
    if language == "en":
        said = " is paraphrased as saying: " if p.note else " said: "
        lead = f"{who} said, repeating words of {other}: " if other else f"{who}{said}"
    else:
        said = "，转述的文字是：" if p.note else "的原话是："
        lead = f"{who}转引{other}的话：" if other else f"{who}{said}"
    draft.quote(lead, p, [spans[i] for i in wide])
