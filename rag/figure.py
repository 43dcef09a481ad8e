"""Figures in Chinese text: values with their units, whichever way they are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from rag.script import one_script, run_on


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it stands in a text.

    Attributes:
        text: its words, with sign of approximation and unit: 近11.4万件.
        value: what it counts, the multiplier (万, 亿, 成) worked in.
        unit: the unit's class (``"%"``, ``"year"``, ``"case"``, …); "" for a bare number.
        bound: -1 for 近/不足, 1 for 余/多/超过, 0 for an exact figure, 2 for 约.
        chinese: whether it is written in Chinese numerals.
        start, end: its place in the text, end exclusive.
    """

    text: str
    value: Fraction
    unit: str
    bound: int
    chinese: bool
    start: int
    end: int


# Units by class. Two figures can only be the same if their classes agree; a "count" agrees
# with every other kind of count but a case is not a person.
_UNITS = {
    "point": "个百分点 百分点",
    "year": "年度 年",
    "decade": "年代",
    "month": "个月 月份 月",
    "day": "个工作日 工作日 日 号 天",
    "hour": "个小时 小时 时",
    "minute": "分钟",
    "money": "元人民币 元 美元 欧元 块钱",
    "area": "平方公里 平方千米 平方米 公顷 亩",
    "length": "公里 千米 海里 厘米 毫米 米",
    "weight": "公斤 千克 吨 斤",
    "volume": "立方米 升",
    "power": "千瓦时 千瓦 度",
    "times": "倍",
    "person": "人次 余人 个人 名 人 位",
    "case": "件次 件 起 宗 例 桩",
    "degree": "摄氏度 ℃",
    "age": "周岁 岁",
    "level": "级 层 等",
    "count": (
        "个 家 所 座 处 户 户次 项 条 种 类 批 批次 次 场 场次 期 部 份 台 辆 艘 支 片 块 间 栋 "
        "篇 套 对 双 册 本 张 幅 道 轮 届 门 组 类型 方面 大 点 步 环节 站 校 村 县 市 区 省 乡 "
        "镇 字 句 遍 趟 款 季度"
    ),
}
_CLASS = {word: name for name, words in _UNITS.items() for word in words.split()}
_UNIT = "|".join(sorted(map(re.escape, _CLASS), key=len, reverse=True))
_COUNTS = {"count", "person", "case", "level"}

_HAN = "零〇一二两三四五六七八九十百千"
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALES = {"万": 10**4, "亿": 10**8, "千": 1000, "百": 100, "十": 10, "万亿": 10**12}
_BEFORE = {
    -1: "将近 接近 不足 不到 低于 少于 近",
    1: "超过 突破 高达 多于 高于 不少于 至少 逾 超",
    2: "大约 大概 约",
}
_SIGN = {word: sign for sign, words in _BEFORE.items() for word in words.split()}
_SIGNS = "|".join(sorted(_SIGN, key=len, reverse=True))
_ARABIC = r"\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?(?!\d)|\d+(?:[.．]\d+)?"
_AFTER = r"余|多(?!数|元|样|次|种|级)|来(?=[个件人名家户起])|以上|几"
_FIGURE = re.compile(
    rf"(?P<sign>{_SIGNS})?"
    rf"(?:(?P<part>(?:百|千|万)分之)(?P<ratio>{_ARABIC}|[{_HAN}点]+)"
    rf"|(?P<low>[一二三四五六七八九十]{{1,3}}|\d+)分之(?P<high>[一二三四五六七八九十]{{1,3}}|\d+)"
    rf"|(?P<tenth>[一二两三四五六七八九])成(?P<half>[一二三四五六七八九半])?(?![效功果为长员立就都绩本])"
    rf"|(?P<arabic>{_ARABIC})|(?P<han>[{_HAN}](?:[{_HAN}]|[万亿](?=[{_HAN}])|点(?=[一二三四五六七八九零]))*))"
    rf"(?(arabic)(?P<scale_a>万亿|[百千]?[万亿]|千(?!米|克|瓦)|百)?|(?(han)(?P<scale_h>万亿|[万亿])?|))"
    rf"(?P<more>{_AFTER})?(?P<scale_b>(?(more)(?:[万亿])|(?!)))?"
    rf"(?P<unit>[%％‰]|{_UNIT})?(?P<over>以上|以下|余(?!地|力|热|生|额)|多(?=[，。、,；]|$))?"
)
# Numerals in words that count nothing, and numbers that only order or sum up.
_IDIOM = re.compile(
    r"第[零〇一二两三四五六七八九十百]+(?![零〇一二两三四五六七八九十百条款届号])|[一二三四五六七八九十]是(?=[^，。]{2})|十分|千方百计|万众|百姓|千家万户|千秋|百年"
    r"|一[一带路起定些样般体贯直致旦方面心切律并经批时次度系线流线把手]+|三农|四季|统一|唯一|同一|专一|单一"
    r"|不一|万一|进一步|一步|逐一|之一|百分百|七七八八|千万(?!元|人|吨|件|亩)|星期[一二三四五六]|周[一二三四五六]|初[一二三四五]"
)
_ORDER = re.compile(r"[（(]\d{1,2}[）)]|(?<![\d.])\d{1,2}[)）](?=\S)|第\d+[点个]")
_SUMMARY = re.compile(
    r"(?:[这上下以][述面列]?)?(?P<n>[一两二三四五六七八九十]|\d)(?:个)?"
    r"(?:方面|层面|角度|维度|点|位|名(?=官员|领导|负责)|个?官员|人(?=都|均|分别|各)|篇(?=文章|讲话)?|处|段|句(?=话)?|者)"
)


