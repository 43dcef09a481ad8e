"""What a question asks: of whom, in what form, about which words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag.within import EVERYTHING, Within
from store import Official

Kind = Literal["fact", "number", "list", "compare", "whosaid", "overview", "library"]

_QUOTED = re.compile(r"[“「『\"]([^”」』\"]{2,})[”」』\"]")
_UNQUOTED = re.compile(
    r"(?:请问)?(.{6,80}?)[,，]?(?:这(?:句|番)话)?(?:是谁(?:说|讲|写)的|是哪位.{0,6}(?:说|讲|写)的|出自(?:谁|哪))"
)
_WHO = re.compile(
    r"谁|哪(?:一|几)?(?:位|个)(?:官员|领导|负责人|人)?.{0,6}(?:说|提|讲|引|写|用|表)|出自|原话|哪(?:几|些)?位说|说过吗|讲过吗"
    r"|[说讲写](?:过|了)?[“「『\"].{5,}[”」』\"].{0,3}吗|[”」』\"]是.{1,14}[说讲写]的吗"
    r"|\bwho\b|whose",
    re.I,
)
_ASKS_WHO = re.compile(
    r"(?:^|[,，位人])(?:请问)?(?:是)?(?:谁|哪(?:一)?位(?:官员|领导|负责人)?)(?:.{0,8})(?:说|提出|提到|讲|谈|强调|主张|引用|要求)|(?:是谁|谁)(?:说|提|讲|谈|引)"
)
_NUMBER = re.compile(
    r"多少|多大(?:年纪|岁数|年龄)|年龄|(?<!哪)几(?!位|个方面|项|大|种|点|条|句)[\u4e00-\u9fff]|占比|比例(?:是|为|达)|百分之几|百分比|何时|哪一?年|什么时候"
    r"|how (?:many|much)",
    re.I,
)
_LIST = re.compile(
    r"哪些|哪(?:几|[一二两三四五六七八九十\d]+)(?!位|年|个?(?:官员|人|地方))|包括什么|有几[项个条种点]|列出|列举|[两二三四五六七八九十\d]+(?:个|项|条|种|点|大)[^,，。]{0,8}(?:是什么|是哪|有哪|分别)|分别是(?:什么|哪)"
    r"|几(?:项|大|种|点|条)|都有什么|which|list ",
    re.I,
)
_EACH = re.compile(
    r"各自|分别|有(?:何|什么)(?:异同|不同|区别|差别)|异同|对比|比较|相比|[两二三四五六七八九几各]位.{0,12}(?:都|各|怎么|如何)"
    r"|都(?:谈|提|讲|说)(?:到|过|及|了)|各(?:位|有|说|讲|谈|是)|哪(?:些|几位)(?:官员|领导|负责人).{0,4}(?:谈|提|说|讲|论)(?:到|过|及|起)|(?:官员|领导|负责人)们|每(?:一)?位|compare|difference",
    re.I,
)
# Who of all: it stays open how many they are. What somebody may, must or is made of
# (哪些单位可以, 由哪些部门组成) asks for something else.
_SAID = r"[^,，。?？]{0,6}?(?:(?:谈|说|提|讲|论)(?:到|过|及|起|了(?!算))|关注|强调|主张|呼吁|提倡)"
_OF_ALL = re.compile(
    rf"都有谁|谁(?:们)?都|(?:有)?谁{_SAID}|(?:有(?:哪)?)?[几各多]位(?:官员|领导|负责人)?{_SAID}|哪(?:些|几[位个]|[两三]位)(?:人|单位|部门|机关|地方)?{_SAID}"
    r"|哪(?:些|几个)(?:官员|领导(?!干部|小组)|负责人)"
    r"|(?:大家|各(?:单位|部门|家|机关)|他们几个)[^。?？]{0,20}(?:怎么|怎样|如何|什么|哪些|哪几|啥)"
    r"|(?:^|[,，])(?:都)?(?:有)?哪(?:些|几个)(?:单位|部门|机关)(?!可以|能|要|应|必须|需要|负责|属于|是|被|有权|参[与加]|组成|联合|共同|一起)"
    r"|which officials (?!are\b|do you\b|is\b)"
    r"|\bwho (?:all )?(?:speaks?|spoke|talks?|talked|mentions?|mentioned)\b",
    re.I,
)
_WHICH_PERSONS = re.compile(r"(?<![一那这])哪(?:几|些|[两三四五])位")
# How words for persons of some calling end: 哪几位律师 asks for lawyers.
_CALLING = re.compile(r"[师员家警官人生者手民工友户]$")
_PEOPLE = re.compile(
    r"官员|领导|负责人|[一二两三四五六七八九十几各每]位|他们|大家|各地|officials?|they\b", re.I
)
_OVERVIEW = re.compile(
    r"(?:主要|都|大致|总体|一共)?(?:讲|说|谈|写)(?:了|过)(?:些)?(?:什么|哪些(?:内容|方面|观点|事))|主要(?:观点|内容|思想|主张)|概括|总结|综述|概述|梗概"
    r"|核心(?:观点|内容|主张)|summar\w*|overview|main (?:point|idea)s?",
    re.I,
)
_WHOLE_PIECE = re.compile(
    r"一下|这篇|那篇|的|讲话|文章|发言|稿子?|内容|要点|大意|全文|帮我|请|给我"
    r"|['’]s\b|\b(?:speech|article|remarks|piece|text|his|her|by|up|give|brief|short)\b",
    re.I,
)
_LIBRARY = re.compile(
    r"(?:资料库|库里|库中|资料里|这里|收录|收了|材料里)(?:.{0,6})(?:有(?:哪些|谁|什么|几位|多少)|收录|包含).{0,8}(?:官员|人|文章|讲话|资料|文件|谁)?[?？]?$"
    r"|有哪(?:些|几位)官员[?？]?$|你(?:能|可以)(?:回答|做)什么|你是谁|介绍一下你(?:自己)?"
    r"|who is in the library|which officials (?:are|do you)\b.{0,20}$|which officials\W*$",
    re.I,
)
_OFFICES = re.compile(
    r"(?:官员|领导|[一二两三四五六七八九十几各每]位|大家|所有人).{0,6}(?:是|任|担任)(?:了)?(?:什么|何|哪些)(?:职务?|职位|官)"
    r"|what (?:posts|positions|offices) do (?:the|these|all)\b",
    re.I,
)
_VIEW = re.compile(
    r"(?:怎么|如何|怎样)(?:看|谈|说|评价|看待)|对.{2,16}(?:看法|观点|态度|怎么[看说想])|(?:支持|赞成|反对|主张).{2,12}[吗么]"
)
_FILLER = re.compile(
    r"有(?:什么|何|哪些)?(?:异同|不同|区别|差别)|(?:都有|有|是)?谁(?:们)?(?:都|也)?(?:谈|提|讲|说)(?:到|及|起)(?:了|过)?|都有谁|谁都|大家(?:都)?|各(?:单位|部门|家|机关)(?:都)?"
    r"|哪(?:几|些|[两三四五])?(?:位|个)?(?:官员|领导|负责人|人|单位|部门)(?:都|也)?(?:(?:谈|提|讲|说)(?:到|及|起|过)(?:了|过)?)?|哪(?:几|些|[两三四五])位"
    r"|(?:各自?|都|分别)?(?:说|谈|讲|做)(?:了|过)(?:些)?(?:什么|哪些|啥)|(?:都|谁|各)?(?:谈到|提到|讲到|说到|提及)(?:了|过)?(?=[^的])|的?(?:落脚点|侧重点?|异同)"
    r"|各自|分别|是?在(?:讲|谈|说)什么(?:事情?|问题)?时?(?:提到的?)?|(?:方面)?各(?=[有是怎如采做在说讲谈]|$)|请问|请你?(?:介绍|说明|谈谈)|想知道|我想(?:了解|问)(?:一下)?|是(?:怎么|如何)(?:看|说|谈|讲|提|做|要求|规定)的?|怎么(?:看|说|谈|讲|看待|评价)的?|如何(?:看|看待|谈|评价|论述)"
    r"|有(?:什么|哪些|何)(?:看法|观点|要求|主张|论述|说法|意见|表述|措施|做法)|(?:提出?|采取|推出)(?:了|过|要)?(?:什么|哪些|哪几[个项条种]?)|是什么|是哪些|有哪些|什么|哪些|哪几|怎么样|怎么|怎样|如何|多少|为什么|为何|吗|呢|吧|各自|分别"
    r"|(?:这|那)?[一二两三四五六七八九十几各]位(?:官员|领导|负责人)?|(?:那|这|哪)(?:一)?位|官员|领导|负责人|[?？]"
    r"|\b(?:what|which|who|how|when|where|why|many|much|do|does|did|is|are|was|were|say|says|said|about|the|of|on|in|to"
    r"|a|an|and|by|for|has|have|tell|me|please|officials?|view|views|think|talk|talks|mention|mentions)\b",
    re.I,
)


# What stays of 各怎么做, 都讲什么, 各有什么办法 after the comma.
_LEFT_OVER = re.compile(r"[,，、]\s*(?:各自?|都|又|有|是|做|讲|说|办法?|干|抓|给|的|\s)*$")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, understood.

    Attributes:
        asked: as the person wrote it.
        search: what to look for, whole without the conversation before it.
        focus: `search` without the officials' names and the question words.
        kind: the form of answer it wants.
        officials: whom it is about; empty means everybody.
        named: whether it named them itself (not the filter or the conversation).
        hints: keys of officials whose kind of organ it speaks of.
        quotes: words in quotation marks.
        strangers: names it asks about that the library does not hold.
        outside: officials it names that the person's own filter leaves out.
        follows: whether it leans on the conversation before it.
        context: what the conversation was about, to look for beside `search`; "" if nothing.
        shown: ids of the passages that the last answer used.
        instead: whether it asks for something other than those.
        deeper: whether it asks for more of those.
        within: the person's own limits by organ, place and year.
    """

    asked: str
    search: str
    focus: str
    kind: Kind
    officials: tuple[Official, ...] = ()
    named: bool = False
    hints: frozenset[str] = frozenset()
    quotes: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    outside: tuple[Official, ...] = ()
    follows: bool = False
    context: str = ""
    shown: frozenset[str] = frozenset()
    instead: bool = False
    deeper: bool = False
    within: Within = EVERYTHING

    @property
    def whole(self) -> str:
        """What is read together with passages: the focus, and what the conversation was about."""
        return f"{self.focus} {self.context}" if self.context else self.focus


