"""What speaks for one block following another: the evidence of the joint model, as arrays.

Every pair of content blocks has one class (how the first ends, how the second starts, how they
lie in the file) and a few measured values; `training/attribution.py` fits their weights.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from store.block import Block, Blocks
from store.continuity import Continuity, local_runs
from store.cut import unclosed, unopened
from store.theme import Themes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ENDS = ("closed", "open", "maybe", "heading")
STARTS = ("unknown", "open", "heading")
PLACES = ("next", "past a title", "past a byline", "forward", "backward")
MEASURES = (
    "continuity",
    "fresh after closed",
    "fresh after open",
    "heading words",
    "likeness",
    "marks",
    "enumeration",
    "same opening",
    "forward distance",
    "backward distance",
    "bylines crossed forward",
    "bylines crossed backward",
    "sentence words",
    "theme",
    "heading theme",
)
CLASSES = len(ENDS) * len(STARTS) * len(PLACES)
START_CLASSES = len(STARTS) * 3
END_CLASSES = len(ENDS) * 3

_ENUMERATORS = (
    ("一是", "二是", "三是", "四是", "五是", "六是", "七是", "八是"),
    ("首先", "其次", "再次", "最后"),
    ("第一", "第二", "第三", "第四", "第五"),
    ("一要", "二要", "三要", "四要", "五要"),
    ("一方面", "另一方面"),
    ("既要", "又要", "还要"),
    ("不仅", "而且"),
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence for every pair of the n content blocks.

    Attributes:
        classes: class of (i, then j), shape (n, n).
        measures: values of (i, then j), shape (len(MEASURES), n, n).
        start: class of j as the first of a piece, shape (n,).
        start_fresh: how fresh j is, shape (n,), where it does not certainly start open.
        end: class of i as the last of a piece, shape (n,).
        opening, closing: how much each block reads like a first, a last paragraph, shape (n,).
        bond: shared rare words of two blocks less what either shares with all, shape (n, n).
        kin: the same of their themes, shape (n, n).
    """

    classes: Ints
    measures: Floats
    start: Ints
    start_fresh: Floats
    end: Ints
    opening: Floats
    closing: Floats
    bond: Floats
    kin: Floats


def gather(blocks: Blocks, model: Continuity, themes: Themes) -> Evidence:
    """Evidence for the pairs of `blocks.content`, whose vectors `themes` holds."""
    content = blocks.content
    n = len(content)
    ends = np.array([_end_state(b) for b in content], dtype=np.int64)
    starts = np.array([_start_state(b) for b in content], dtype=np.int64)
    fresh = np.array([_fresh(b, model) for b in content])
    anchors = _anchors_before(blocks)
    places, crossed = _places(anchors, blocks)
    classes = (ends[:, None] * len(STARTS) + starts[None, :]) * len(PLACES) + places
    measures = np.zeros((len(MEASURES), n, n))
    unknown = starts == 0
    can_join = ((ends == 1) | (ends == 2))[:, None] & (starts != 2)[None, :]
    measures[0] = _continuity(content, can_join, model)
    measures[1] = np.where((ends == 0)[:, None] & unknown[None, :], fresh[None, :], 0.0)
    measures[2] = np.where(can_join & unknown[None, :], fresh[None, :], 0.0)
    measures[3] = _heading_words(content, ends, starts)
    likeness = _likeness(content)
    text_pair = (ends != 3)[:, None] & (starts != 2)[None, :]
    measures[4] = np.where(text_pair, likeness, 0.0)
    measures[5] = _marks(content, can_join)
    measures[6] = _enumeration(content)
    measures[7] = _same_opening(content, starts)
    far = np.log(np.maximum(1, np.abs(np.arange(n)[:, None] - np.arange(n)[None, :])))
    measures[8] = np.where(places == 3, far, 0.0)
    measures[9] = np.where(places == 4, far, 0.0)
    measures[10] = np.where(places == 3, crossed, 0)
    measures[11] = np.where(places == 4, crossed, 0)
    measures[12] = np.where(can_join, _sentence_words(content), 0.0)
    kin = themes.kin()
    measures[13] = np.where(text_pair, kin, 0.0)
    measures[14] = np.where((ends == 3)[:, None] & unknown[None, :], kin, 0.0)
    after = np.append(anchors[1:], 1 if n else [])[:n]
    return Evidence(
        classes,
        measures,
        starts * 3 + anchors,
        np.where(unknown, fresh, 0.0),
        ends * 3 + after.astype(np.int64),
        np.where(unknown, [model.opening(b.plain) for b in content], 0.0) if n else fresh,
        np.where(ends == 0, [model.closing(b.plain) for b in content], 0.0) if n else fresh,
        _bond(likeness, content),
        _bond(kin, content),
    )


