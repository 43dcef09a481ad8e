"""How far a passage supports a sentence that does not quote it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.lexicon import COMMON, FRAME, SENSES
from rag.polarity import contradicts
from rag.quotation import quotations
from rag.script import one_script, run_on
from store import Passage
from store.folding import fold_with_map


@dataclass(frozen=True, slots=True)
class Support:
    """How a sentence stands to passages.

    Attributes:
        whole: share, 0..1, of the sentence's content that the passages hold.
        weakest: the same of its least supported clause of some length.
        weight: how much content there is; under 3 there is nothing to check.
        conflict: what contradicts (a negation turned, a place that is not there), or "".
    """

    whole: float
    weakest: float
    weight: float
    conflict: str = ""


@lru_cache(maxsize=256)
def evidence(passage: Passage) -> str:
    """All that a citation of a passage vouches for, folded: words, headings, who and when."""
    o = passage.official
    parts = (passage.text, passage.title, passage.section, o.name, o.organization, o.position)
    return "\n".join(fold_with_map(part)[0] for part in (*parts, passage.date))


def support(claim: str, passages: Sequence[Passage]) -> Support:
    """How far `passages` together support `claim` (a sentence without markers and frame)."""
    sources = "\n".join(evidence(p) for p in passages)
    claim = one_script(run_on(claim))
    pairs = _pairs(sources)
    scored = [_clause(part, sources, pairs) for part in _clauses(claim)]
    weight = sum(w for _, w in scored)
    whole = sum(s * w for s, w in scored) / weight if weight else 1.0
    weakest = min((s for s, w in scored if w >= 6), default=whole)
    if fold_with_map(claim)[0] in sources:
        return Support(whole, weakest, weight)
    texts = [one_script(run_on(p.text)) for p in passages]
    conflict = _strangers(claim, sources) or contradicts(_beyond(claim, sources), texts)
    return Support(whole, weakest, weight, conflict)


def _beyond(claim: str, sources: str) -> str:
    """The claim without its quotations that stand in the sources."""
    for quotation in reversed(quotations(claim)):
        folded = fold_with_map(quotation.words)[0]
        if len(folded) >= 4 and folded in sources:
            claim = f"{claim[: quotation.start]}，{claim[quotation.end :]}"
    return claim


def _clauses(claim: str) -> list[str]:
    """The clauses of a sentence; very short ones go with the next."""
    parts: list[str] = []
    held = ""
    for part in re.split(r"[，,；;。：:！!？?\n]", claim):
        held += part
        if len(held) >= 6:
            parts.append(held)
            held = ""
    return [*parts, held] if held else parts


def _clause(clause: str, sources: str, pairs: frozenset[str]) -> tuple[float, float]:
    """(share supported, weight) of one clause: its words, and the pairs of characters in them."""
    import rjieba

    total = got = 0.0
    wanted: list[str] = []
    for word in rjieba.cut(clause):
        folded = fold_with_map(word)[0]
        if not folded or word in FRAME or folded in FRAME:
            continue
        weight = 0.4 if len(folded) == 1 else len(folded) * (0.5 if folded in COMMON else 1.0)
        total += weight
        got += weight * _covered(folded, sources)
        wanted += [folded[i : i + 2] for i in range(len(folded) - 1)]
    if not total:
        return 1.0, 0.0
    whole = fold_with_map(clause)[0]
    across = [whole[i : i + 2] for i in range(len(whole) - 1)]
    held = sum(p in pairs for p in across) / len(across) if across else 1.0
    return 0.7 * got / total + 0.3 * held, total


def _covered(word: str, sources: str) -> float:
    """How far one word stands in the sources, itself or in another word of its sense."""
    if word in sources:
        return 1.0
    if any(other in sources for other in SENSES.get(word, ())):
        return 0.85
    if len(word) == 1:
        return 0.0
    if len(word) >= 3:
        inside = [word[i : i + 2] in sources for i in range(len(word) - 1)]
        return 0.9 * sum(inside) / len(inside)
    near = re.search(f"{re.escape(word[0])}.{{1,3}}{re.escape(word[1])}", sources)
    return 0.6 if near else 0.0


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


_GENERAL = frozenset(
    [
        "中国",
        "我国",
        "全国",
        "国内",
        "当地",
        "本地",
        "各地",
        "外地",
        "中华",
        "国外",
        "中央",
        "华夏",
        "祖国",
        "神州",
        "中外",
    ]
)
_NO_PLACE = re.compile(r"[及于至向从为在了的]")  # 惠及 and the like, which the tagger mistakes
_TITLED = re.compile(r"《([^》]{2,60})》")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+")


def _strangers(claim: str, sources: str) -> str:
    """A place, a titled document or a Latin word of the claim that the sources do not know."""
    import rjieba

    for titled in _TITLED.findall(claim):
        folded = fold_with_map(titled)[0]
        if (
            folded
            and folded not in sources
            and folded.removeprefix("中华人民共和国") not in sources
        ):
            return f"《{titled}》"
    for latin in _LATIN.findall(claim):
        if fold_with_map(latin)[0] not in sources:
            return str(latin)
    tagged = rjieba.tag(claim)
    for n, (word, tag) in enumerate(tagged):
        if tag != "ns" or len(word) < 2 or word in _GENERAL or _NO_PLACE.search(word):
            continue
        stem = word.rstrip("省市县区州") if len(word) > 2 else word
        if fold_with_map(stem)[0] not in sources and not _part(n, tagged, sources):
            return str(word)
    return ""


def _part(n: int, tagged: list[tuple[str, str]], sources: str) -> bool:
    """Whether a place is only a slip of the segmenter: it stands across its neighbours."""
    word = tagged[n][0]
    around = "".join(w for w, _ in tagged[max(0, n - 1) : n + 2])
    at = around.find(word)
    inner = fold_with_map(around[max(0, at - 1) : at + 1])[0]
    outer = fold_with_map(around[at + len(word) - 1 : at + len(word) + 1])[0]
    return (len(inner) == 2 and inner in sources) and (len(outer) == 2 and outer in sources)
