"""Who is in the library, and by which words a question may mean them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from store import Official

_SUFFIX = (
    r"特别行政区|自治区|自治州|自治县|兵团|新区|开发区|经开区|高新区|街道|地区"
    r"|(?:省|市|(?<!军)区|县|州(?![市县区]))(?!长)|旗|盟|(?:镇|乡)(?![市县区长])"
)
_PLACE = re.compile(rf"(?:中共|中国共产党)?([\u4e00-\u9fff]{{1,7}}?)({_SUFFIX})")
_PEOPLES = re.compile(r"(维吾尔|哈萨克|柯尔克孜|[\u4e00-\u9fff]族)+$")
_COMPOUND = re.findall(
    "..", "欧阳司马上官诸葛东方夏侯皇甫尉迟公孙慕容令狐宇文长孙司徒端木南宫独孤轩辕"
)

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
_TITLE = re.compile(
    r"副?(?:[\u4e00-\u9fff]{0,4}?)(?:书记|检察长|院长|局长|厅长|部长|市长|区长|县长|省长|主任|主席"
    r"|司长|处长|署长|行长|校长|所长|关长|委员|常委|司令员|政委|政治委员|总队长|支队长|秘书长|巡视员|会长)"
)
# What is left of a phrase like 兼任公安局长的那位副市长 once the office is taken out.
_JOINTS = re.compile(
    r"兼任?|所在的?|领导的|负责的|(?<= )[和与及、的在]+(?= )|(?<= )的|^[和与及、的在 ]+"
)
# Organs that every place has and every remark mentions: without their place they mean nobody.
_LATIN = re.compile(r"[A-Za-z]{2}")
_EVERYWHERE = {"政府", "人民政府", "党委", "省委", "市委", "区委", "县委", "州委", "党工委", "工委"}
_HEADS = "局厅部市区县省州处科司院校所关行署会"
_GENERIC = {"书记", "委员", "常委", "党组书记", "党委书记", "党委委员", "党组成员"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One official and the words that may mean him or her."""

    official: Official
    surname: str
    places: frozenset[str]
    organs: frozenset[str]
    kinds: frozenset[str]
    titles: frozenset[str]


def places_of(office: str) -> frozenset[str]:
    """Place names in an office, with and without their administrative suffix."""
    found: set[str] = set()
    for part in re.split(r"[;；、,，\s]+", office):
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


def organs_of(organization: str) -> frozenset[str]:
    """Names of the organ without its place: 人民法院, 法院."""
    found: set[str] = set()
    for part in re.split(r"[;；、,，\s]+", organization):
        at = 0
        while match := _PLACE.match(part, at):
            at = match.end()
        rest = part[at:]
        if len(rest) >= 2:
            found.add(rest)
            found.add(re.sub(r"^(人民|市|省|区|县)+", "", rest))
        found.add(part)
    return frozenset(o for o in found if len(o) >= 2 and o not in _EVERYWHERE)


def _named_organs(office: str) -> frozenset[str]:
    """The usual names of organs that stand in an office, whoever's office it is."""
    words = (w for kind in _KINDS.values() for w in kind)
    return frozenset(w for w in words if len(w) > 2 and w in office and w not in _EVERYWHERE)


def kinds_of(office: str) -> frozenset[str]:
    """The kinds of organ that an office belongs to."""
    return frozenset(k for k, words in _KINDS.items() if any(w in office for w in words))


def titles_of(position: str) -> frozenset[str]:
    """Titles in a position, each also without its prefix (党委书记 → 书记 stays generic)."""
    found: set[str] = set()
    for part in re.split(r"[;；、,，\s兼]+", position):
        for match in _TITLE.finditer(part):
            title = match.group()
            found.add(title)
            bare = re.search(rf"副?(?:检察长|[{_HEADS}]长|书记|主任|主席|政委)$", title)
            if bare:
                found.add(bare.group())
    return frozenset(t for t in found if t not in _GENERIC)


def surname_of(name: str) -> str:
    """The family name of a Chinese name."""
    return next((c for c in _COMPOUND if name.startswith(c) and len(name) > 2), name[:1])


@cache
def romanised(name: str) -> frozenset[str]:
    """A name as it is written in Latin letters: lu chengyuan, chengyuan lu, lu cheng yuan."""
    from pypinyin import lazy_pinyin

    family = surname_of(name)
    first, last = lazy_pinyin(name[len(family) :]), "".join(lazy_pinyin(family))
    given = {"".join(first), " ".join(first)}
    return frozenset(f for g in given for f in (f"{last} {g}", f"{g} {last}", last + g))