def _end_state(block: Block) -> int:
    if block.kind == "heading":
        return 3
    return 1 if block.open_end >= 1 else 2 if block.open_end > 0 else 0


def _start_state(block: Block) -> int:
    if block.kind == "heading":
        return 2
    return 1 if block.open_start >= 1 else 0


def _fresh(block: Block, model: Continuity) -> float:
    return max(-3.0, min(3.0, model.fresh(block.plain[:8])))


def _anchors_before(blocks: Blocks) -> Ints:
    """For each content block: 0 nothing but content before it, 1 a title, 2 a byline.

    The first block of the file counts as standing after a title.
    """
    titles = {t.place for t in blocks.titles}
    signed = {i for b in blocks.bylines for i in range(b.first, b.last + 1)}
    made = []
    previous = -1
    for n, block in enumerate(blocks.content):
        between = range(previous + 1, block.place)
        value = 2 if any(i in signed for i in between) else 0
        if not value and (n == 0 or any(i in titles for i in between)):
            value = 1
        made.append(value)
        previous = block.place
    return np.array(made, dtype=np.int64)


def _places(anchors: Ints, blocks: Blocks) -> tuple[Ints, Floats]:
    n = len(anchors)
    ahead = np.arange(n)[None, :] - np.arange(n)[:, None]
    places = np.where(ahead > 0, 3, 4)
    for j in range(1, n):
        places[j - 1, j] = anchors[j]
    signed = np.array([b.first for b in blocks.bylines])
    owner = np.array([int((signed < b.place).sum()) if len(signed) else 0 for b in blocks.content])
    crossed = np.abs(owner[None, :] - owner[:, None]).astype(float) if n else np.zeros((0, 0))
    return places.astype(np.int64), np.minimum(crossed, 6.0)


def _continuity(content: Sequence[Block], can_join: NDArray[np.bool_], model: Continuity) -> Floats:
    local = local_runs(b.plain for b in content)
    scores = np.zeros(can_join.shape)
    for i, j in zip(*np.nonzero(can_join), strict=True):
        if i != j:
            value = model.score(content[i].plain[-8:], content[j].plain[:8], local)
            scores[i, j] = max(-6.0, min(10.0, value))
    return scores


def _grams(text: str) -> set[str]:
    return set(_pairs(text))


def _heading_words(content: Sequence[Block], ends: Ints, starts: Ints) -> Floats:
    """Share of a heading's two-character words that the next text begins with or holds."""
    n = len(content)
    made = np.zeros((n, n))
    heads = [_grams(b.plain[:60]) for b in content]
    whole = [_grams(b.plain) for b in content]
    for i in np.nonzero(ends == 3)[0]:
        words = whole[i]
        for j in np.nonzero(starts == 0)[0]:
            if words:
                shared = len(words & heads[j]) + 0.5 * len(words & whole[j] - heads[j])
                made[i, j] = shared / len(words)
    return made


