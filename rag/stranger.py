"""People and organs that a question asks about and the library does not hold."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.organ import kinds_of
from rag.roster import Entry, Roster
from store import surname_of

# The common family names; a token that a segmenter calls a name must begin with one.
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛"
    "范彭郎鲁韦昌马苗凤方俞任袁柳史唐费廉岑薛雷贺倪汤滕殷罗毕郝安常乐于傅卞齐康伍余顾孟黄"
    "穆萧尹姚邵汪毛狄臧戴宋庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路江童颜郭梅林钟徐邱骆高夏蔡田"
    "樊胡凌霍虞万柯管卢莫房裘缪解应丁宣邓洪包左石崔龚程邢裴陆翁荀惠曲封靳段焦巴牧车侯全班"
    "仇甘厉祖武符刘景詹束龙叶司黎乔白赖卓池谭申冉牛温庄晏柴瞿阎连习艾易廖耿匡文寇欧沃蔚聂"
    "敖冷辛那简饶曾沙丰关查游权盖岳帅况闫肖付代翟佟娄苟麦原贡"
)
_SPEAKS = (
    r"(?:同志|先生|女士|书记|检察长|院长|[副]?[局厅部市区县省州处科司]长|主任|主席|代表|委员)?"
    r"(?:是?怎[么样]|如何|对|就|说|认为|谈|讲|提出|主张|强调|指出|有什么|有哪些|有没有|有何|分别|各自|都|关于|在.{1,20}[上中里方面]"
    r"|的(?:看法|观点|主张|讲话|文章|要求|说法|原话|意见)|和|与|、|、|呢)"
)
_TITLED = re.compile(
    r"(?<![\u4e00-\u9fff])(?:请问|问问|那么?|那位)?([\u4e00-\u9fff])(检察长|院长|书记|主任|主席|副?[局厅部市区县省州]长)"
    r"(?=[\u4e00-\u9fff])"
)
_ORGAN = re.compile(
    r"([\u4e00-\u9fff]{2,6}?[省市县区州]|[\u4e00-\u9fff]{2,3})"
    r"(?:第[一二三四五六七八九十]+)?(?:高级|中级|最高|铁路|海事|人民|知识产权)*"
    r"(检察院|法院|公安[局厅]|司法[局厅]|教育[局厅]|财政[局厅]|民政[局厅]|税务局|海关"
    r"|纪委|市委|省委|区委|县委|政府)"
)
_BEGINS = re.compile(rf"(?:^|[,，。、和与跟问])([\u4e00-\u9fff]{{2,3}}?)(?={_SPEAKS})")
# What may follow a place whose officials are asked about: 官员, 高院院长, 的财政局长.
_RESIDENT = (
    r"(?:的|那位|这位|那个|省|市|县|区)*(?:[\u4e00-\u9fff]{0,6}?)"
    r"(?:官员|领导|负责人|干部|高院|中院|检察院|法院|[局厅](?!长)|[局厅院部市区县省州校所]长|书记|主任|检察长)"
)
_TITLE_AFTER = re.compile(
    r"副?(?:[局厅部市区县省州处科司院校所]长|书记|主任|主席|检察长|委员|代表)"
)
_QUOTED = re.compile(r"[“「『\"][^”」』\"]*[”」』\"]")
_ORGAN_ENDS = "厅局院部委办处科所会长"
_LEAD = re.compile(
    r"^(请问|请|问一下|想知道|我想知道|那么|那|在|据|对于|关于|和|与|以及|比较|对比)+"
)


def strangers(question: str, roster: Roster, corpus: str) -> list[str]:
    """Names and organs in the question that mean nobody in the library.

    Names come from the segmenter's tags and must begin with a family name and stand
    where a speaker stands; organs must carry a place that no official has and no
    passage mentions.
    """
    question = _QUOTED.sub("，", question)  # names inside a quotation are not asked about
    found = [*_people(question, roster, corpus), *_titled(question, roster, corpus)]
    found += _organs(question, roster, corpus)
    found += _residents(question, roster, corpus)
    return [f for f in dict.fromkeys(found) if not any(f != g and f in g for g in found)]


def near_names(stranger: str, names: Iterable[str]) -> list[str]:
    """The three names of the library most like the one asked for, the most alike first."""
    from rapidfuzz import fuzz, process

    found = process.extract(stranger, list(dict.fromkeys(names)), scorer=fuzz.ratio, limit=3)
    return [name for name, score, _ in found if score >= 50]


def _people(question: str, roster: Roster, corpus: str) -> list[str]:
    import rjieba

    known = {e.official.name for e in roster.entries}
    found, at = [], 0
    for word, tag in rjieba.tag(question):
        start, at = at, at + len(word)
        if tag not in ("nr", "nrt", "nrfg") or not 2 <= len(word) <= 4:
            continue
        if word[0] not in _SURNAMES or any(word in k or k in word for k in known):
            continue
        if len(word) > len(surname_of(word)) + 2:
            continue  # 石沉大海
        if word[-1] in _ORGAN_ENDS:
            continue
        before, after = question[:start], question[at:]
        placed = not _LEAD.sub("", before) or before[-1] in ",，。?？、和与跟及 :："
        if placed and re.match(_SPEAKS, after) and not _topic(word, corpus):
            found.append(word)
    return found or _odd_names(question, roster, corpus)


def _odd_names(question: str, roster: Roster, corpus: str) -> list[str]:
    """Names that the segmenter does not know: a family name and syllables that form no word."""
    import rjieba

    known = {e.official.name for e in roster.entries}
    organs = {o for e in roster.entries for o in e.organs}
    found = []
    for match in _BEGINS.finditer(_LEAD.sub("", question)):
        word = match.group(1)
        odd = len(rjieba.cut(word, False)[0]) == 1  # by the dictionary alone
        if word[-1] in _ORGAN_ENDS or any(word in o for o in organs):
            continue
        if any(k.startswith(word) and k in question for k in known):
            continue  # 和 may end a name: 张永和怎么谈
        if _TITLE_AFTER.match(question, question.find(word) + 1):
            continue  # 王书记, 王副市长: a title, not a given name
        if word[0] in _SURNAMES and odd and word not in corpus and word not in known:
            found.append(word)
    return found


def _residents(question: str, roster: Roster, corpus: str) -> list[str]:
    """Places whose officials are asked about and that no official of the library has."""
    import rjieba

    known = {p for e in roster.entries for p in e.places}
    found, at = [], 0
    for word, tag in rjieba.tag(question):
        at += len(word)
        asked = re.match(_RESIDENT, question[at:]) if tag == "ns" and len(word) > 1 else None
        if not asked:  # all passages are only read where it matters
            continue
        stem = re.sub(r"[省市县区州]$", "", word)
        named = any(e.official.name.startswith(stem) for e in roster.entries)  # 濮阳局长
        if not named and not any(stem in k for k in known) and stem not in corpus:
            found.append(word + asked.group().lstrip("的"))
    return found


def _topic(word: str, corpus: str) -> bool:
    """Whether the word is rather a thing that the passages talk about."""
    return len(word) > 3 and word in corpus


def _titled(question: str, roster: Roster, corpus: str) -> list[str]:
    own = {e.surname for e in roster.entries}
    return [
        m.group(1) + m.group(2)
        for m in _TITLED.finditer(question)
        if m.group(1) in _SURNAMES
        and m.group(1) not in own
        and m.group() not in corpus
        and m.group(1) != "那"  # 那检察长呢 points, and asks for nobody called 那
    ]


def _organs(question: str, roster: Roster, corpus: str) -> list[str]:
    known = {p for e in roster.entries for p in e.places | e.organs}
    whole = {e.official.organization for e in roster.entries}
    found = []
    for match in _ORGAN.finditer(_LEAD.sub("", question)):
        place, organ = match.group(1), match.group(2)
        # An organ called after a place without 省, 市, 县 holds its place in its own name alone.
        if any(o in match.group() for o in whole if o.endswith(organ) and o != organ):
            continue
        stem = re.sub(r"[省市县区州]$", "", place)
        there = [e for e in roster.entries if any(p in place for p in e.places)]
        if there and not _holds_organ(there, organ):
            found.append(match.group())
        if any(k in place or stem in k for k in known) or stem in corpus:
            continue
        if _is_place(stem) or place != stem:
            found.append(match.group())
    return found


def _holds_organ(entries: Iterable[Entry], organ: str) -> bool:
    """Whether any of some officials belongs to that kind of organ."""
    kinds = kinds_of(organ)
    if not kinds or organ[-1] == "委" or organ == "政府":
        return True  # what every place has says nothing
    return any(kinds & e.kinds for e in entries)


def _is_place(word: str) -> bool:
    import rjieba

    return [t for _, t in rjieba.tag(word)] == ["ns"]
