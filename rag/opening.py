"""What stands before a question in a conversation: thanks, a correction, a change of subject."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Turning = Literal["", "switch", "aside", "correction"]

_STOP = r"[\s,，。.;；!！:：~～、]*"
_HEARD = re.compile(
    r"(?:(?:(?:非常|太|多)?(?:谢谢|感谢|多谢|谢了|辛苦)[你您了啦哈]*|好的?|嗯+|哦+|噢|行|明白了?|知道了|懂了|了解了?|收到"
    r"|thanks?(?: you)?|ok(?:ay)?|i see|great|got it)[\s,，。.;；!！~～]+)+",
    re.I,
)
_SWITCH = re.compile(
    r"(?:(?:我们|咱们|再)?换(?:一?个|下|一下)?(?:别的|新的?)?(?:话题|问题|主题|事|人)(?:[问说聊谈]吧?|吧)?"
    r"|(?:先)?(?:不|别)(?:再)?[说谈聊问管](?:这个|那个|这|那|他|她|它)?了?|(?:这个|他|她)(?:先)?(?:放一放|不说了|到此为止)"
    r"|(?:一?个)?(?:新|另一个|下一个|别的|另外一个)的?(?:问题|话题)|[说聊问谈](?:一?点|一?个)?别的(?:事|问题)?"
    r"|(?:new|another|different|next) (?:question|topic|subject)"
    r"|(?:let'?s )?(?:change|switch)(?: the| to another)? (?:subject|topic)"
    rf"){_STOP}",
    re.I,
)
_ASIDE = re.compile(
    r"(?:(?:顺便|顺带|另外|还想|我还想|再|还要|对了)[,，]?(?:再|想|我)?(?:请)?(?:问|打听|请教)(?:一下|下|一句|一个(?:别的)?(?:问题)?|个(?:别的)?问题)?"
    rf"|对了|话说|by the way|btw){_STOP}",
    re.I,
)
_MEANT = (
    r"(?:我(?:其实|本来|真正|刚才)?(?:是)?(?:想|要)?(?:问|说|指|讲|找|要|知道|了解|看)(?:的)?(?:其实)?(?:是(?!不)|(?=[^的是不,，]))"
    r"|应该是|而是|(?<=[,，。;；!！\s])是)"
)
_WRONG = (
    r"(?:不对|错了|[搞弄答理解]{1,2}错了|你?(?:理解|答|搞|弄|听)错了?|答非所问|不是(?:这个|这)?(?:意思)?|"
    r"(?:我)?(?:[问说指要找]的)?(?:并)?不是(?:[问说指要找])?[^,，。;；!！是]{0,14})"
)
_CORRECTION = re.compile(
    rf"(?:(?:{_WRONG}[,，。;；!！\s]+)+{_MEANT}?|我(?:其实|本来)?(?:[问说指要找]|想[问说要知道]{{1,2}})的(?:其实)?是(?!不)"
    rf"|no[,.! ]+(?:i (?:meant?|was asking about|am asking about) )?|i meant? ){_STOP}",
    re.I,
)

_FORMS: tuple[tuple[Turning, re.Pattern[str]], ...] = (
    ("switch", _SWITCH),
    ("correction", _CORRECTION),
    ("aside", _ASIDE),
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A question without what stands before it.

    Attributes:
        rest: the question itself; never empty.
        turning: ``"switch"`` to another subject, an ``"aside"`` that may be one,
            a ``"correction"`` of what was understood before, or ``""``.
    """

    rest: str
    turning: Turning = ""


def opened(question: str) -> Opened:
    """The question with its opening cut off; the whole of it where nothing would be left."""
    text = _cut(_HEARD, question.strip())
    for turning, form in _FORMS:
        rest = _cut(form, text)
        if rest != text:
            return Opened(rest, turning)
    return Opened(text)


def _cut(form: re.Pattern[str], text: str) -> str:
    match = form.match(text)
    rest = text[match.end() :].strip() if match else ""
    return rest if any(c.isalnum() for c in rest) else text