def _likeness(content: Sequence[Block]) -> Floats:
    """Cosine of the blocks' two-character words, rare ones heavier; sharper than raw."""
    n = len(content)
    counts = [Counter(_pairs(b.plain)) for b in content]
    spread = Counter(word for c in counts for word in c)
    words = {
        word: k for k, word in enumerate(w for w, s in spread.items() if 1 < s <= max(2, n // 2))
    }
    table = np.zeros((n, max(1, len(words))), dtype=np.float32)
    for i, c in enumerate(counts):
        for word, times in c.items():
            k = words.get(word)
            if k is not None:
                table[i, k] = (1 + math.log(times)) * math.log(n / spread[word])
    size = np.linalg.norm(table, axis=1, keepdims=True)
    table /= np.maximum(size, 1e-6)
    close: Floats = np.sqrt(np.maximum(table @ table.T, 0)).astype(np.float64)
    return close


def _bond(likeness: Floats, content: Sequence[Block]) -> Floats:
    """Likeness with each block's mean taken out; nothing for headings and for a block itself."""
    n = len(content)
    if n < 3:
        return np.zeros((n, n))
    inner = likeness.copy()
    np.fill_diagonal(inner, 0.0)
    mean = inner.sum(axis=1) / (n - 1)
    bond = inner - mean[:, None] - mean[None, :] + mean.mean()
    np.fill_diagonal(bond, 0.0)
    text = np.array([b.kind == "body" for b in content], dtype=float)
    tied: Floats = bond * text[:, None] * text[None, :]
    return tied


def _pairs(text: str) -> list[str]:
    kept = re.sub(r"[^\u4e00-\u9fff]", " ", text)
    return [kept[i : i + 2] for i in range(len(kept) - 1) if " " not in kept[i : i + 2]]


def _marks(content: Sequence[Block], can_join: NDArray[np.bool_]) -> Floats:
    """+1 where a mark left open is closed by the other side, -1 where only one side is."""
    left = [unclosed(b.line.text)[-1:] for b in content]
    right = [unopened(b.line.text)[:1] for b in content]
    made = np.zeros(can_join.shape)
    for i, j in zip(*np.nonzero(can_join), strict=True):
        if left[i] or right[j]:
            made[i, j] = 1.0 if left[i] == right[j] else -1.0
    return made


def _enumeration(content: Sequence[Block]) -> Floats:
    """+1 where ``二是`` follows ``一是`` in another block, -1 where its forerunner is not there."""
    n = len(content)
    made = np.zeros((n, n))
    for words in _ENUMERATORS:
        last, first = [], []
        for block in content:
            text = block.line.text
            present = [k for k, w in enumerate(words) if w in text]
            last.append(max(present, key=lambda k: text.rfind(words[k]), default=-1))
            first.append(min(present, key=lambda k: text.find(words[k]), default=-1))
        for j in range(n):
            if first[j] < 1:
                continue
            for i in range(n):
                if i != j and last[i] == first[j] - 1:
                    made[i, j] = 1.0
                elif i != j and made[i, j] == 0:
                    made[i, j] = -0.3 if last[i] < 0 else -1.0
    return made


def _same_opening(content: Sequence[Block], starts: Ints) -> Floats:
    """Characters that two fresh blocks begin with alike (``坚决维护…``, ``坚决打击…``), up to 4."""
    n = len(content)
    made = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i == j or content[i].kind != content[j].kind or starts[i] == 1 or starts[j] == 1:
                continue
            a, b = content[i].plain[:4], content[j].plain[:4]
            same = next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), 4)
            same = min(same, len(a), len(b))
            made[i, j] = same if same >= 2 else 0
    return made


def _sentence_words(content: Sequence[Block]) -> Floats:
    """Rare words that the last sentence of one block shares with the first of the other."""
    tails = [_grams(re.split("[.!?;]", b.plain)[-1][-60:]) for b in content]
    heads = [_grams(re.split("[.!?;]", b.plain)[0][:60]) for b in content]
    spread = Counter(word for b in content for word in _grams(b.plain))
    n = len(content)
    made = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            shared = tails[i] & heads[j]
            if shared:
                made[i, j] = min(6.0, sum(math.log(1 + n / spread[w]) for w in shared))
    return made
