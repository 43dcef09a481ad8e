"""False premises: an idea given to the wrong official, a changed word, a wrong figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answerability import answerable, content, share
from rag.figure import figures, missing
from rag.fitted import fitted
from rag.knowledge import Knowledge
from rag.polarity import stance
from rag.question import Question
from rag.reading import READ, likeliest
from rag.relevance import terms
from rag.retrieval import Found
from store import fold, searchable

# A word that can be swapped for another: no spaces, no particles.
_WORD = re.compile(r"(?:(?![了的是在和与及或也都])[\u4e00-\u9fffA-Za-z0-9]){2,6}")
_ASKS = re.compile(r"多|几|哪|何|什么|怎|谁|吗|是否|可否")
_MODAL = re.compile(r"可以?|能够?|应当?|应该|必须|需要?|会|要|允许|不[可能会应许].*")
_DENIED = re.compile(r"(?:不|未|无|没有?|非|勿)$")
_NUMERAL = re.compile(r"[一二三四五六七八九十百千万\d]")
ELSEWHERE = (
    "coverage",
    "more coverage",
    "more words",
    "similarity",
    "more similarity",
    "judged",
    "judged better",
    "theme",
)
# A question for views on a theme takes for granted only that there are some.
_STANCE = re.compile(
    r"(?P<verb>(?P<against>反对|抵制|拒绝|不赞成|不支持|不同意|不主张|不提倡|不允许|不准|禁止|叫停|取消|否定)|支持|赞成|同意"
    r"|允许|提倡|鼓励|主张)(?P<words>[\u4e00-\u9fff]{4,12})"
)
_THEME = re.compile(
    r"(?:怎么|如何|怎样)(?:看|谈|说|讲|评价|论述|理解)|有(?:什么|哪些|何)(?:看法|观点|要求|说法|意见|主张)"
    r"|在.{1,16}(?:方面|上|中)|各自|分别"
)
_FEWEST = 6  # terms that a question must have for its subject to be told apart


@dataclass(frozen=True, slots=True)
class Correction:
    """What the question gets wrong: `said` stands in it, `true` in the source.

    Where `true` is empty, the source means the opposite of `said`.
    """

    said: str
    true: str

    def line(self, language: str = "zh") -> str:
        """One line that introduces the true wording."""
        if not self.true:
            zh = f"提问中的“{self.said}”与原文的意思相反，原文是这样说的："
            en = f"The question says {self.said}; the source means the opposite:"
            return en if language == "en" else zh
        if language == "en":
            return f"The question says {self.said}; the source says {self.true}:"
        return f"提问中的“{self.said}”与原文不符，原文的说法是“{self.true}”："


def misattributed(
    q: Question, own: Sequence[Found], everyone: Sequence[Found], knowledge: Knowledge
) -> Found | None:
    """The passage of somebody else that the question is really about, if it is clear."""
    if not everyone or not q.named:
        return None
    keys = {o.key for o in q.officials}
    wanted, marked = terms(q.focus), [fold(w) for w in q.quotes]

    def holds(f: Found) -> bool:
        p = f.hit.passage  # a section may be named in quotation marks too
        return any(w in fold(f"{p.section}{p.text}") for w in marked)

    if marked and not any(map(holds, own)):
        theirs = [f for f in everyone if f.hit.passage.official.key not in keys and holds(f)]
        if theirs:
            return theirs[0]
    others = [f for f in everyone[:5] if f.hit.passage.official.key not in keys]
    if len(wanted) < _FEWEST or not others:
        return None
    signs = signs_elsewhere(q, own, others, knowledge)
    if not fitted("elsewhere", knowledge.embedder).holds(signs):
        return None
    # What another says on the subject has to answer the question, too.
    other = others[0].hit.passage.official
    theirs = [f for f in others if f.hit.passage.official == other]
    asked = replace(q, officials=(other,), search=q.focus)
    return others[0] if answerable(asked, theirs, knowledge) else None


def signs_elsewhere(
    q: Question, own: Sequence[Found], others: Sequence[Found], knowledge: Knowledge
) -> tuple[float, ...]:
    """What `ELSEWHERE` names: how well the question fits the best of others, and of its own."""
    wanted, words = terms(q.focus), content(q.focus)

    def text(f: Found) -> str:
        return searchable(f.hit.passage)

    def covered(found: Sequence[Found]) -> float:
        return max((knowledge.relevance.coverage(wanted, text(f)) for f in found[:5]), default=0.0)

    def worded(found: Sequence[Found]) -> float:
        return max((share(words, text(f)) for f in found[:5]), default=0.0)

    def near(found: Sequence[Found]) -> float:
        return max((f.dense for f in found[:5]), default=0.0)

    theirs, mine = covered(others[:1]), covered(own)
    told = likeliest(q.focus, others[:1], knowledge.embedder)
    return (
        theirs,
        theirs - mine,
        worded(others[:1]) - worded(own),
        knowledge.standing(near(others), q.focus),
        knowledge.standing(near(others), q.focus) - knowledge.standing(near(own), q.focus),
        told,
        told - likeliest(q.focus, own[:READ], knowledge.embedder),
        float(bool(_THEME.search(q.asked))),
    )


def corrections(q: Question, found: Sequence[Found]) -> list[Correction]:
    """Words and figures of the question that the best passage has otherwise."""
    if not found:
        return []
    text = found[0].hit.passage.text
    return _opposed(q, text) or _figures(q, text) or _words(q, text)


def _opposed(q: Question, text: str) -> list[Correction]:
    """What the question says is opposed where the source is for it, or the other way round."""
    for match in _STANCE.finditer(q.asked):
        words = match.group("words")
        # The longest beginning that the source has: 反对错时开放图书馆 → 错时开放.
        held = next((words[:n] for n in range(len(words), 3, -1) if words[:n] in text), "")
        takes = stance(held, text) if held and match.group("verb") not in text else ""
        if takes and takes != ("against" if match.group("against") else "for"):
            return [Correction(match.group("verb") + held, "")]
    return []


def _figures(q: Question, text: str) -> list[Correction]:
    """Figures that the passage does not hold, where it has one of that kind for the same thing."""
    made = []
    for figure in [f for f in missing(q.asked, [text]) if f.unit][:2]:
        before = _lead_of(q.asked, figure.text)
        rivals = [f.text for f in figures(text) if f.unit == figure.unit]
        shared = {r: len(before & _lead_of(text, r)) for r in dict.fromkeys(rivals)}
        best = max(shared, key=lambda r: shared[r], default=None)
        if best and shared[best] >= 2 and figure.unit != "year":
            made.append(Correction(figure.text, best))
    return made


def _lead_of(text: str, figure: str) -> set[str]:
    """Pairs of characters that stand before a figure: what it is a figure of."""
    at = text.find(figure)
    lead = text[max(at - 10, 0) : at]
    return {lead[i : i + 2] for i in range(len(lead) - 1)}


def _words(q: Question, text: str) -> list[Correction]:
    """Words replaced inside a run that question and passage share otherwise."""
    from rapidfuzz import fuzz
    from rapidfuzz.distance import Levenshtein

    made = []
    for clause in _clauses(q):
        at = fuzz.partial_ratio_alignment(clause, text, score_cutoff=45)
        if at is None:
            continue
        window = text[at.dest_start : at.dest_end]
        ops = list(Levenshtein.opcodes(clause, window))
        for i, op in enumerate(ops):
            said = clause[op.src_start : op.src_end]
            true = window[op.dest_start : op.dest_end]
            before = _equal(ops[:i][::-1])
            after = _equal(ops[i + 1 :])
            whole = op.tag == "replace" and bool(_WORD.fullmatch(said) and _WORD.fullmatch(true))
            whole = whole and not _ASKS.search(said) and not _MODAL.fullmatch(said)
            counted = _NUMERAL.match(said) and _NUMERAL.match(true)
            held = before and after and before + after >= 4 and said not in text
            if whole and held and not counted:
                start = at.dest_start + op.dest_start
                denied = _DENIED.search(text[max(0, start - 2) : start])
                made.append(Correction(said, (denied.group() if denied else "") + true))
    return made


def _equal(ops: Sequence[object]) -> int:
    """Characters that agree next to a place, over a gap of at most one character."""
    count = 0
    for op in ops[:3]:
        tag, length = op.tag, op.src_end - op.src_start  # type: ignore[attr-defined]
        if tag == "equal":
            count += length
        elif length > 1 or count > 1:
            break
    return count


def _clauses(q: Question) -> list[str]:
    parts = re.split(r"[,，。;；?？!！:：]", q.focus)
    return [p for p in parts if len(p) >= 6]
