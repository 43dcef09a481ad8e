"""The particulars that a question asks for, and whether what was found has them.

A passage may be on the subject and still not answer: it has no figure of the kind asked for, or
never names the thing. Some settle it, others are only signs, as everyday words name things
otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.knowledge import Knowledge
from rag.question import Question
from rag.retrieval import Found
from rag.selection import figure_pattern

_NUMERAL = re.compile(r"[一二两三四五六七八九十\d]")
_TAIL = re.compile(r"[的之]([\u4e00-\u9fff]{2,6})$")
# What a figure is asked of (经费←是多少); the passage with the figure has to name it.
_FIGURE_OF = re.compile(
    r"([\u4e00-\u9fff]{2,6}?)(?:一共|总共|共|大约|约)?(?:是|为|有|达到?)?多少(?![\u4e00-\u9fff])"
)
_MODAL = re.compile(r"[能会可要该]")
# Heads that name no thing of their own: a passage answers them without the word.
_ABSTRACT = re.compile(
    r"角色|作用|意义|地位|态度|立场|观点|想法|思路|打算|目标|方向|任务|重点|要求|措施|办法|方法|做法|举措|经验"
    r"|成效|成绩|效果|情况|问题|原因|理由|模式|机制|关系|特点|区别|不同|变化|内容|方面|领域|工作|建议|期望|评价"
    r"|理解|认识|描述|说法|提法|名称|名字|品牌|口号|理念|责任|职责|计划|标准|程度|时间|地点|数量|数字|数据|总数|名单|规定|安排|步骤|过程|结果|环节|部分|看法|主张"
)
# What a question asks for → what has to stand in a passage that answers; "": the same words.
_DEMANDS = tuple(
    (re.compile(asked), re.compile(wanted) if wanted else None)
    for asked, wanted in (
        (
            r"最(?:高|低|大|小|多|少|早|晚|长|短|好|差|快|慢|贵|便宜)|第一名|冠军|亚军|季军",
            r"最|第一|冠|首",
        ),
        (r"前年|今年|明年|后年|上半年|下半年|[一二三四]季度|上个?月|下个?月", ""),
        (r"每(?:人|户|家|天|日|周|月|年|次|件|场|亩|公里|公斤|平方米|立方米)", ""),
        (
            r"哪家|哪个(?:公司|企业|单位|厂)|谁(?:开发|承建|设计|中标|生产)",
            r"公司|集团|企业|大学|研究|院|厂",
        ),
        (r"(?:叫|是)什么名字|姓甚名谁|姓什么|叫啥", r"叫|名为|某|姓|“"),
        (r"毕业|学历|籍贯|哪里人|电话|地址|邮箱|网址", ""),
        (r"女(?:同志|干警|性|干部|法官|民警|检察官)|男(?:同志|性)", r"女|男|性别"),
    )
)
_THEME = re.compile(r"[谈看说讲抓]|评价|论述|提到|看待|观点|态度|意见|主张|how|view|about", re.I)
_WHEN = re.compile(r"什么时候|何时|when", re.I)
_LOOKED_AT = 3


def has_figure(q: Question, found: Sequence[Found]) -> bool:
    """Whether the best passages have a figure of the kind that the question asks for."""
    return bool(_with_figure(q, found))


def lacks_figure(q: Question, found: Sequence[Found]) -> bool:
    """Whether a figure is asked for that none of the best passages can have.

    When something is may be told without a figure (周末).
    """
    return q.kind == "number" and not _WHEN.search(q.asked) and not has_figure(q, found)


def names_what_is_counted(q: Question, found: Sequence[Found], loosely: bool = False) -> bool:
    """Whether a passage with such a figure names what it is asked of (经费是多少).

    Args:
        loosely: go by nouns alone; in a follow-up a verb (追回多少) is often put otherwise.
    """
    match = _FIGURE_OF.search(q.asked)
    texts = _with_figure(q, found)
    if not match:
        return bool(texts)
    from rjieba import tag

    parts = _MODAL.split(match.group(1)) if loosely else [match.group(1)]
    tagged = [pair for part in parts for pair in tag(part)]
    words = [w for w, t in tagged if len(w) > 1 and (not loosely or t[:1] == "n")]
    return any(not words or _ABSTRACT.search(words[-1]) or words[-1] in t for t in texts)


def unmentioned(q: Question, knowledge: Knowledge) -> bool:
    """Whether the one official asked about never mentions the head of what is asked about.

    The head of the noun phrase is meant (怎么谈仲裁的→收费标准←). How something is done may be
    asked in any words (怎么帮小摊贩); the theme of which somebody speaks is mostly called by
    its name.
    """
    if not q.named or len(q.officials) != 1 or not _THEME.search(q.asked):
        return False
    match = _TAIL.search(q.focus)
    if not match:
        return False
    from rjieba import cut

    own = knowledge.words_of(q.officials)
    words = [
        part
        for w in cut(match.group(1))
        for part in ([w] if len(w) < 4 else [w[i : i + 2] for i in range(0, len(w) - 1, 2)])
        if len(w) > 1 and not _ABSTRACT.search(w) and not _NUMERAL.match(w)
    ]
    return bool(words) and not any(w in own for w in words)


def unmet(q: Question, found: Sequence[Found]) -> int:
    """How many of the particulars asked for none of the best passages has."""
    texts = [f.hit.passage.text for f in found[:_LOOKED_AT]]
    count = 0
    for asked, wanted in _DEMANDS:
        match = asked.search(q.asked)
        if match and not any(
            wanted.search(text) if wanted else match.group() in text for text in texts
        ):
            count += 1
    return count


def _with_figure(q: Question, found: Sequence[Found]) -> list[str]:
    pattern = figure_pattern(q.asked)
    texts = [f.hit.passage.text for f in found[:_LOOKED_AT]]
    return [text for text in texts if pattern.search(text)]
