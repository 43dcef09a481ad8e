"""Words that point to what a conversation was about: 他, 这项, 另一位, 第二点, the same."""

from __future__ import annotations

import re

from rag.ordinal import PLACE, POINT

# Who points to somebody; in English, too.
_PERSON_WORDS = (
    r"他们|她们|(?<![其吉])他(?!人)|她|该[院厅局部市区县省机单]|[这那]一?[位名](?![字单])|俩"
    r"|\b(?:he|she|they|him|her|his|their|them)\b"
)
ANOTHER = r"另外?(?:那|的)?[一两二三四五六几]?(?:个|位|名|人)"
POINTS_BACK = re.compile(
    rf"{_PERSON_WORDS}|这(?:个|些|项|位|句|一|方面|种|样)|那(?:个|些|项|位|句|一|方面|种)"
    rf"|上述|前面|刚才|上面|其中|其他|{ANOTHER}|另外?[一两二三几]|另外|剩下|其余|除此|除了这|还有(?:呢|谁|哪|什么|别的)"
    rf"|[前后上下]一句|原话|{POINT.pattern}|{PLACE.pattern}"
    r"|类似的?|相似的?|[同一]样的|这样的|展开|详细|具体(?:说|讲|点|怎么|是)|再(?:说|讲|举|谈)|继续|为什么这(?:么|样)"
    r"|\b(?:it|its|this|that|these|those|the same|else|in detail)\b",
    re.I,
)
# What can only mean somebody or something said before.
PERSON_BACK = re.compile(
    rf"^[这那]话?(?:都|真|真的|确实)?是|{_PERSON_WORDS}|上述|前面|刚才|上面|除此|除了这|{ANOTHER}"
    rf"|[前后上下]一句|原话|{POINT.pattern}|{PLACE.pattern}"
    r"|这(?:个|些|项|位|句|一|方面|种|样)(?![\u4e00-\u9fff]*(?:馆|院|局|厅|市|县|区|省|街|镇|村|校))"
    r"|那(?:个|些|项|位|句|方面|种)|\b(?:it|its|this|that|these|those|the same|else|in detail)\b",
    re.I,
)
# What points to somebody only: the question has its subject by itself.
PERSON = re.compile(_PERSON_WORDS, re.I)
# An office that only points back (这位局长), whoever else holds one of that name.
THIS_OFFICE = re.compile(r"(?:[这那]一?[位名]|该)[\u4e00-\u9fff]{0,3}?(?:长|书记|主任|主席|政委)")


def bare(question: str) -> str:
    """The question without the words that only point back."""
    text = POINTS_BACK.sub(" ", question)
    text = re.sub(
        r"^(?:那么?|那|还有?|又|然后|至于|关于|对于|一共|总共|合计|后来|最后|结果|[只就仅单](?:看|说|谈|讲|要|问|想)(?:一?[下说看讲])?"
        r"|(?:and|but|so|then|also|what about|how about)\b)"
        r"|[这那](?:边|里|儿)|姓.的|的?官员|[两二三几一]?位|除了|这一?(?:块|部分|段)",
        " ",
        text,
        flags=re.I,
    )
    return re.sub(r"呢(?=[?？,，]|$)|[?？]", " ", text).strip()
