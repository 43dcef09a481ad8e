"""Greetings, thanks and requests that have nothing to do with what officials said.

They are told by their form, before anything is searched: a passage offered as “the nearest” to a
thank-you, or to a wish for a poem, would be a nuisance.
"""

from __future__ import annotations

import re

from rag.draft import Draft

_LONGEST = 24  # characters; what goes on longer asks for something
_END = r"[呀啊呢吗了啦吧的,，!！。.~～?？ ]*"
_GREETING = re.compile(
    r"(?:嗨|哈喽|hello|hi|hey|[您你]好|你们好|大家好|早上?好|上午好|中午好|下午好|晚上好|在吗|在不在|有人吗)"
    rf"{_END}(?:言据)?{_END}",
    re.I,
)
_HEARD = r"(?:好的?|嗯+|行|ok|okay|明白|知道|懂|收到)"
_THANKS = re.compile(
    rf"(?:{_HEARD}{_END})?(?:(?:太|非常|多|十分)?"
    r"(?:谢谢|感谢|多谢|谢了|辛苦了|thanks?(?: you)?|thx)"
    r"[你您们啦了哈的]*[^?？谁吗什么哪怎多少几]{0,10}"
    rf"|{_HEARD}|(?:你|您|回答得|说得|讲得)?(?:真|太|很|挺|非常)(?:棒|好|厉害|有用|专业|聪明|贴心))"
    rf"{_END}",
    re.I,
)
_PARTING = re.compile(
    rf"(?:再见|拜拜|bye(?:[ -]?bye)?|goodbye|晚安|回头见|下次(?:见|再聊)|先这样){_END}", re.I
)
# Work of another kind: writing, telling, translating, reckoning, what is going on now.
_ELSE = re.compile(
    r"(?:请|麻烦)?[你您]?(?:能不能|能|可以)?(?:帮我|给我|为我|替我)?(?:"
    r"(?:讲|说|来)(?:一?个|点|几个|段)(?:冷?笑话|故事|段子)|讲笑话"
    r"|(?:写|作|编|创作)(?:一?[首篇段个封]|点|份).{0,12}(?:诗|歌|词|小说|作文|情书|故事|代码|程序|对联|请假条)"
    r"|唱(?:一?首|个)?歌|陪我(?:聊|玩)|(?:推荐|介绍)(?:一?[下些个部本首]|几[部本首个家款]).{0,8}"
    r"(?:电影|电视剧|小说|书|歌|餐厅|饭店|游戏|景点|手机|股票)"
    r"|(?:今天|明天|后天|这周|现在)的?.{0,4}(?:天气|气温|下雨|几点|几号|星期几|股价|汇率|金价|油价)"
    r"|.{0,12}(?:翻译|译)成(?:英文|英语|日语|法语|中文)"
    r"|tell me a joke|write (?:me )?a (?:poem|song|story))",
    re.I,
)
_SAYS = {
    "greeting": (
        "您好。可以问我资料库里的官员说过什么，例如某位官员怎么谈一件事，或者某句话是谁说的。",
        "Hello. Ask me what the officials in the library have said, or who said a sentence.",
    ),
    "thanks": ("不客气。可以接着问。", "You are welcome. Ask on."),
    "parting": ("再见。这次对话会保留。", "Goodbye. This conversation is kept."),
    "else": (
        "这件事我帮不上忙：我只根据资料库里官员发表过的文字回答，并给出出处。",
        "I cannot help with that: I only answer from what officials in the library have published.",
    ),
}


def kind_of_courtesy(asked: str) -> str:
    """``greeting``, ``thanks``, ``parting``, ``else``, or "" for a question to be answered."""
    text = asked.strip()
    if len(text) > _LONGEST:
        return ""
    whole = {"greeting": _GREETING, "thanks": _THANKS, "parting": _PARTING}
    for kind, form in whole.items():
        if form.fullmatch(text):
            return kind
    return "else" if _ELSE.match(text) else ""


def courteous(asked: str, language: str = "zh") -> Draft:
    """The reply to what `kind_of_courtesy` knows; it holds nothing that was said."""
    zh, en = _SAYS[kind_of_courtesy(asked)]
    return Draft(language, [en if language == "en" else zh], [], answered=False)
