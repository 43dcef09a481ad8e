"""Lists that run over several paragraphs of one section (建立……;建立……;建立……)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.question import Question
from rag.relevance import terms
from rag.sentence import cut, opening
from store import Library, Passage
from store.numeral import number_of

_COUNT = re.compile(r"哪?([两二三四五六七八九十\d]+)(?:个|项|种|条|点|大|方面|类|招|步)")
_LIKELY = 2  # signs; the count that is asked for is two
_ORDINAL = re.compile(
    r"^(?:[一二三四五六七八九十]是|第[一二三四五六七八九十]|首先|其次|再次|最后|[(（]?[一二三四五六七八九十\d][)）、.])"
)
_WITHIN = re.compile(r"第[一二三四五六七八九十](?:个|项|条|点|类|步|方面)?(?:是|，|,|、)")

_FIRST = 40  # characters of a paragraph in which its ordinal stands


def asked_count(question: str) -> int:
    """How many items a question asks for (哪五项 → 5); 0 if it does not say."""
    match = _COUNT.search(question)
    return number_of(match.group(1)) if match else 0


def siblings(library: Library, q: Question, passages: Sequence[Passage]) -> list[Passage]:
    """The paragraphs of one section that open alike, where a list question means them.

    A group is taken when the question asks for as many items as it has, or names the
    section's heading; and when a passage that was found belongs to it.
    """
    fits, group = _best(library, q, passages)
    return group if fits >= _LIKELY else []


def is_listed(library: Library, q: Question, passages: Sequence[Passage]) -> bool:
    """Whether more than one sign says that such a group is what a list question means."""
    return _best(library, q, passages)[0] > _LIKELY


def _best(library: Library, q: Question, passages: Sequence[Passage]) -> tuple[int, list[Passage]]:
    """The group that fits a question best, and by how many signs; (0, []) for none."""
    if q.kind != "list":
        return 0, []
    count, wanted = asked_count(q.asked), terms(q.focus)
    best: tuple[int, list[Passage]] = (0, [])
    groups: dict[str, list[Passage]] = {}  # by the ids of those in them
    for passage in passages:
        if passage.id not in groups:
            made = _group(library, passage)
            groups |= dict.fromkeys([passage.id, *(p.id for p in made)], made)
        group = groups[passage.id]
        if len(group) < 3:
            continue
        begins = _opening(passage)
        heading = len(wanted & terms(passage.section))
        fits = 2 * (count == len(group)) + (heading >= 2) + (begins[:2] in q.asked)
        if not count:  # 提出了哪些机制: what is asked for stands in every opening
            shared = wanted
            for p in group:
                shared = shared and shared & terms(_opening(p))
            fits += 2 * (2 * len(shared) >= len(wanted) > 0)
        if count and count != len(group):
            fits -= 2
        if fits > best[0]:
            best = (fits, group)
    return best


def _group(library: Library, passage: Passage) -> list[Passage]:
    """Passages of the same section with the same kind of opening, the passage among them."""
    kind = _kind(passage.text)
    if not kind:
        return []
    ways: tuple[list[Passage], list[Passage]] = ([], [])
    for way in (0, 1):  # outward from it: the library may be large, a section is not
        at = library.neighbours(passage)[way]
        while at is not None and at.section == passage.section:
            ways[way].append(at)
            at = library.neighbours(at)[way]
    return [p for p in (*ways[0][::-1], passage, *ways[1]) if _kind(p.text) == kind]


def _opening(passage: Passage) -> str:
    return _first_sentence(passage.text)


@lru_cache(maxsize=8192)
def _first_sentence(text: str) -> str:
    spans = cut(text)
    return text[slice(*spans[0])] if spans else text


@lru_cache(maxsize=8192)
def _kind(text: str) -> str:
    """What makes openings alike: an ordinal, or the first two characters."""
    begins = opening(text, _FIRST)
    return "#" if _ORDINAL.match(begins) or _WITHIN.search(begins) else begins[:2]
