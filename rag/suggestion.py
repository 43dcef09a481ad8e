"""Questions that the library can answer, made from its own headings."""

from __future__ import annotations

import re
from itertools import chain, zip_longest

from rag.knowledge import Knowledge

_NUMBERING = re.compile(r"^[(（]?[一二三四五六七八九十\d]+[)）]?[、.．]?\s*")
_RETOLD = re.compile(r"[(（]转述[)）]$")


def suggest(knowledge: Knowledge, count: int, language: str = "zh") -> list[str]:
    """At most `count` questions, of different officials as far as there are."""
    queues = []
    for official in knowledge.officials:
        own = [p for p in knowledge.passages if p.official.key == official.key]
        themes = dict.fromkeys(_theme(p.section) for p in own if p.section)
        titles = [_RETOLD.sub("", t) for t in dict.fromkeys(p.title for p in own) if t]
        asked = [_about(official.name, t, language) for t in themes if 3 <= len(t) <= 18]
        asked += [_about(official.name, t, language) for t in titles]
        queues.append(asked)
    mixed = chain.from_iterable(zip_longest(*queues))
    return list(dict.fromkeys(q for q in mixed if q))[:count]


def _theme(section: str) -> str:
    """The most telling part of a heading: its first clause without the number."""
    return re.split(r"[,，;；:：]", _NUMBERING.sub("", section))[0].strip()


def _about(name: str, theme: str, language: str) -> str:
    if language == "en":
        return f"What does {name} say about “{theme}”?"
    return f"{name}怎么谈“{theme}”？"
