"""How organs are called: by their full names, without their place, and for short."""

from __future__ import annotations

import re

_SUFFIX = (
    r"特别行政区|自治区|自治州|自治县|兵团|新区|开发区|经开区|高新区|街道|地区"
    r"|(?:省|市|(?<!军)区|县|州(?![市县区]))(?!长)|旗|盟|(?:镇|(?<!城)乡)(?![市县区长])"
)
# What stands before the place of a party's or a nation's organ in it.
_ABOVE = r"中共|中国共产党|中华人民共和国|中国人民银行|国家[\u4e00-\u9fff]{2,8}?(?:总局|(?<!总)局)"
# 城市管理局 manages no place called 城市.
_PLACE = re.compile(rf"(?:{_ABOVE})?(?!城市)([\u4e00-\u9fff]{{1,7}}?)({_SUFFIX})")
_PEOPLES = re.compile(r"(维吾尔|哈萨克|柯尔克孜|[\u4e00-\u9fff]族)+$")

# Kinds of organ by the words that an organization's name ends in, and the words that
# people use for that kind. General knowledge of how Chinese organs are called.
_KINDS: dict[str, tuple[str, ...]] = {
    "检察院": ("检察院", "检察机关", "检方", "检察官"),
    "法院": ("法院", "审判机关", "法官", "法庭"),
    "公安": ("公安局", "公安厅", "公安部", "公安机关", "公安分局", "警方", "公安", "警察", "民警"),
    "司法": ("司法厅", "司法局", "司法部", "司法行政机关", "司法行政部门"),
    "纪委": ("纪委", "监委", "纪检监察机关", "纪检干部", "监察委员会", "纪律检查委员会"),
    "政府": ("政府",),
    "人大": ("人大", "人大常委会", "人民代表大会"),
    "政协": ("政协",),
    "组织部": ("组织部", "组织部门"),
    "宣传部": ("宣传部", "宣传部门"),
    "统战部": ("统战部", "统战部门"),
    "政法委": ("政法委", "政法委员会"),
    "教育": ("教育部", "教育厅", "教育局", "教委", "教育部门"),
    "卫生": ("卫健委", "卫生健康委", "卫生部门", "卫生局"),
    "民政": ("民政部", "民政厅", "民政局", "民政部门"),
    "财政": ("财政部", "财政厅", "财政局", "财政部门"),
    "税务": ("税务局", "税务总局", "税务部门"),
    "外交": ("外交部", "外交部门"),
    "国资": ("国资委",),
    "发改": ("发改委", "发展改革委", "发展和改革委员会"),
    "应急": ("应急管理部", "应急管理厅", "应急管理局", "应急部门"),
    "生态环境": ("生态环境部", "生态环境厅", "生态环境局", "环保局", "环保部门"),
    "海关": ("海关",),
    "军": ("军区", "武警", "部队"),
    "研究": ("社会科学院", "研究院", "研究所"),
    "学校": ("大学", "学院", "党校", "校长"),
}  # fmt: skip
# Organs that are called by their kind alone, after whatever place.
_LONE = {w for k, v in _KINDS.items() if k not in ("政府", "军", "研究", "学校") for w in v[:2]}
_LONE |= {"消防救援支队", "消防救援总队", "烟草专卖局", "海事局", "气象局", "邮政管理局", "铁路局"}
# Organs that every place has and every remark mentions: without their place they mean nobody.
_EVERYWHERE = {"政府", "人民政府", "党委", "省委", "市委", "区委", "县委", "州委", "党工委", "工委"}
_PARTS = re.compile(r"[;；、,，\s]+")
# How parts of an organ's name are shortened in everyday speech.
_SHORTENED = """
    市场监督管理>市场监管 卫生健康委员会>卫健委 卫生健康>卫健 人力资源和社会保障>人社
    人力资源社会保障>人社 发展和改革委员会>发改委 发展改革委员会>发改委 生态环境>环保
    住房和城乡建设>住建 住房城乡建设>住建 农业农村>农业 交通运输>交通 文化和旅游>文旅
    国有资产监督管理委员会>国资委 工业和信息化>工信 教育委员会>教委 纪律检查委员会>纪委
    监察委员会>监委 政法委员会>政法委 应急管理>应急 医疗保障>医保 城市管理>城管
    民族宗教事务>民宗 科学技术>科技 林业和草原>林草 广播电视>广电 统一战线工作部>统战部
    总工会>工会 妇女联合会>妇联 残疾人联合会>残联 工商业联合会>工商联 消防救援>消防
    金融监督管理>金融监管 粮食和物资储备>粮食 药品监督管理>药监 社会科学院>社科院
    人民代表大会常务委员会>人大常委会 人民代表大会>人大 政治协商会议>政协 退役军人事务>退役军人
    综合行政执法>执法 大数据发展管理>大数据 自然资源和规划>自然资源 机关事务管理>机关事务
    国家税务>税务 人民检察院>检察院 人民法院>法院 交通警察>交警 刑事侦查>刑侦 巡逻警察>巡警
    特种警察>特警 出入境管理>出入境
    出入境边防检查>边检 边防检查>边检 社区矫正>社矫 戒毒管理>戒毒
"""
_SHORT = dict(pair.split(">") for pair in _SHORTENED.split())
# The organ that a part of it is named after: 公安局 before 交通警察支队.
_WITHIN = re.compile(
    r".+?[局厅院委部](?=[\u4e00-\u9fff]{2,}(?:[支总大中]队|分局|分院|局|处|庭|中心|研究所)$)"
)
_RANKED = re.compile(
    r"^(?:最高|高级|中级|基层|铁路运输|海事|知识产权|互联网|金融|森林)+(?=人民|法院|检察院)"
)
_COURT = {
    "高级人民法院": "高院",
    "中级人民法院": "中院",
    "最高人民法院": "最高法",
    "最高人民检察院": "最高检",
}


