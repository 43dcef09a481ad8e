"""What a question without a pointer goes on about, judged by its words and by the library.

People drop the subject (追回来多少?) and the official (举报有奖励吗?) as soon as both were
spoken of. No word says so: a question without a noun has its subject before it, and one whose
best passage is by whoever was heard last is most likely still about them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer import Turn
from rag.knowledge import Knowledge
from rag.ordinal import FRAME
from rag.question import focus_of
from rag.relevance import terms
from rag.retrieval import retrieve
from rag.within import EVERYTHING, Within
from store import Official, searchable

# Words that ask for more of the same (具体数字是多少?), and those around them.
_NO_SUBJECT = re.compile(
    r"(?:具体|详细|准确|相关|有关|数字|数据|数量|人数|金额|原因|理由|例子|案例|时间|期限|情况|做法|内容|细节|依据|根据|结果|效果|成效|成果|成绩"
    r"|进展|影响|作用|好处|意义|背景|过程|步骤|后续|目的|目标|意思|办法|措施|举措|方法|方式|招数|手段|途径|安排|要求|打算|计划|规定|标准|看法|观点|态度|想法|意见"
    r"|回应|别的|其他|另外|更多|一共|总共|合计|大概|大约|现在|目前|去年|当时|后来|最后"
    r"|说说|讲讲|谈谈|说过|讲过|谈过|提过|[说讲谈提]到过?|举例|解释|展开|补充|介绍|落实|推进|执行|开展|实施|操作|进行|处理|解决|达到|取得"
    r"|[的是在有一下点些更也还就能会可以要该吧啊呀吗呢么了过得着花用说讲谈做弄搞办抓管看想给个这那都他她它们我你您对为从把再又与和跟钱效]|真的?|一样"
    r"|[两二三几]?[个位人项条件元块天年月次]|\s)*"
)
_GENERAL = re.compile(
    r"时间|时候|人数?|钱|金额|情况|问题|方面|办法|措施|结果|效果|成效|原因|理由|数字|数据|东西|事情?|地方|话|内容"
)
_PIECE, _MOST_PIECES = 8, 12  # of an answer: characters, and how many are looked for
_REPEATED, _SUMMED_UP = 0.6, 0.5  # likeness of a quotation; share of a summary's words
_MENTIONED = 0.15  # share of a question's words from which the last answer speaks of it
_LATIN = re.compile(r"[A-Za-z]+")


def is_thin(text: str) -> bool:
    """Whether the words of a question, pointers and names aside, name nothing to look for."""
    return len(text) < 2 or bool(_NO_SUBJECT.fullmatch(text))


def has_subject(text: str) -> bool:
    """Whether there is a noun, or a set phrase, that says what a question is about."""
    if not re.search(r"[\u4e00-\u9fff]", text):
        return bool(_LATIN.search(text))
    import rjieba

    return any(
        (tag[:1] in "nij" or (tag[:1] == "l" and len(word) > 3))  # 追回来 is a phrase, too
        and len(word) > 1
        and not _GENERAL.fullmatch(word)
        for word, tag in rjieba.tag(text)
    )


def length(text: str) -> int:
    """How long a text is in characters; a word in Latin letters counts as two."""
    return len(_LATIN.sub("字词", text).replace(" ", ""))


def shown(history: Sequence[Turn], knowledge: Knowledge) -> frozenset[str]:
    """Ids of the passages that the last answer used: those whose words it repeats or sums up."""
    answer = history[-1].answer if history else ""
    pieces = [FRAME.sub("", s).strip(" -*•") for s in re.split(r"[。\n]|\[\d+\]", answer)]
    heard = frozenset(o.key for o in knowledge.roster.named(answer)) or None
    used: set[str] = set()
    for piece in [p for p in pieces if len(p) >= _PIECE][:_MOST_PIECES]:
        matches = knowledge.quotes.trace(piece).matches
        told = {m.passage.id for m in matches if m.similarity >= _REPEATED}
        if not told and heard:
            words = terms(piece)
            best = retrieve(knowledge.library, piece, officials=heard, limit=1)
            told = {
                f.hit.passage.id
                for f in best
                if knowledge.relevance.coverage(words, searchable(f.hit.passage)) >= _SUMMED_UP
            }
        used |= told
    return frozenset(used)


def nearness(
    question: str,
    officials: Sequence[Official],
    knowledge: Knowledge,
    told: frozenset[str] = frozenset(),
    within: Within = EVERYTHING,
) -> float:
    """How near the best of these officials comes to the best passage of all, 0..1.

    1 means that the best passage for the question's own words is by one of them, or that none
    has more of its words than what was just told.

    Args:
        told: ids of the passages that the last answer used.
    """
    focus = focus_of(question, ()) or question
    found = retrieve(knowledge.library, focus, within=within, limit=20)
    keys, wanted = {o.key for o in officials}, terms(focus)
    covered = {
        f.hit.passage.id: knowledge.relevance.coverage(wanted, searchable(f.hit.passage))
        for f in found
    }
    had = max((c for ident, c in covered.items() if ident in told), default=0.0)
    if had >= _MENTIONED and had >= max(covered.values()):
        return 1.0
    own = [f.hit.score for f in found if f.hit.passage.official.key in keys]
    best = found[0].hit.score if found else 0.0
    return own[0] / best if own and best > 0 else 0.0
