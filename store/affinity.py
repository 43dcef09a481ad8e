"""What ties a block to an official apart from its neighbours: the office's words, nearness."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from store.block import Block, Blocks
from store.continuity import Continuity, plain
from store.remarks import Official
from store.theme import Themes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEARNESS = (
    "after its byline",
    "after one byline more",
    "after two more",
    "after three or more",
    "just before its byline",
    "before one byline more",
    "before two more",
    "before three or more",
)
TIES = (
    "office words",
    "office theme",
    "title theme",
    "title words",
    "level",
    "other level",
    "office names",
)
_CAP = 4.0
_BESIDE = 2.0  # a title that touches a byline is mostly its
_ALIKE = 4.0  # … and one that is about what its office does
_COMMON = 8.0  # nats of surprise at a word that any office's text may have
_TELLING = 1.5
_LEVEL = re.compile("[全我本](自治区|省|市|县|区|州|旗|盟|镇|乡)")
_RANK = re.compile("自治区|[省市县区州旗盟镇乡](?![长委])|[省市县区州旗盟镇乡](?=委)")


def ties(blocks: Blocks, themes: Themes) -> Floats:
    """What each block has of each official's: values of `TIES`, shape (TIES, officials, blocks)."""
    officials = [b.official for b in blocks.bylines]
    content = blocks.content
    made = np.zeros((len(TIES), len(officials), len(content)))
    if not officials or not content:
        return made
    made[0] = office_words(officials, content)
    body = np.array([b.kind == "body" for b in content], dtype=float)
    made[1] = themes.like([o.office or o.name for o in officials]) * body
    if blocks.titles:
        owner = _title_owners(blocks, themes)
        made[2] = owner @ (themes.like([t.line.text for t in blocks.titles]) * body)
        made[3] = owner @ _title_words(blocks.titles, content)
    made[4], made[5] = _levels(officials, content)
    made[6] = _office_names(officials, content)
    return made


def _title_owners(blocks: Blocks, themes: Themes) -> Floats:
    """How likely each title is each byline's, by place and words, shape (bylines, titles)."""
    offices = [_grams(plain(b.official.office)) for b in blocks.bylines]
    score = _ALIKE * themes.between(
        [b.official.office or b.official.name for b in blocks.bylines],
        [t.line.text for t in blocks.titles],
    )
    for t, title in enumerate(blocks.titles):
        before = sum(b.first < title.place for b in blocks.bylines)
        for k, byline in enumerate(blocks.bylines):
            touching = title.place in (byline.first - 1, byline.last + 1)
            score[k, t] += _BESIDE * touching - min(abs(before - k), abs(before - 1 - k))
            mine = offices[k].difference(*(o for q, o in enumerate(offices) if q != k))
            score[k, t] += min(2.0, sum(g in title.plain for g in mine))
    chance = np.exp(score - score.max(axis=0))
    shares: Floats = chance / chance.sum(axis=0)
    return shares


def _title_words(titles: Sequence[Block], content: Sequence[Block]) -> Floats:
    """Share of a title's two-character words, rare ones heavier, that each block holds."""
    n = len(content)
    made = np.zeros((len(titles), n))
    for t, title in enumerate(titles):
        pairs = {g for g in _grams(title.plain) if len(g) == 2 and re.fullmatch("[一-龥]+", g)}
        total = 0.0
        for pair in pairs:
            hits = [i for i, b in enumerate(content) if pair in b.plain]
            if 0 < len(hits) <= max(2.0, n / 3):
                weight = math.log(n / len(hits))
                made[t, hits] += weight
                total += weight
        made[t] /= max(total, 1.0)
    return made


def _levels(officials: Sequence[Official], content: Sequence[Block]) -> tuple[Floats, Floats]:
    """How often a block speaks of all of the office's own level (``全县``), and of another one."""
    own, other = np.zeros((2, len(officials), len(content)))
    spoken = [_LEVEL.findall(b.plain) for b in content]
    for k, official in enumerate(officials):
        found = _RANK.findall(official.organization)
        level = found[-1] if found else ""
        for i, levels in enumerate(spoken):
            same = sum(v == level for v in levels)
            own[k, i] = min(3, same)
            other[k, i] = min(3, len(levels) - same)
    return own, other


def office_words(officials: Sequence[Official], content: Sequence[Block]) -> Floats:
    """How many of an office's own words each block holds, shape (officials, blocks), 0..4.

    Words are runs of two to four characters of the office that no other office of the
    document has; those found in many blocks count little.
    """
    grams = [_grams(plain(o.office)) for o in officials]
    texts = [b.plain for b in content]
    n = len(texts)
    found = np.zeros((len(officials), n))
    for k, mine in enumerate(grams):
        others = set().union(*(g for q, g in enumerate(grams) if q != k))
        for word in mine - others:
            hits = [i for i, text in enumerate(texts) if word in text]
            if hits and len(hits) <= max(2.0, n / 3):
                found[k, hits] += math.log(n / len(hits)) * len(word) / 4
    return np.minimum(found, _CAP)


def _office_names(officials: Sequence[Official], content: Sequence[Block]) -> Floats:
    """How telling the rarest words of each office in a block are, shape (officials, blocks).

    A place or a thing of which officialese hardly speaks at large says whose block it is;
    “组织” does not, even where only one office of the document has it.
    """
    model = Continuity.load()
    grams = [_grams(plain(o.office)) for o in officials]
    found = np.zeros((len(officials), len(content)))
    for k, mine in enumerate(grams):
        others = set().union(*(g for q, g in enumerate(grams) if q != k))
        for word in mine - others:
            weight = min(_TELLING, (model.surprise(word) - _COMMON) / 4)
            if weight > 0:
                hits = [i for i, block in enumerate(content) if word in block.plain]
                found[k, hits] = np.maximum(found[k, hits], weight)
    return found


def _grams(text: str) -> set[str]:
    return {text[i : i + n] for n in (2, 3, 4) for i in range(len(text) - n + 1)}


def nearness(blocks: Blocks) -> Ints:
    """Where each block stands from each byline: positions in `NEARNESS`, shape (bylines, n)."""
    firsts = [b.first for b in blocks.bylines]
    made = np.zeros((len(firsts), len(blocks.content)), dtype=np.int64)
    for i, block in enumerate(blocks.content):
        before = sum(first < block.place for first in firsts) - 1
        for k in range(len(firsts)):
            away = before - k
            made[k, i] = min(3, away) if away >= 0 else 4 + min(3, -away - 1)
    return made
