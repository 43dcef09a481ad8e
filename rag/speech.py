"""Words that introduce what somebody says, and whose words an official repeats."""

from __future__ import annotations

import re

from store import Passage

# Verbs after which words follow even without a comma; and those that need one.
STRONG = (
    "指出|强调|表示|认为|说过|说道|讲过|讲道|写道|谈到|提到|告诫|叮嘱"
    "|嘱托|号召|主张|指示|称|坦言|介绍"
)
WEAK = (
    "提出|要求|说|讲|云|曰|言|有言|所言|道|宣告|明确|明确提出|部署|论述"
    "|批示|看来|阐述|阐释|论及|回应"
)
_FRAME = re.compile(
    rf"(?P<who>[^，,。；;：:！!？?“”「」『』\"（）()、\n]{{2,40}}?)(?:{STRONG}|(?:{WEAK})(?=[，,：:“\"「『]))"
    rf"(?:过|道|说|了)?[，,：: ]*"
)
_ABOUT = re.compile(
    r"(?P<who>[^，,。；;：:！!？?“”「」『』\"（）()、\n]{2,30}?(?:书记|主席|总理|同志|先生|委员长|院长|部长))"
    r"(?:关于|所说的|提出的|倡导的)$"
)
_LEAD = re.compile(
    r"^(?:正如|正像|诚如|恰如|如|据|对此|为此|因此|所以|同时|此外|今年|去年|近日|日前|曾经|其中|这是|按照|根据|早在"
    r"|\d{2,4}年|\d{1,2}月|\d{1,2}日)+"
)
_TAIL = re.compile(
    r"(?:曾经|曾|多次|反复|一再|再三|深刻|明确|特别|着重|突出|重点|专门|郑重|鲜明|明确地|深刻地|殷切|语重心长地?|在[^，,]*?[上中时里]|也|还|就|又|再次|进一步|已经|已|所|要|必须|应当|应|需要|需)+$"
)
_OWN = re.compile(
    r"我|笔者|本人|本院|本厅|本局|本市|本省|自己|大家|有人|他们|群众$|当事人$|申请人$"
)
_ENDS = "。！？!?；;\n"
_OPENERS, _CLOSERS = "“「『", "”」』"


def third_person(passage: Passage, start: int) -> str:
    """Whose words stand at `start` of a passage when they are not the official's own.

    Looked for is “X指出”, “X强调” and the like before the words, in the same sentence or
    right before the quotation that they stand in. Returns X as it is written (习近平总书记,
    党的二十大报告), or "".
    """
    text = passage.text
    before = text[:start]
    opener = _open_quote(before)
    if opener >= 0:
        return _speaker(passage, before[:opener], close=True)
    cut = max(before.rfind(sign) for sign in _ENDS)
    return _speaker(passage, before[cut + 1 :], close=False)


def _open_quote(before: str) -> int:
    """The place of the quotation mark still open at the end of `before`, or -1."""
    stack: list[int] = []
    for at, char in enumerate(before):
        if char in _OPENERS:
            stack.append(at)
        elif char in _CLOSERS and stack:
            stack.pop()
        elif char == '"':
            if stack and before[stack[-1]] == '"':
                stack.pop()
            else:
                stack.append(at)
    return stack[0] if stack else -1


def _speaker(passage: Passage, lead: str, close: bool) -> str:
    """The one who speaks after `lead`; with `close`, the verb must end it."""
    lead = lead.rstrip('“「『"')
    if close:
        cut = max(lead.rfind(sign) for sign in _ENDS)
        lead = lead[cut + 1 :]
        if about := _ABOUT.search(lead):
            return _who(passage, about.group("who"))
    who = ""
    # The comma that WEAK verbs need may be the very quotation mark that was cut off.
    for frame in _FRAME.finditer(lead + ("：" if close else "")):
        rest = lead[frame.end() :]
        if close and rest.strip("，,：: "):
            continue
        if any(sign in rest for sign in _CLOSERS) or rest.count('"') > 1:
            continue  # his quotation is over
        who = _who(passage, frame.group("who")) or who
    return who


def _who(passage: Passage, subject: str) -> str:
    """The subject without adverbs; "" when it is the official or nobody in particular."""
    while True:
        bare = _LEAD.sub("", _TAIL.sub("", subject)).strip()
        if bare == subject:
            break
        subject = bare
    official = passage.official
    own = (
        not subject
        or len(subject) < 2
        or len(subject) > 24
        or _OWN.search(subject)
        or (official.name and official.name in subject)
        or subject in official.office
    )
    return "" if own else subject