def _romanised_at(text: str, name: str) -> int:
    places = [m.start() for r in romanised(name) if (m := re.search(rf"\b{r}\b", text))]
    return min(places, default=-1)


@dataclass(slots=True)
class Roster:
    """Finds the officials that a text means.

    Sets found by name are put together; sets found by place, organ, title or surname
    narrow each other where that leaves somebody, else they are put together
    (“检察院和公安局” means both).
    """

    entries: list[Entry] = field(default_factory=list)

    @classmethod
    def of(cls, officials: Iterable[Official]) -> Roster:
        """The roster of a library's officials."""
        made = []
        for o in officials:
            office = f"{o.organization};{o.position}"
            made.append(
                Entry(
                    o,
                    surname_of(o.name),
                    places_of(office),
                    organs_of(o.organization) | _named_organs(office),
                    kinds_of(office),
                    titles_of(o.position),
                )
            )
        return cls(made)

    def named(self, text: str) -> list[Official]:
        """Those whose full name stands in the text, in the order in which they appear."""
        found = [(text.find(e.official.name), e.official) for e in self.entries]
        if _LATIN.search(text):
            low = re.sub(r"[\s'’-]+", " ", text.lower())
            found += [(_romanised_at(low, e.official.name), e.official) for e in self.entries]
        ordered = [o for at, o in sorted(found, key=lambda f: f[0]) if at >= 0]
        return list(dict.fromkeys(ordered))

    def meant(self, text: str) -> list[Official]:
        """Those whom the text means by name, surname, title, organ or place."""
        names = self.named(text)
        if names:
            return names
        found = (
            self._by_surname(text),
            self._by_title(text),
            self._by_organ(text),
            self._by_place(text),
        )
        sets = [s for s in found if s]
        if not sets:
            return []
        common = set.intersection(*sets)
        chosen = common or self._reconciled(sets)
        return [e.official for e in self.entries if e.official.key in chosen]

    @staticmethod
    def _reconciled(sets: Sequence[set[str]]) -> set[str]:
        """Where no one fits every word: those who fit the most of them."""
        union = set.union(*sets)
        votes = {k: sum(k in s for s in sets) for k in union}
        most = max(votes.values())
        return {k for k, v in votes.items() if v == most} if most > 1 else union

    def _by_surname(self, text: str) -> set[str]:
        found = set()
        for e in self.entries:
            titles = "|".join(map(re.escape, sorted(e.titles, key=len, reverse=True)))
            called = rf"{e.surname}(?:某|{titles or '某'}|书记|局|厅|院|检)(?![\u4e00-\u9fff]?某)"
            if re.search(rf"姓{e.surname}(?![\u4e00-\u9fff]?名)|{called}", text):
                found.add(e.official.key)
        return found

    def _by_title(self, text: str) -> set[str]:
        found: set[str] = set()
        for e in self.entries:
            for t in e.titles:
                for match in re.finditer(re.escape(t), text):
                    before = text[match.start() - 1 : match.start()]
                    if before != "副" or t.startswith("副"):
                        found.add(e.official.key)
        return found

    def _by_organ(self, text: str) -> set[str]:
        return {e.official.key for e in self.entries if any(o in text for o in e.organs)}

    def without(self, text: str, officials: Iterable[Official]) -> str:
        """The text without the words by which it means these officials."""
        chosen = {o.key for o in officials}
        words = {
            word
            for e in self.entries
            if e.official.key in chosen
            for word in {e.official.name, *e.organs, *e.places, *e.titles, f"姓{e.surname}"}
        }
        for word in sorted(words, key=len, reverse=True):
            text = text.replace(word, " ")
        if _LATIN.search(text):
            for o in officials:
                for name in romanised(o.name):
                    text = re.sub(rf"\b{name.replace(' ', '[ -]*')}\b", " ", text, flags=re.I)
        return _JOINTS.sub(" ", text)

    def hinted(self, text: str) -> frozenset[str]:
        """Keys of those whose kind of organ the text speaks of: a hint, not a limit."""
        kinds = {k for k, words in _KINDS.items() if any(w in text for w in words)}
        return frozenset(e.official.key for e in self.entries if kinds & e.kinds)

    def _by_place(self, text: str) -> set[str]:
        """By the most exact place named: a town outdoes the province around it."""
        best: dict[str, int] = {}
        for e in self.entries:
            hits = [p for p in e.places if p in text]
            if hits:
                best[e.official.key] = len({p[:2] for p in hits})
        most = max(best.values(), default=0)
        return {k for k, n in best.items() if n == most}
