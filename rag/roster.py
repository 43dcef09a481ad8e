"""Who is in the library, and by which words a question may mean them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from rag.organ import kinds_in, kinds_of, named_organs, organs_of, places_of
from store import Official, surname_of

_TITLE = re.compile(
    r"副?(?:[\u4e00-\u9fff]{0,4}?)(?:书记|检察长|院长|局长|厅长|部长|市长|区长|县长|省长|主任|主席"
    r"|司长|处长|署长|行长|校长|所长|关长|委员|常委|司令员|政委|政治委员|总队长|支队长|秘书长|巡视员|会长)"
)
# What is left of a phrase like 兼任公安局长的那位副市长 once the office is taken out.
_JOINTS = re.compile(
    r"兼任?|所在的?|领导的|负责的|(?<= )[和与及、的在]+(?= )|(?<= )的|^[和与及、的在 ]+"
)
_QUOTED = re.compile(r"([“「『\"][^”」』\"]*[”」』\"])")
_LATIN = re.compile(r"[A-Za-z]{2}")
# Characters that may stand before the short name of an organ: conjunctions, pronouns, places.
_BEFORE_ORGAN = "和与及跟同对在由从向给让被问据的那该各家省市县区州盟旗级院局厅委部看谈说是比"
_BEFORE_NAME = "和与及跟同对给向被让把请问的那位是听按照据、"
# Words that look like a surname with an office, or end in a surname.
_ORGAN_WORDS = frozenset(("高院", "高检", "中院"))
# Places that English does not spell as pinyin does.
_OWN_SPELLING = {
    "陕西": "shaanxi",
    "西藏": "tibet",
    "新疆": "xinjiang",
    "内蒙古": "inner mongolia",
    "香港": "hong kong",
    "澳门": "macao|macau",
    "哈尔滨": "harbin",
    "乌鲁木齐": "urumqi",
    "拉萨": "lhasa",
    "呼和浩特": "hohhot",
}
_JOINING = frozenset(("对于", "由于", "关于", "至于", "等于", "在于", "基于"))
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


def _stands(organ: str, text: str) -> bool:
    """Whether an organ is named; a short name not where it ends another word (智慧法院)."""
    if len(organ) > 3:
        return organ in text
    organ = re.escape(organ)
    free = rf"(?<![\u4e00-\u9fff]){organ}|[{_BEFORE_ORGAN}]{organ}|{organ}长"
    return bool(re.search(free, text))


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


@cache
def romanised(name: str) -> frozenset[str]:
    """A name as it is written in Latin letters: lu chengyuan, chengyuan lu, lu cheng yuan."""
    from pypinyin import lazy_pinyin

    family = surname_of(name)
    first, last = lazy_pinyin(name[len(family) :]), "".join(lazy_pinyin(family))
    given = {"".join(first), " ".join(first)}
    return frozenset(f for g in given for f in (f"{last} {g}", f"{g} {last}", last + g))


def _spelt(place: str, text: str) -> bool:
    """Whether a place stands in a text in Latin letters, lower case as pinyin writes it."""
    return bool(re.search(rf"\b(?:{'|'.join(_latin_places(place))})\b", text))


@cache
def _latin_places(place: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    return (
        "".join(lazy_pinyin(place)),
        *([_OWN_SPELLING[place]] if place in _OWN_SPELLING else []),
    )


def _alone(name: str, space: str = " ") -> str:
    """The pattern of a name in Latin letters as a word of its own; `space` is its own pattern."""
    return rf"\b{space.join(map(re.escape, name.split(' ')))}\b"


def _romanised_at(text: str, name: str) -> int:
    places = [m.start() for r in romanised(name) if (m := re.search(_alone(r), text))]
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
                    organs_of(o.organization) | named_organs(office),
                    kinds_of(office),
                    titles_of(o.position),
                )
            )
        return cls(made)

    def named(self, text: str) -> list[Official]:
        """Those whose full name stands in the text, in the order in which they appear."""
        found = [(self._name_at(text, e.official.name), e.official) for e in self.entries]
        if _LATIN.search(text):
            low = re.sub(r"[\s'’-]+", " ", text.lower())
            found += [(_romanised_at(low, e.official.name), e.official) for e in self.entries]
        ordered = [o for at, o in sorted(found, key=lambda f: f[0]) if at >= 0]
        return list(dict.fromkeys(ordered))

    def _name_at(self, text: str, name: str) -> int:
        """Where a name stands in a text and in no longer name (王伟 in 王伟民), or -1."""
        longer = [e.official.name for e in self.entries if name in e.official.name != name]
        for other in longer:
            text = text.replace(other, "\n" * len(other))
        return text.find(name)

    def meant(self, text: str) -> list[Official]:
        """Those whom the text means by name, surname, title, organ or place."""
        names = self.named(text)
        if names:
            return self._told_apart(names, text)
        sets = [s for s in self._pointers(text) if s]
        if not sets:
            return []
        common = set.intersection(*sets)
        chosen = common or self._reconciled(sets)
        return [e.official for e in self.entries if e.official.key in chosen]

    def _told_apart(self, officials: list[Official], text: str) -> list[Official]:
        """Of several of one name, those whose title, organ or place the text has, if any."""
        by_name: dict[str, set[str]] = {}
        for o in officials:
            by_name.setdefault(o.name, set()).add(o.key)
        if len(by_name) == len(officials):
            return officials
        _, *pointers = self._pointers(text)
        for name in by_name:
            for pointed in pointers:
                by_name[name] = by_name[name] & pointed or by_name[name]
        return [o for name, keys in by_name.items() for o in officials if o.key in keys]

    def by_place_alone(self, text: str) -> bool:
        """Whether the text means its officials by nothing but a place: whoever is there."""
        *person, place = self._pointers(text)
        return bool(place) and not any(person) and not self.named(text)

    def _pointers(self, text: str) -> tuple[set[str], ...]:
        """Keys of those meant by surname, title, organ and place; words in quotes mean nobody."""
        text = _QUOTED.sub(" ", text)
        return (
            self._by_surname(text),
            self._by_title(text),
            self._by_organ(text),
            self._by_place(self._without_organs(text)),
        )

    def _without_organs(self, text: str) -> str:
        """The text without whole names of organs: a place in one points to nobody else there."""
        for whole in sorted({e.official.organization for e in self.entries}, key=len, reverse=True):
            text = text.replace(whole, " ") if len(whole) > 3 else text
        return text

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
            # 公安局长 is no 局长 named 安: before a surname no word goes on.
            surname = rf"(?:(?<![\u4e00-\u9fff])|(?<=[{_BEFORE_NAME}])){re.escape(e.surname)}"
            called = rf"{surname}(?:某|{titles or '某'}|书记|局|厅|院|检)(?![\u4e00-\u9fff]?某)"
            match = re.search(rf"姓{re.escape(e.surname)}(?![\u4e00-\u9fff]?名)|{called}", text)
            before = text[match.start() - 1 : match.start() + 1] if match else ""
            if match and match.group() not in _ORGAN_WORDS and before not in _JOINING:
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
        return {e.official.key for e in self.entries if any(_stands(o, text) for o in e.organs)}

    def without(self, text: str, officials: Iterable[Official]) -> str:
        """The text without the words by which it means these officials."""
        chosen = {o.key for o in officials}
        words = {
            word
            for e in self.entries
            if e.official.key in chosen
            for word in {
                *{e.official.name, f"姓{e.surname}", *e.organs, *e.places, *e.titles},
                *{e.surname + title for title in e.titles},
            }
        }
        longest = sorted(words, key=len, reverse=True)
        if longest:
            pattern = re.compile("|".join(map(re.escape, longest)))
            parts = _QUOTED.split(text)  # what stands in quotation marks is content
            text = "".join(p if n % 2 else pattern.sub(" ", p) for n, p in enumerate(parts))
        if _LATIN.search(text):
            for o in officials:
                for name in romanised(o.name):
                    text = re.sub(_alone(name, "[ -]*"), " ", text, flags=re.I)
        return _JOINTS.sub(" ", text)

    def hinted(self, text: str) -> frozenset[str]:
        """Keys of those whose kind of organ the text speaks of: a hint, not a limit."""
        kinds = kinds_in(text)
        return frozenset(e.official.key for e in self.entries if kinds & e.kinds)

    def _by_place(self, text: str) -> set[str]:
        """By the most exact place named: a town outdoes the province around it."""
        best: dict[str, int] = {}
        low = text.lower() if _LATIN.search(text) else ""
        for e in self.entries:
            hits = [p for p in e.places if p in text or (low and _spelt(p, low))]
            if hits:
                best[e.official.key] = len({p[:2] for p in hits})
        most = max(best.values(), default=0)
        return {k for k, n in best.items() if n == most}
