"""Which point of an answer, or which of several people, is meant: 第二点, 最后一条, 后面那位."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from store.numeral import number_of

_T = TypeVar("_T")
_NUMBER = r"([一二两三四五六七八九十\d]+)"
_THING = r"(?:大?点|条|项|个方面|方面|段|句|个)"
_PERSON = r"(?:位|名|个人|个官员|个领导)"
FRAME = re.compile(r"^[^:：。\n]{0,120}(?:指出|说|表示|提出|强调|认为)[:：]\s*")
_LISTED = re.compile(
    r"(?m)(?:^|[:：])\s*(?:[-*•]|\d+[.、)]|[一二三四五六七八九十]+[、是])\s*(.+)$|(?<![\u4e00-\u9fff])[一二三四五六七八九十]是([^;；。]+)"
)
_CITED = re.compile(r"(?:^|\n|[:：])\s*([^\n]{6,}?)(?=\[\d+\])")
_MARK = re.compile(r"\[\d+\]")


def _places(kind: str) -> tuple[tuple[re.Pattern[str], int], ...]:
    """Forms of an ordinal with the sign of the number that they count from: 1 front, -1 end."""
    return (
        (re.compile(rf"倒数第{_NUMBER}{kind}"), -1),
        (re.compile(rf"(?<!倒数)第{_NUMBER}{kind}"), 1),
        (re.compile(rf"(?:最后|末尾|最末)(?:的|那|面)?([一])?{kind}"), -1),
        (re.compile(rf"(?:(?<![开前])头(?=一)|最前面?|最先)(?:的|那)?([一])?{kind}"), 1),
    )


_POINTS = _places(_THING)
_PEOPLE = (
    *_places(_PERSON),
    (re.compile(rf"(?:前|上)(?:面|边|头)?(?:的|那|这)?([一])?{_PERSON}|前者"), 1),
    (re.compile(rf"(?:后|下)(?:面|边|头)?(?:的|那|这)?([一])?{_PERSON}|后者"), -1),
)
POINT = re.compile("|".join(form.pattern for form, _ in _POINTS))
PLACE = re.compile("|".join(form.pattern for form, _ in _PEOPLE))


def point(question: str, answer: str) -> str:
    """The words of the point of an answer that a question means (第二点), or ""."""
    at = _at(question, _POINTS)
    if not at:
        return ""
    for items in (*(_items(form, answer) for form in (_LISTED, _CITED)), _sentences(answer)):
        if len(items) > 1 and (item := _pick(items, at)):
            return item
    return ""


def nth(question: str, items: Sequence[_T]) -> _T | None:
    """The item of a list that a question means by its place (五项机制的第三项), or None."""
    at = _at(question, _POINTS)
    return _pick(items, at) if at else None


def person(question: str, people: Sequence[_T]) -> _T | None:
    """Who of several people is meant by place (前一位, 后者), or None."""
    at = _at(question, _PEOPLE)
    return _pick(people, at) if at and len(people) > 1 else None


def _items(form: re.Pattern[str], answer: str) -> list[str]:
    found = (next(g for g in m.groups() if g) for m in form.finditer(answer))
    return [_MARK.sub("", FRAME.sub("", item)).strip() for item in found]


def _sentences(answer: str) -> list[str]:
    text = _MARK.sub("", FRAME.sub("", answer))
    return [s.strip() for s in re.split(r"[。;；\n]", text) if len(s.strip()) > 3]


def _at(question: str, forms: Sequence[tuple[re.Pattern[str], int]]) -> int:
    """The ordinal in a question, negative from the end, 0 for none."""
    for form, sign in forms:
        match = form.search(question)
        if match:
            word = next((g for g in match.groups() if g), "一")
            return sign * number_of(word)
    return 0


def _pick(items: Sequence[_T], at: int) -> _T | None:
    index = at - 1 if at > 0 else len(items) + at
    return items[index] if 0 <= index < len(items) else None