def figures(text: str) -> list[Figure]:
    """The figures in `text`, in order, numerals that count nothing left out.

    Arabic digits always count; Chinese numerals only with a unit, as a fraction or above
    nine. 一个, 一批 and the like are articles, 两个方面 and 三位官员 sums of the writer.
    """
    flat = one_script(text)
    blocked = [m.span() for pattern in (_IDIOM, _ORDER, _SUMMARY) for m in pattern.finditer(flat)]
    found = []
    for match in _FIGURE.finditer(flat):
        figure = _read(match)
        if figure and not any(
            a < figure.end and figure.start < b and (figure.chinese or b - a >= 1)
            for a, b in blocked
            if a <= match.start(_body(match)) < b
        ):
            found.append(figure)
    return found


def _body(match: re.Match[str]) -> str:
    """The group that holds the number itself."""
    return next(g for g in ("part", "low", "tenth", "arabic", "han") if match.group(g))


def _read(match: re.Match[str]) -> Figure | None:
    """The figure that a match stands for; None where it counts nothing."""
    unit_word = match.group("unit") or ""
    unit = {"%": "%", "‰": "‰"}.get(unit_word, _CLASS.get(unit_word, ""))
    chinese = not match.group("arabic")
    if match.group("part"):
        value = _number(match.group("ratio"))
        unit = {"百": "%", "千": "‰", "万": "‱"}[match.group("part")[0]]
    elif match.group("low"):
        low, value = _number(match.group("low")), _number(match.group("high"))
        if not low or value is None:
            return None
        value, unit = value / low, "fraction"
    elif match.group("tenth"):
        half = match.group("half")
        tail = Fraction(5) if half == "半" else Fraction(_DIGITS[half] if half else 0)
        value, unit = Fraction(10 * _DIGITS[match.group("tenth")]) + tail, "%"
    else:
        value = _number(match.group("arabic") or match.group("han"))
        scales = [match.group(g) for g in ("scale_a", "scale_h", "scale_b")]
        for scale in "".join(s for s in scales if s):
            value = None if value is None else value * _SCALES[scale]
        if chinese and value is not None and not _counts(match, value, unit):
            return None
    if value is None:
        return None
    text = match.group()
    return Figure(text, value, unit, _bound(match), chinese, match.start(), match.end())


def _counts(match: re.Match[str], value: Fraction, unit: str) -> bool:
    """Whether Chinese numerals count something: 一 is an article, a bare small one is a word."""
    if unit in ("year", "month", "day") and len(match.group("han")) > 1:
        return True
    if match.group("more"):
        return bool(unit)
    if value <= 1 or match.group("han") in ("百", "千", "十", "零", "〇"):
        return False
    return bool(unit) or value > 10


def _bound(match: re.Match[str]) -> int:
    """The sign of approximation of a match."""
    over = match.group("over") or ""
    if match.group("more") or (over and over != "以下"):
        return 1
    if over == "以下":
        return -1
    return _SIGN.get(match.group("sign") or "", 0)


@lru_cache(maxsize=4096)
def _number(word: str) -> Fraction | None:
    """The value of Arabic digits or Chinese numerals; None if it is no number."""
    if word[0].isdigit() and word[0].isascii():
        return Fraction(re.sub(r"[,，]", "", word).replace("．", "."))
    whole, _, rest = word.partition("点")
    if all(c in _DIGITS for c in whole + rest):
        digits = "".join(str(_DIGITS[c]) for c in whole) + (
            "." + "".join(str(_DIGITS[c]) for c in rest) if rest else ""
        )
        return Fraction(digits) if digits and digits[0] != "." else None
    total = section = digit = 0
    for char in whole:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in "万亿":
            total = (total + section + digit) * _SCALES[char]
            section = digit = 0
        else:
            section += (digit or 1) * _SCALES[char]
            digit = 0
    value = Fraction(total + section + digit)
    if rest:
        value += Fraction("0." + "".join(str(_DIGITS.get(c, 0)) for c in rest))
    return value


def same(said: Figure, source: Figure) -> bool:
    """Whether a figure of an answer may stand for a figure of its source.

    The unit's class must agree where both have one, and 近 is not 余. A figure marked as
    approximate (约, 近, 超过) may be rounded by up to a twentieth.
    """
    if not _agree(said.unit, source.unit):
        return False
    if said.value == source.value:
        return {said.bound, source.bound} != {-1, 1}
    if not said.bound or not source.value:
        return False
    off = (said.value - source.value) / source.value
    if abs(off) > Fraction(1, 20) or said.unit in ("year", "month", "day"):
        return False
    return said.bound == 2 or (off < 0 if said.bound == 1 else off > 0)


def _agree(a: str, b: str) -> bool:
    """Whether two classes of units may mean one thing."""
    if a == b or not a or not b:
        return True
    if {a, b} <= {"%", "fraction"}:
        return False
    return {a, b} <= _COUNTS and "count" in (a, b)


def missing(text: str, sources: list[str]) -> list[Figure]:
    """The figures of `text` that stand in none of `sources`."""
    wanted = figures(run_on(text))
    if not wanted:
        return []
    sources = [one_script(run_on(source)) for source in sources]
    known = [figure for source in sources for figure in figures(source)]
    years = [f.value for f in known if f.unit == "year" or 1900 <= f.value <= 2100]
    return [
        figure
        for figure in wanted
        if not any(same(figure, other) for other in known)
        and not _in_words(figure, sources)
        and not (figure.unit in ("", "year") and figure.value in years)
    ]


def _in_words(figure: Figure, sources: list[str]) -> bool:
    """Whether the figure's own words stand in a source (a name such as 四大检察)."""
    if not figure.chinese:
        return False
    return any(figure.text in source for source in sources)
