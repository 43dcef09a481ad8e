"""Officials as an answer names them: by name, surname and title, or office."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.speech import STRONG
from store import Official, surname_of

_REGION = re.compile(
    r"[\u4e00-\u9fff]{2,8}?(?:特别行政区|自治区|自治州|自治县|地区|省|市|州|盟|县|旗|区)(?=[\u4e00-\u9fff]{2})"
)
_KIN = {
    "人民检察院": ("检察院", "检察机关"),
    "人民法院": ("法院",),
    "公安局": ("公安机关", "警方"),
    "公安厅": ("公安机关", "警方"),
    "司法厅": ("司法行政机关", "司法行政系统"),
    "司法局": ("司法行政机关", "司法行政系统"),
    "人民政府": ("政府",),
}
_TITLES = [
    "检察长",
    "院长",
    "厅长",
    "局长",
    "部长",
    "市长",
    "省长",
    "州长",
    "县长",
    "区长",
    "镇长",
    "乡长",
    "主席",
    "主任",
    "书记",
    "会长",
    "秘书长",
    "委员长",
    "行长",
    "校长",
    "司长",
    "处长",
    "署长",
    "所长",
    "总队长",
    "支队长",
    "大队长",
    "政委",
    "常委",
    "理事长",
    "董事长",
    "总经理",
    "庭长",
    "科长",
    "队长",
    "关长",
    "参事",
    "巡视员",
    "司令员",
    "发言人",
    "社长",
    "总编辑",
    "站长",
    "馆长",
    "教授",
    "研究员",
    "委员",
]
_NOT_TITLE = re.compile(r"期|效|久|安治|足|远|线|征")
_SAYS = re.compile(
    r"(?:党[组委]书记|[、和兼及]|[\u4e00-\u9fff]{0,6}[长任席]|书记|负责人|负责同志|方面|系统|[则也还都均就曾]|分别|同时"
    r"|在[^，。；,;]{1,24}[上中里时]|[（(][^）)]{1,30}[）)]|明确|特别|进一步|多次|反复|重点)*"
    rf"(?:{STRONG}|提出|要求|说|讲|[:：])"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that mean an official.

    Attributes:
        start, end: their place.
        words: as written.
        keys: every official who may be meant.
        says: whether a verb of speech (or a colon) follows.
        by_name: whether it is a full name.
    """

    start: int
    end: int
    words: str
    keys: frozenset[str]
    says: bool
    by_name: bool


class Mentions:
    """Finds the officials of a library in a text. Built once for a set of officials."""

    def __init__(self, officials: Sequence[Official]) -> None:
        names: dict[str, set[str]] = {}
        offices: dict[str, set[str]] = {}
        bare: dict[str, set[str]] = {}
        for official in officials:
            if official.name:
                names.setdefault(official.name, set()).add(official.key)
                for called in _called(official):
                    names.setdefault(called, set()).add(official.key)
            for alias, is_bare in _aliases(official):
                (bare if is_bare else offices).setdefault(alias, set()).add(official.key)
        self._full = {o.name for o in officials}
        self._keys = {
            a: frozenset(names.get(a, set()) | offices.get(a, set()) | bare.get(a, set()))
            for a in {*names, *offices, *bare}
        }
        self._bare = {a for a in bare if a not in offices and a not in names}
        known = sorted(self._keys, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, known))) if known else None

    def find(self, text: str) -> list[Mention]:
        """The mentions in `text`, in order, the longest of overlapping ones."""
        if self._pattern is None:
            return []
        found = []
        at = 0
        while match := self._pattern.search(text, at):
            words = self._shorter(match.group(), text, match.end())
            start, end = match.start(), match.start() + len(words)
            mention = self._mention(text, start, end)
            at = end if mention else start + 1
            if mention:
                found.append(mention)
        return found

    def _shorter(self, words: str, text: str, end: int) -> str:
        """王伟 rather than 王伟强 where 强 belongs to 强调."""
        if words[-1:] == "强" and text[end : end + 1] == "调" and words[:-1] in self._keys:
            return words[:-1]
        return words

    def _mention(self, text: str, start: int, end: int) -> Mention | None:
        words = text[start:end]
        before, after = text[max(0, start - 8) : start], text[end : end + 60]
        says = bool(_SAYS.match(after))
        if words in self._bare:
            # 检察院 alone is mostly a thing that is spoken of.
            if not says or re.search(r"[与和同向对由让使各级区县市省基层]$", before):
                return None
        elif (words not in self._full and words[-1:] in "长委" and _NOT_TITLE.match(after)) or (
            words in self._full and len(words) == 2 and not says and _wordlike(text, start, end)
        ):
            return None
        return Mention(start, end, words, self._keys[words], says, words in self._full)


def _wordlike(text: str, start: int, end: int) -> bool:
    """Whether two characters that are also a name stand inside or as another word here."""
    import rjieba

    low, high = max(0, start - 8), min(len(text), end + 8)
    at = low
    for word, tag in rjieba.tag(text[low:high]):
        if at <= start < at + len(word):
            whole = at == start and at + len(word) == end
            return not (whole and tag.startswith("nr")) and (not whole or tag[:1] not in "nx")
        at += len(word)
    return False


def _called(official: Official) -> list[str]:
    """Surname and title: 王检察长."""
    if not re.fullmatch(r"[\u4e00-\u9fff]{2,4}", official.name):
        return []
    titles = [t for t in _TITLES if t in official.position]
    return [surname_of(official.name) + t for t in titles]


def _aliases(official: Official) -> list[tuple[str, bool]]:
    """Names of the office, and whether each is bare: without a place, good only for a speaker."""
    organization = official.organization
    regions: list[str] = []
    at = 0
    while match := _REGION.match(organization, at):
        regions.append(match.group())
        at = match.end()
    rest = organization[at:]
    kinds = [rest, *(k for whole, kin in _KIN.items() if whole in rest for k in _kin(rest, whole))]
    found: list[tuple[str, bool]] = []
    if len(organization) >= 4:
        found.append((organization, not regions and len(organization) < 5))
    for kind in dict.fromkeys(kinds):
        for k in range(len(regions)):
            place = "".join(regions[k:])
            found.append((place + kind, False))
            if k == len(regions) - 1 and place[-1] in "省市" and len(place) > 2:
                found.append((place[:-1] + kind, False))
        if regions and len(kind) >= 2:
            found.append((kind, True))
    own = "".join(regions[-1:])
    for title in (
        t for t in _TITLES if t in official.position and t not in ("书记", "委员", "常委")
    ):
        found.append((title, True))
        if own and title in ("检察长", "市长", "省长", "县长", "区长"):
            found.append((own + title, False))
    return [(a, b) for a, b in dict.fromkeys(found) if len(a) >= 2]


def _kin(rest: str, whole: str) -> list[str]:
    return [rest.replace(whole, k) for k in _KIN[whole]]
