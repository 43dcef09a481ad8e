"""Questions as people mistype them, for measuring what typing costs: made anew, by a seed."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
Damage = Callable[[str, random.Random], str]


def homophone(text: str, dice: random.Random) -> str:
    """One character replaced by a common one that sounds the same."""
    rivals = _rivals()
    places = [m.start() for m in _CHINESE.finditer(text) if rivals.get(m.group())]
    if not places:
        return text
    at = dice.choice(places)
    return text[:at] + dice.choice(rivals[text[at]]) + text[at + 1 :]


def wrong(text: str, dice: random.Random) -> str:
    """One character replaced by any other common one."""
    places = [m.start() for m in _CHINESE.finditer(text)]
    if not places:
        return text
    at = dice.choice(places)
    return text[:at] + dice.choice([c for c in _common() if c != text[at]]) + text[at + 1 :]


def traditional(text: str, _: random.Random) -> str:
    """In traditional characters."""
    from opencc import OpenCC

    return str(OpenCC("s2t").convert(text))


def full_width(text: str, _: random.Random) -> str:
    """Letters, digits and signs of ASCII in their full-width forms."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


DAMAGES: dict[str, Damage] = {
    "homophone": homophone,
    "wrong": wrong,
    "traditional": traditional,
    "full-width": full_width,
}


@lru_cache(maxsize=1)
def _common() -> list[str]:
    """The 3,755 common characters of GB 2312, level 1."""
    codes = (bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    return [c for code in codes if (c := code.decode("gb2312", "ignore"))]


@lru_cache(maxsize=1)
def _rivals() -> dict[str, list[str]]:
    """Common character → the other common ones of its reading, whatever the tone."""
    from pypinyin import lazy_pinyin

    alike = defaultdict(list)
    for char in _common():
        alike[lazy_pinyin(char)[0]].append(char)
    return {c: [o for o in group if o != c] for group in alike.values() for c in group}
