"""Choosing the sentences of a passage that answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from rag.question import Question
from rag.relevance import Relevance, terms
from rag.sentence import cut
from store import Library, Passage

Span = tuple[int, int]

_FIGURE = r"(?:\d[\d,.]*|[〇零一二两三四五六七八九十百千万亿]+)"
# A figure for a question that names no unit (多少民警): digits, or numerals with a measure word.
_COUNTED = rf"\d|{_FIGURE}(?:余|多)?[件个起次名人家所户元项座处场篇部位条]"
_UNIT = re.compile(
    r"(?:多少|几)(?:万|亿)?(余|多)?(?P<unit>[件个起次名人家所户元块级种项条年月天日倍座台套份期场处篇部亩吨米辆架艘栋间层页字句位批轮届组支张棵头只岁])?"
    r"|(?P<rate>率|占比|比例|百分|同比|增长|下降|提高了)"
    r"|(?P<money>多少钱|金额|花了多少|赔了?多少|费用)"
    r"|(?P<age>多大(?:年纪|岁数|年龄)?|年龄|年纪|几岁)"
    r"|(?P<when>哪一?年|何时|什么时候)"
)
_ENUMERATED = re.compile(
    r"(?:^|[。;；:：,，])\s*(?:[一二三四五六七八九十]是|第[一二三四五六七八九十]|首先|其次|再次|最后|[(（]?\d[)）.、])"
)
_BROAD = re.compile(r"怎么|怎样|如何|哪些|什么(?:要求|措施|办法|做法|举措|安排)|打算|措施|做法")
_ASKED = re.compile(r"[?？][”’」』\"）)]*$")
_SLOGAN = 20  # characters up to which an opening sentence mostly only names the theme
WHOLE = 230  # characters up to which a passage is shown whole where the match is loose


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence of a passage with how well it fits, 0..1."""

    span: Span
    score: float


def scored(library: Library, relevance: Relevance, q: Question, passage: Passage) -> list[Scored]:
    """Every sentence of a passage with its fit to the question.

    Lexical coverage and cosine similarity count alike.
    """
    spans = cut(passage.text) or [(0, len(passage.text))]
    texts = [passage.text[a:b] for a, b in spans]
    wanted = terms(q.focus)
    covered = np.array([relevance.coverage(wanted, t) for t in texts])
    near = np.asarray(library.embedder.embed_documents(texts)) @ library.vector(q.search)
    return [Scored(s, float(v)) for s, v in zip(spans, covered + np.clip(near, 0, 1), strict=True)]


def choose(
    library: Library, relevance: Relevance, q: Question, passage: Passage, tight: bool
) -> list[Span]:
    """The spans of a passage to show, in order.

    Args:
        tight: whether the question shares its words with the passage, so that single
            sentences can be told apart; otherwise a short passage is shown whole.
    """
    rows = scored(library, relevance, q, passage)
    # A follow-up names little by which single sentences could be told apart.
    loose = not tight or q.deeper or (q.follows and q.kind != "number")
    if len(rows) == 1 or (loose and len(passage.text) <= WHOLE):
        return [r.span for r in rows]
    best = max(r.score for r in rows)
    share = 0.45 if q.kind == "list" or _BROAD.search(q.asked) else 0.6
    keep = {i for i, r in enumerate(rows) if r.score >= share * best}
    if q.kind == "number":
        keep = _with_figures(q, passage, rows, keep)
    keep |= _enumeration(passage, rows, keep)
    top = max(range(len(rows)), key=lambda i: rows[i].score)
    keep |= {top}
    first = rows[0].span
    if keep == {0} and _BROAD.search(q.asked) and first[1] - first[0] <= _SLOGAN:
        keep |= {1}  # 巡查不能断: what follows says how
    if passage.text[rows[top].span[0] :].startswith(("这", "其", "此", "该", "由此", "因此")):
        keep |= {max(top - 1, 0)}
    keep = _replied_to(passage.text, [r.span for r in rows], keep)
    return [r.span for i, r in enumerate(rows) if i in keep]


def opening(text: str) -> list[Span]:
    """The first sentence of a text; where it asks something, with what follows until it is told."""
    spans = cut(text) or [(0, len(text))]
    keep = _replied_to(text, spans, {0})
    return [s for i, s in enumerate(spans) if i in keep]


def _replied_to(text: str, spans: list[Span], keep: set[int]) -> set[int]:
    """What is kept, and after a question that the speaker puts (有人问……？) the reply to it."""
    kept = set(keep)
    for i in range(len(spans) - 1):
        if i in kept and _ASKED.search(text[slice(*spans[i])]):
            kept.add(i + 1)
    return kept


def _with_figures(q: Question, passage: Passage, rows: list[Scored], keep: set[int]) -> set[int]:
    """For a question of how many: the sentences with such a figure, if there are any."""
    pattern = figure_pattern(q.asked)
    having = {i for i, r in enumerate(rows) if pattern.search(passage.text[slice(*r.span)])}
    return (keep & having) or having or keep


def _enumeration(passage: Passage, rows: list[Scored], keep: set[int]) -> set[int]:
    """All items of an enumeration (一是……二是……) that has been entered."""
    items = {i for i, r in enumerate(rows) if _ENUMERATED.search(passage.text[slice(*r.span)][:8])}
    return items if len(items) > 1 and items & keep else set()


def figure_pattern(question: str) -> re.Pattern[str]:
    """What the figure looks like that a question asks for (件, 元, %, year …)."""
    shapes = []
    for m in _UNIT.finditer(question):
        if m.group("money"):
            return re.compile(rf"{_FIGURE}\s*(?:余|多)?[万亿]?元")
        if m.group("age"):
            return re.compile(rf"{_FIGURE}\s*(?:余|多)?(?:周)?岁")
        if m.group("when"):
            shapes.append(r"\d{4}年|[一二三四五六七八九十\d]+月|[〇零一二三四五六七八九]{4}年")
        if m.group("rate"):
            shapes.append(rf"{_FIGURE}\s*(?:%|％|‰|个百分点|倍|成)|百分之{_FIGURE}")
        if m.group("unit"):
            shapes.append(rf"{_FIGURE}\s*(?:万|亿)?(?:余|多)?{m.group('unit')}")
    return re.compile("|".join(shapes) or _COUNTED)
