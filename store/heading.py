"""Which lines are titles and headings.

A title is told by a small logistic model over how the line reads and where it stands; the
weights are fitted by `training/titles.py` on shuffled documents.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Literal

from store.byline import Byline
from store.continuity import Continuity, plain
from store.cut import fresh, open_end, open_start, unclosed
from store.document import Document, Line
from store.numeral import number_of

DATA = Path(__file__).resolve().parent / "data" / "titles.json"
_DIGITS = "一二三四五六七八九十"
_NUMBERED = re.compile(
    rf"^(?:第([{_DIGITS}]{{1,3}})(?:[部分章节]{{1,2}})?[、,，:：\s]*|([{_DIGITS}]{{1,3}})[、,，.．]\s*|"
    rf"([（(])([{_DIGITS}]{{1,3}})[)）]\s*|(\d{{1,2}})[、.．](?!\d)\s*)(?=\S)"
)
LONGEST_TITLE = 60
FEATURES = (
    "fresh", "commas", "enumeration commas", "long", "short", "byline below", "byline above",
    "first line",
    "last line", "empty lines above", "empty lines below", "closed above, fresh below",
    "closed above, open below", "closed above, runs on below", "open above, runs on below",
    "open above, runs on here", "stops at a function word", "space", "colon", "ends well",
    "short line above", "short line below", "unclosed", "constant",
)  # fmt: skip


def heading_number(text: str) -> tuple[int, int]:
    """Level and number of a numbered heading; (0, 0) if `text` does not begin with a number."""
    match = _NUMBERED.match(text)
    if match is None:
        return 0, 0
    part, plain_number, _, bracketed, arabic = match.groups()
    number = number_of(arabic or bracketed or part or plain_number)
    level = 3 if arabic else 2 if bracketed else 1
    return (level, number) if number else (0, 0)


def is_heading(
    lines: Sequence[Line], i: int, level: int, anchors: set[int], model: Continuity
) -> bool:
    """Whether line `i` heads a section; `level` is that of its number, `anchors` are no content."""
    line = lines[i]
    text = line.text
    if line.hint == "heading":
        return True
    if len(text) > LONGEST_TITLE or "。" in text or text[-1] in "，、；,;：:":
        return False
    if level:
        return open_end(text) > 0 or text[-1] in "！？!?"
    # Without a number: short, whole, between a closed text and a fresh one.
    if len(text) > 24 or re.search("[，,；;！!？?]", text) or open_start(text):
        return False
    before = lines[i - 1].text if i and i - 1 not in anchors else "。"
    after = lines[i + 1].text if i + 1 < len(lines) and i + 1 not in anchors else ""
    if open_end(before) or len(after) < 2 * len(text) or open_start(after):
        return False
    return fresh(after, model) > 0.5 and fresh(text, model) > 0.5


def find_titles(
    document: Document, bylines: Sequence[Byline], taken: set[int], model: Continuity
) -> set[int]:
    """Positions of the title lines: no more than bylines, if there are bylines."""
    lines = document.lines
    hinted = {i for i, line in enumerate(lines) if line.hint == "title" and i not in taken}
    if hinted or (document.declared.get("title") and not bylines):
        return hinted
    weights = _weights()
    scored = []
    for i in candidates(lines, taken):
        values = features(lines, i, bylines, model)
        chance = 1 / (1 + math.exp(-sum(w * v for w, v in zip(weights, values, strict=True))))
        if chance > (0.15 if bylines else 0.6):
            scored.append((-chance, i))
    return {i for _, i in sorted(scored)[: len(bylines) or len(scored)]}


@lru_cache(maxsize=1)
def _weights() -> tuple[float, ...]:
    named = json.loads(DATA.read_text(encoding="utf-8"))
    return tuple(float(named[name]) for name in FEATURES)


def candidates(lines: Sequence[Line], taken: set[int]) -> list[int]:
    """Positions of the lines that can be titles at all."""
    return [
        i
        for i, line in enumerate(lines)
        if i not in taken
        and 4 <= len(line.text) <= LONGEST_TITLE
        and "。" not in line.text
        and not heading_number(line.text)[0]
        and not open_start(line.text)
        and line.text[-1] not in "，、；：,;:"
    ]


def features(
    lines: Sequence[Line], i: int, bylines: Sequence[Byline], model: Continuity
) -> list[float]:
    """Values of `FEATURES` for line `i`."""
    line = lines[i]
    text = line.text
    before = lines[i - 1].text if i else ""
    after = lines[i + 1].text if i + 1 < len(lines) else ""
    long_before, long_after = len(before) >= 30, len(after) >= 30
    here, below = plain(text), plain(after[:12])
    closed = long_before and not open_end(before)
    opened = long_before and bool(open_end(before))
    tail = plain(before[-12:])
    return [
        max(-2.0, min(3.0, fresh(text, model))),
        len(re.findall("[，,；;]", text)),
        max(0, text.count("、") - 1),
        max(0, len(text) - 30) / 10,
        float(len(text) < 9),
        float(_signed(bylines, i + 1, "first")),
        float(_signed(bylines, i - 1, "last")),
        float(i == 0),
        float(i == len(lines) - 1),
        float(line.blank_before >= 2),
        float(i + 1 < len(lines) and lines[i + 1].blank_before >= 2),
        max(-2.0, min(2.0, fresh(after, model))) if closed and long_after else 0.0,
        float(closed and long_after and open_start(after)),
        _bounded(model.score(here[-8:], below)) if closed and long_after else 0.0,
        _bounded(model.score(tail, below)) if opened and long_after else 0.0,
        _bounded(model.score(tail, here[:8])) if opened else 0.0,
        float(bool(re.search("[的和与及对把将在为以是要从向使被让于等了并也就都]$", text))),
        float(bool(re.search(r"\s", text))),
        float("：" in text or ":" in text),
        _bounded(model.score(here[-8:], ".")),
        float(0 < len(before) < 30),
        float(0 < len(after) < 30),
        float(bool(unclosed(text))),
        1.0,
    ]


def _signed(bylines: Sequence[Byline], place: int, edge: Literal["first", "last"]) -> bool:
    """Whether a byline begins or ends at `place`; bylines stand in file order."""
    at = bisect_left(bylines, place, key=attrgetter(edge))
    return at < len(bylines) and getattr(bylines[at], edge) == place


def _bounded(value: float) -> float:
    return max(-4.0, min(6.0, value))
