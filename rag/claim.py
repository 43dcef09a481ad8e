"""Which sentences of an answer claim something, and which only lead in or notify."""

from __future__ import annotations

import re

_FIND = "找到|查到|检索到|发现|提及|提到|涉及|包含|收录|说明|给出"
_NOTICE = re.compile(
    rf"未见|未能?(?:{_FIND}|明确)|没有(?:能够)?(?:{_FIND})"
    r"|没有(?:直接|相关|关于|专门|谈到|说过|出现|这句|这样|人说|官员|哪位|能够回答)"
    r"|没有.{0,16}(?:内容|表述|材料|记载|信息|论述|说法|依据|原文|原话|记录)"
    r"|无法(?:回答|确认|判断|核实|确定|给出|得知|推断|比较|从)|不能(?:回答|确认|判断|确定)"
    r"|不足以|查无|无相关|并无|暂无|不含|不在(?:库|资料|材料)|并未(?:提|涉|谈|说|出现)"
    r"|超出.{0,10}范围|原[文件](?:此处|在此)?(?:中断|缺失|残缺)"
)
_NOTICE_EN = re.compile(
    r"\bno (?:remarks?|passages?|materials?|information|mention|record|official|answer)\b"
    r"|\bno (?:relevant|matching|statement|source)|\bnobody in the library"
    r"|\bnot (?:found|mention|contain|answer|cover|include|address|hold)"
    r"|\bnot in the (?:library|documents?)|\bnone of the|\b(?:does|did) not say|\bholds? no"
    r"|\b(?:cannot|could not|can't|unable to) (?:be )?(?:find|found|answer|confirm|verif)"
    r"|\bnothing (?:in|about|on)\b|\bsource breaks off",
    re.I,
)
_META = re.compile(
    r"^(?:以下|下面|下列|上述|以上|下文)(?:是|为|内容|均?按|摘录|根据|列出|整理|回答|分|各|引文|文字|要点"
    r"|几|归纳|来自|出自|就是|即为|仅)"
    r"|^(?:注|备注|说明|提示|提醒|注意|声明|免责声明|来源|出处|引用|(?:参考|资料)来源|参考资料"
    r"|notes?|sources?|references?|hint|caution)\s*(?:[:：]|$)"
    r"|^(?:如需|如果您|若需|若您|您可以?|请您?|建议您|欢迎|需要我|是否需要|可以?换|可?点击|希望|您是)"
    r"|^(?:根据|依据|综合|结合)?(?:现有|所给|提供的|已有|资料库|库中|检索到)的?"
    r"(?:材料|资料|文件|内容|段落)?[，,]?(?:可?归纳|回答|整理|梳理|概括)?(?:如下)?$"
    r"|^(?:you (?:can|may)|please|here (?:is|are)|the following|below|the wording|said by"
    r"|these words|names that)\b",
    re.I,
)
_SOURCES = re.compile(
    r"(?:来源|出处|资料|文献)(?:列表|一览)?$|^(?:sources?|references?)$",
    re.I,
)
_GOES_ON = re.compile(r"^(?:但是?|不过|然而|而|只是|仅|却|另|另外|此外|同时)")
_OFFER = re.compile(r"^(?:建议|请|可以?|您|你|如需|也|无法|因此|故|所以|以免|供)")
_EMPHASIS = re.compile(r"\*{1,3}|_{2,3}|`")
_LETTER = re.compile(r"[^\W_]")


def plain(text: str) -> str:
    """`text` without Markdown emphasis and without a block quote's sign."""
    return re.sub(r"\n[ \t]*>[ \t]?", "\n", _EMPHASIS.sub("", text)).strip()


def is_notice(text: str) -> bool:
    """Whether a sentence says that the material lacks something."""
    return bool(_NOTICE.search(text) or _NOTICE_EN.search(text))


def is_lead_in(text: str) -> bool:
    """Whether a sentence (without markers) only opens what follows: it ends in a colon."""
    return text.rstrip(" \t*_").endswith(("：", ":"))


def is_source_list(text: str) -> bool:
    """Whether a heading or lead-in opens a list of sources."""
    return bool(_SOURCES.search(plain(text).strip("：: 【】[]（）()")))


def claimed(text: str, cited: bool) -> str:
    """The part of a sentence (without markers) that claims something; "" where none does.

    Notices in Chinese and English, remarks on the answer itself, offers and questions back to
    the person are no claims. What follows a notice after 但 is one. A cited sentence always is.
    """
    text = plain(text)
    if len(_LETTER.findall(text)) < 2:
        return ""
    if not cited and _META.search(text):
        return ""
    if not cited and text.rstrip('”’」』"）) ').endswith(("？", "?")):
        return ""
    return _beyond_notice(text) if is_notice(text) and not cited else text


def _beyond_notice(text: str) -> str:
    """What a notice goes on to say, or ""."""
    clauses = re.split(r"(?<=[，,；;：:。])", text)
    last = max((n for n, c in enumerate(clauses) if is_notice(c)), default=len(clauses))
    rest = clauses[last + 1 :]
    if rest and is_notice("".join(clauses[: last + 1])) and _GOES_ON.match(rest[0]):
        words = "".join(rest)
        body = _GOES_ON.sub("", words)
        if len(_LETTER.findall(body)) >= 8 and not _OFFER.match(body):
            return words
    return ""
