"""Questions that the library can answer, made from its own headings."""

from __future__ import annotations

import re
from itertools import chain, zip_longest

from rag.answer import Answer
from rag.knowledge import Knowledge
from store import Passage

_NUMBERING = re.compile(r"^[(（]?[一二三四五六七八九十\d]+[)）]?[、.．]?\s*")
_NEAR = 30  # passages by words among which others are looked for
_SPEAKS = re.compile(r"谈(?![判心话及到])[\u4e00-\u9fff]{2}")  # a heading such as 谈产业
_RETOLD = re.compile(r"[(（]转述[)）]$")


def suggest(knowledge: Knowledge, count: int, language: str = "zh") -> list[str]:
    """At most `count` questions, of different officials as far as there are."""
    spoken: dict[str, list[Passage]] = {}
    for p in knowledge.passages:
        spoken.setdefault(p.official.key, []).append(p)
    queues: list[list[str]] = []
    for official in knowledge.officials:
        if len(queues) == 2 * count:  # namesakes may ask the same; more can never be shown
            break
        own = spoken.get(official.key, [])
        themes = dict.fromkeys(_theme(p.section) for p in own if p.section)
        titles = [_RETOLD.sub("", t) for t in dict.fromkeys(p.title for p in own) if t]
        asked = [_about(official.name, t, language) for t in themes if 3 <= len(t) <= 18]
        asked += [_about(official.name, t, language) for t in titles]
        if asked:
            queues.append(asked)
    mixed = chain.from_iterable(zip_longest(*queues))
    return list(dict.fromkeys(q for q in mixed if q))[:count]


def follow(knowledge: Knowledge, answer: Answer, count: int, language: str = "zh") -> list[str]:
    """At most `count` questions that go on from an answer and that the library can answer.

    They are the other headings of the pieces cited, and those under which somebody not
    cited speaks of the question's words, among the best passages for them.
    """
    cited = [c.passage for c in answer.citations]
    spoke = {p.official.key for p in cited}
    done = {(p.official.key, p.section) for p in cited}
    here = {(p.official.key, p.title): None for p in cited}
    same = [
        _about(p.official.name, _theme(p.section), language)
        for key in here
        for p in knowledge.passages
        if (p.official.key, p.title) == key and p.section and (key[0], p.section) not in done
    ]
    others = {
        hit.passage.official.key: _about(
            hit.passage.official.name, _theme(hit.passage.section), language
        )
        for hit in reversed(knowledge.library.lexical(answer.question, _NEAR))
        if hit.passage.section and hit.passage.official.key not in spoke
    }
    beside = list(reversed(others.values()))
    mixed = chain.from_iterable(zip_longest(dict.fromkeys(same), beside))
    asked = (q for q in mixed if q and q != answer.question)
    return list(dict.fromkeys(asked))[:count]


def _theme(section: str) -> str:
    """The most telling part of a heading: its first clause without the number; "" for a question,
    under which an interview's answer stands."""
    if section.endswith(("？", "?")):
        section = section.rpartition(" › ")[0]
    return re.split(r"[,，;；:：]", _NUMBERING.sub("", section))[0].strip()


def _about(name: str, theme: str, language: str) -> str:
    if not theme:
        return ""
    if language == "en":
        return f"What does {name} say about “{theme}”?"
    return f"{name}怎么{theme}？" if _SPEAKS.match(theme) else f"{name}怎么谈“{theme}”？"