def quoted(text: str) -> tuple[str, ...]:
    """The words that stand in quotation marks, or before “是谁说的”."""
    found = tuple(m.group(1).strip() for m in _QUOTED.finditer(text))
    bare = _UNQUOTED.match(text) if not found else None
    return (bare.group(1).strip(),) if bare else found


def kind_of(text: str, officials: int) -> Kind:
    """The form of answer that a question wants.

    Args:
        text: the question.
        officials: how many officials it is about; 0 means it names nobody.
    """
    quotes = quoted(text)
    longest = max(map(len, quotes), default=0)
    if longest >= 5 and _WHO.search(text) and longest >= 0.25 * len(text):
        return "whosaid"
    if _LIBRARY.search(text) or (not officials and _OFFICES.search(text)):
        return "library"
    if officials and _OVERVIEW.search(text) and len(focus_of(text, ())) <= 8:
        return "overview"
    if officials > 1 or (officials == 0 and _asks_all(text)):
        return "compare"
    if _NUMBER.search(text):
        return "number"
    if _LIST.search(text):
        return "list"
    return "fact"


def _asks_all(text: str) -> bool:
    """Whether whoever speaks on a theme is asked, however many these are."""
    if (_EACH.search(text) and _PEOPLE.search(text)) or _OF_ALL.search(text):
        return True
    which = _WHICH_PERSONS.search(text)
    if which is None:
        return False
    import rjieba

    word = next(iter(rjieba.cut(text[which.end() :])), "")
    return word in ("官员", "负责人") or not _CALLING.search(word)


def focus_of(text: str, names: tuple[str, ...]) -> str:
    """The content of a question: without names and question words."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    left = re.sub(r"\s+", " ", _FILLER.sub(" ", text)).strip(" ,，。、的")
    return _LEFT_OVER.sub("", left) or left


def wants_all(text: str) -> bool:
    """Whether a question, the officials' names aside, asks for nothing but a summary."""
    if not _OVERVIEW.search(text):
        return False
    return len(focus_of(_WHOLE_PIECE.sub(" ", _OVERVIEW.sub(" ", text)), ())) < 2


def asks_view(text: str) -> bool:
    """Whether it asks for a view on a theme that it names (他怎么看房价)."""
    return bool(_VIEW.search(text))


def asks_who(text: str) -> bool:
    """Whether it asks which official holds an idea, without quoting words."""
    return bool(_ASKS_WHO.search(text))
