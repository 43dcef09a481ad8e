"""Words in quotation marks in an answer, and whether the source has them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.marker import strip_marks
from rag.script import run_on
from rag.speech import STRONG
from store.folding import fold_with_map

_PAIRS = {"“": "”", "「": "」", "『": "』", "‘": "’", '"': '"', "＂": "＂"}
_ELLIPSIS = re.compile(r"…+|\.{3,}|⋯+")
# Words that were asked about or are denied are not put into anybody's mouth.
_DENIED = re.compile(
    r"不是|并非|没有说|没说|未说|未见|而非|并未|未曾|非原话|有出入|不一致|不同于|被改|误记|误传|误引|改动|改成|改写|所引|引文|您引|您问|你问"
    r"|问题中|提问|问的|没有(?:找到|查到|出现|使用|提到|提及)|不同|略有|相近|not|did not|no passage"
)
_TOPIC = re.compile(
    r"(?:关于|围绕|对于|针对|就|对|有关|涉及|所谓|在|把|将|谈|谈到|论述|问及)[^，。“”]{0,6}$"
)
_SPOKEN = re.compile(rf"(?:{STRONG}|提出|说|要求)[，,：: ]*$")
_ORIGINAL = re.compile(r"原[话文句]|实际(?:说|是|为)|[表]述为|应为|指出|强调|提出|说")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words between quotation marks. `start` and `end` include the marks."""

    words: str
    start: int
    end: int


def quotations(text: str) -> list[Quotation]:
    """The quotations in `text`, outermost only, those that are closed."""
    found = []
    at = 0
    while at < len(text):
        close = _PAIRS.get(text[at])
        if close and not _apostrophe(text, at):
            stop = _closing(text, at, text[at], close)
            if stop > at:
                found.append(Quotation(text[at + 1 : stop], at, stop + 1))
                at = stop
        at += 1
    return found


def _apostrophe(text: str, at: int) -> bool:
    return text[at] == "‘" and text[at - 1 : at].isascii() and text[at - 1 : at].isalpha()


def _closing(text: str, at: int, opener: str, closer: str) -> int:
    if opener == closer:
        return text.find(closer, at + 1)
    depth = 0
    for place in range(at, len(text)):
        if text[place] == opener:
            depth += 1
        elif text[place] == closer:
            depth -= 1
            if depth == 0:
                return place
    return text.find(closer, at + 1)


def stands(words: str, sources: Sequence[str]) -> bool:
    """Whether quoted words are in one of `sources` (folded texts), … standing for a cut."""
    parts = [fold_with_map(part)[0] for part in _ELLIPSIS.split(run_on(strip_marks(words)))]
    parts = [part for part in parts if part]
    if not parts:
        return True
    for source in sources:
        at = 0
        for part in parts:
            at = source.find(part, at)
            if at < 0:
                break
            at += len(part)
        else:
            return True
    return False


def altered(
    text: str,
    sources: Sequence[str],
    question: str = "",
    aliases: Sequence[str] = (),
    *,
    strict: bool = False,
) -> list[Quotation]:
    """The quotations of a sentence that its sources do not have.

    Args:
        text: the sentence, without markers.
        sources: folded texts of what it cites (passage, title, section).
        question: as the person asked it; its words may be repeated as a topic or to deny them.
        aliases: folded words that are no quotation though they are quoted (names, offices).
        strict: count emphasis too.

    One character proves nothing and is let pass. Two or three are let pass as emphasis unless
    a verb of speech stands before them or they differ from the source by one of three.
    """
    asked = fold_with_map(question)[0]
    wrong = []
    for quotation in quotations(text):
        folded = fold_with_map(strip_marks(quotation.words))[0]
        if len(folded) < 2 or folded in aliases or stands(quotation.words, sources):
            continue
        if _denied(text, quotation) and (not asked or folded in asked):
            continue
        if asked and folded in asked and _TOPIC.search(text[: quotation.start]):
            continue
        said = _SPOKEN.search(text[: quotation.start])
        if not strict and len(folded) <= 3 and not said and not _resembles(folded, sources):
            continue
        wrong.append(quotation)
    return wrong


def without_denied(text: str) -> str:
    """`text` without the quotations that it says are not the source's wording."""
    for quotation in reversed(quotations(text)):
        if _denied(text, quotation):
            text = text[: quotation.start] + text[quotation.end :]
    return text


def _denied(text: str, quotation: Quotation) -> bool:
    """Whether the clause around a quotation says that it is not the source's wording."""
    start = max(text.rfind(sign, 0, quotation.start) for sign in "，,；;。：:") + 1
    ends = [at for sign in "，,；;。" if (at := text.find(sign, quotation.end)) >= 0]
    after = text[quotation.end : min(ends, default=len(text))]
    before = text[start : quotation.start]
    if _ORIGINAL.search(before) and not re.search(r"没有|未|并非|不是|不曾|所引|问", before):
        return bool(re.search(r"不是|并非|有出入|不一致|没有|略有", after))
    return bool(_DENIED.search(before) or _DENIED.search(after))


def _resembles(folded: str, sources: Sequence[str]) -> bool:
    """Whether a short term looks made from one of the source: all its characters but one."""
    for source in sources:
        for at in range(len(source) - len(folded) + 1):
            window = source[at : at + len(folded)]
            if sum(a != b for a, b in zip(window, folded, strict=True)) == 1 and len(folded) == 3:
                return True
    return False
