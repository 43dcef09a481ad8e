"""Lists that run over several paragraphs of one section (建立……;建立……;建立……)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.question import Question
from rag.relevance import terms
from rag.sentence import cut
from store import Library, Passage
from store.numeral import number_of

_COUNT = re.compile(r"哪?([两二三四五六七八九十\d]+)(?:个|项|种|条|点|大|方面|类|招|步)")
_LIKELY = 2  # signs; the count that is asked for is two
_ORDINAL = re.compile(
    r"^(?:[一二三四五六七八九十]是|第[一二三四五六七八九十]|首先|其次|再次|最后|[(（]?[一二三四五六七八九十\d][)）、.])"
)
_WITHIN = re.compile(r"第[一二三四五六七八九十](?:个|项|条|点|类|步|方面)?(?:是|，|,|、)")


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
    for passage in passages:
        group = _group(library, passage)
        if len(group) < 3:
            continue
        opening = _opening(passage)
        heading = len(wanted & terms(passage.section))
        fits = 2 * (count == len(group)) + (heading >= 2) + (opening[:2] in q.asked)
        if not count:  # 提出了哪些机制: what is asked for stands in every opening
            shared = set.intersection(*(terms(_opening(p)) & wanted for p in group))
            fits += 2 * (2 * len(shared) >= len(wanted) > 0)
        if count and count != len(group):
            fits -= 2
        if fits > best[0]:
            best = (fits, group)
    return best


def _group(library: Library, passage: Passage) -> list[Passage]:
    """Passages of the same section with the same kind of opening, the passage among them."""
    kind = _kind(_opening(passage))
    if not kind:
        return []
    section, sides = [passage], library.neighbours(passage)
    for way in (0, 1):  # outward from it: the library may be large, a section is not
        at = sides[way]
        while at is not None and at.section == passage.section:
            section.insert(0, at) if way == 0 else section.append(at)
            at = library.neighbours(at)[way]
    return [p for p in section if _kind(_opening(p)) == kind]


def _opening(passage: Passage) -> str:
    return _first_sentence(passage.text)


@lru_cache(maxsize=8192)
def _first_sentence(text: str) -> str:
    spans = cut(text)
    return text[slice(*spans[0])] if spans else text


def _kind(opening: str) -> str:
    """What makes openings alike: an ordinal, or the first two characters."""
    return "#" if _ORDINAL.match(opening) or _WITHIN.search(opening[:40]) else opening[:2]