def places_of(office: str) -> frozenset[str]:
    """Place names in an office, with and without their administrative suffix."""
    found: set[str] = set()
    for part in _PARTS.split(office):
        at = 0
        while match := _PLACE.match(part, at):
            stem, suffix = match.group(1), match.group(2)
            found.add(stem + suffix)
            short = _PEOPLES.sub("", stem) if suffix.startswith("自治") else stem
            found.add(short)
            if len(short) >= 4:  # a province without its suffix before a town
                found |= {short[:2], short[2:]}
            at = match.end()
    return frozenset(p for p in found if len(p) >= 2)


def whole_places_of(office: str) -> list[str]:
    """The place names that an office begins with, each as it is written, the widest first."""
    return [p for part in _PARTS.split(office) for p in _parted(part)[0]]


def organs_of(organization: str) -> frozenset[str]:
    """Names of the organ without its place, and for short: 中级人民法院, 人民法院, 法院, 中院."""
    found: set[str] = set()
    for part in _PARTS.split(organization):
        at = 0
        while match := _PLACE.match(part, at):
            at = match.end()
        rest = part[at:]
        if len(rest) >= 2:
            found |= _called(rest)
        if not at:  # the place before it has no suffix
            found |= {w for w in _LONE if part.endswith(w) and len(part) > len(w)}
        found.add(part)
    return frozenset(o for o in found if len(o) >= 2 and o not in _EVERYWHERE)


def named_organs(office: str) -> frozenset[str]:
    """The usual names of organs that stand in an office, whoever's office it is."""
    words = (w for kind in _KINDS.values() for w in kind)
    return frozenset(w for w in words if len(w) > 2 and w in office and w not in _EVERYWHERE)


def kinds_of(office: str) -> frozenset[str]:
    """The kinds of organ that an office belongs to."""
    return frozenset(k for k, words in _KINDS.items() if any(w in office for w in words))


def is_place(wanted: str, office: str) -> bool:
    """Whether an office is of a place, named with or without its suffix."""
    bare = not _PLACE.match(office) and len(wanted) > 1
    return wanted in places_of(office) or (bare and office.startswith(wanted))


def is_organ(wanted: str, organization: str) -> bool:
    """Whether an organization is the one meant: by its whole name, without its place or for short.

    A name with a place means the organ of that very place, not those of the towns in it; one
    without means that organ everywhere.
    """
    return any(_same(_parted(wanted), _parted(part)) for part in _PARTS.split(organization))


def is_of_kind(wanted: str, office: str) -> bool:
    """Whether an office is of a kind of organ: a usual word for one, or its name's end."""
    kinds = {kind for kind, words in _KINDS.items() if wanted == kind or wanted in words}
    if kinds:
        return bool(kinds & kinds_of(office))
    return any(part.endswith(wanted) for part in _PARTS.split(office) if wanted)


def _parted(name: str) -> tuple[list[str], str]:
    """The places that a name begins with, the widest first, and the rest."""
    places, at = [], 0
    while match := _PLACE.match(name, at):
        places.append(match.group(1) + match.group(2))
        at = match.end()
    return places, name[at:]


def _same(wanted: tuple[list[str], str], held: tuple[list[str], str]) -> bool:
    places, organ = wanted
    if places and places != held[0][-len(places) :]:
        return False
    if not organ or not held[1]:
        return organ == held[1] and bool(places)
    if len(organ) < 2 or (not places and organ in _EVERYWHERE):
        return organ == held[1]
    return organ in _called(held[1]) or _short(organ) == _short(held[1])


def _short(organ: str) -> str:
    for long, short in _SHORT.items():
        organ = organ.replace(long, short)
    return organ


def kinds_in(text: str) -> set[str]:
    """The kinds of organ of which a text speaks."""
    return {kind for kind, words in _KINDS.items() if any(w in text for w in words)}


def without_kinds(text: str) -> str:
    """A text without the words for kinds of organ."""
    words = sorted((w for kind in _KINDS.values() for w in kind), key=len, reverse=True)
    return re.sub("|".join(words), " ", text)


def _called(rest: str) -> set[str]:
    """An organ's name without its place, as people say it."""
    found = {rest, _RANKED.sub("", rest)}
    for name in list(found):
        found.add(re.sub(r"^(人民|市|省|区|县)+", "", name))
        for long, short in _SHORT.items():
            if long in name:
                found.add(name.replace(long, short))
    found |= {name[m.end() :] for name in list(found) if (m := _WITHIN.match(name))}
    found |= {_COURT[rest]} if rest in _COURT else set()
    found |= {n[:-3] + "委" for n in found if n.endswith("委员会") and len(n) > 5}
    return {n for n in found if len(n) >= 2}
