"""The themes of a library: the words of its own headings and titles, and who speaks of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from store import Passage, fold

_TAGS = frozenset("nvailjz")  # first letters of the tags of words that carry meaning
_VERBS = frozenset("vad")  # which may begin a theme, but are none by themselves
_NUMBER = re.compile(r"[\d一二三四五六七八九十百千万亿两]")
_ASIDE = re.compile(r"[（(][^）)]*[）)]")  # an editor's remark
_LONGEST = 2  # words of a theme
_LOOKED_AT = 400  # candidates, those of the most headings


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme and the officials who speak of it, by key, with the number of their paragraphs."""

    name: str
    spoke: dict[str, int]


def themes(passages: Sequence[Passage], count: int) -> list[Theme]:
    """The themes that say most about who speaks of what, the weightiest first.

    A theme is a word, or two in a row, of a heading or title; it counts by how many
    headings have it and by how unevenly the officials' paragraphs do: what everybody says in
    every paragraph tells nobody apart. A theme inside a longer one that is as frequent gives way.
    """
    headed = Counter(c for heading in _headings(passages) for c in set(_candidates(heading)))
    texts = [(p.official.key, fold(p.text)) for p in passages]
    found = []
    for name, headings in headed.most_common(_LOOKED_AT):
        key = fold(name)
        spoke = Counter(official for official, text in texts if key in text)
        total = sum(spoke.values())
        if total > 1 and total <= max(0.4 * len(texts), 2):
            weight = (headings + min(total, 20) ** 0.5) * len(name) ** 1.5
            found.append((weight, Theme(name, dict(spoke))))
    found.sort(key=lambda pair: (-pair[0], pair[1].name))
    chosen: list[Theme] = []
    for _, theme in found:
        if len(chosen) == count:
            break
        if not any(_overlap(theme, other) for other in chosen):
            chosen.append(theme)
    return chosen


def _headings(passages: Sequence[Passage]) -> list[str]:
    """Every title and section once for each piece, in their order."""
    seen = {
        (p.official.key, p.title, text): text for p in passages for text in (p.title, p.section)
    }
    return [text for text in seen.values() if text]


def _candidates(heading: str) -> Iterable[str]:
    """The words of a heading and the runs of them that may be a theme."""
    import rjieba

    words = rjieba.tag(_ASIDE.sub("，", heading))
    for start in range(len(words)):
        for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
            run = words[start:end]
            name = "".join(word for word, _ in run)
            if len(name) < 2 or any(
                tag[:1] not in _TAGS or not word.isalpha() for word, tag in run
            ):
                break
            if _NUMBER.search(name) or len(name) > 8:
                continue
            things = [tag for _, tag in run if tag[:1] not in _VERBS]
            actions = [tag for _, tag in run if tag == "vn"]
            # A short action by itself (work, development) is in everybody's mouth.
            if len(run[-1][0]) > 1 and (things or (actions and len(name) > 2)):
                yield name


def _overlap(a: Theme, b: Theme) -> bool:
    """Whether two themes are one: one's words are within the other's."""
    return a.name in b.name or b.name in a.name
