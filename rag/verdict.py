"""The verdict on one sentence and what it cites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer import Citation, Verdict
from rag.claim import is_notice, plain
from rag.figure import missing
from rag.marker import find_marks
from rag.mention import Mention, Mentions
from rag.quotation import altered, quotations, without_denied
from rag.speech import STRONG
from rag.support import Support, evidence, support
from store import Passage
from store.folding import fold_with_map

SUPPORTED = 0.42  # least share of a sentence's content, calibrated on tests.check_bench
CLAUSE = 0.18  # the same of each longer clause
MARGIN = 0.25  # how much better another passage may fit before the marker counts as misplaced
CONTENT = 3.0  # weight below which there is nothing to support

_CONTRAST = re.compile(
    r"不同|相比|相较|比较|一样|一致|相似|类似|之外|以外|区别|呼应|不谋而合|不是|并非|而非|没有"
)
_CONTRASTED = re.compile(
    r"(?:与|和|同|跟|不同于|区别于|有别于|相比|相较于?|比|除了?|不是|并非|而非|没有|呼应了?)"
    r"(?:前述的?|上述的?)?[^，,。；;]{0,6}$"
)
_TOGETHER = re.compile(r"^(?:[（(][^）)]*[）)])?(?:、|和|与|以及|及|，)?[^，。；;]{0,24}$")
_BOTH = re.compile(r"都|均|共同|一致|分别|各自|同样|也|皆")
_FRAME = re.compile(
    rf"^[^，,。；;“”]{{0,60}}?(?:{STRONG}|提出|要求|说)[^，,。；;:：“]{{0,4}}[:：，,]"
    rf"|^[^。；;“”:：]{{0,80}}?(?:{STRONG}|提出|要求|说|原话是|的话|原文是|原文为)[:：]"
)
_FRAME_EN = re.compile(
    r"^[^:：]{0,200}\b(?:says?|said|saying|wrote|states?)\b[^:：]{0,100}[:：]\s*", re.I
)
_REMARK = re.compile(r"[（(][^（）()]{4,60}[）)]")
_MATERIAL = re.compile(
    r"材料|资料|文件|原文|段落|库|讲话|文章|表述|提及|提到|相关|说法|谈到|谈及|涉及|论述"
)


@dataclass(frozen=True, slots=True)
class Segment:
    """Words of a sentence and the numbers that stand behind them."""

    text: str
    numbers: tuple[int, ...]


def segments(sentence: str, default: tuple[int, ...] = ()) -> list[Segment]:
    """A sentence cut at its markers. What follows the last marker rests on all of them."""
    found: list[Segment] = []
    at = 0
    held: list[int] = []
    marks = find_marks(sentence)
    for n, mark in enumerate(marks):
        held += mark.numbers
        following = marks[n + 1].start if n + 1 < len(marks) else len(sentence)
        if n + 1 < len(marks) and not sentence[mark.end : following].strip(" ,，、"):
            continue
        start = mark.start
        for before in reversed(marks[:n]):
            if sentence[before.end : start].strip(" ,，、"):
                break
            start = before.start
        text = plain(sentence[at : max(at, start)]).lstrip("，,、；; ")
        found.append(Segment(text, tuple(dict.fromkeys(held))))
        at, held = mark.end, []
    every = tuple(dict.fromkeys(n for s in found for n in s.numbers)) or default
    rest = plain(sentence[at:])
    if len(re.findall(r"\w", rest)) >= 6 or not found:
        found.append(Segment(rest.lstrip("，,、；; "), every))
    elif rest.strip():
        found[-1] = Segment(found[-1].text + rest, found[-1].numbers)
    # Two characters before a marker cite nothing: 张三[1]和李四[2]都…
    return found


class Judge:
    """Gives verdicts for one answer: its citations, and the officials of the library."""

    def __init__(
        self, citations: Sequence[Citation], mentions: Mentions, question: str = ""
    ) -> None:
        self._passages = {c.number: c.passage for c in citations}
        self._mentions = mentions
        self._question = question

    def known(self, numbers: Sequence[int]) -> tuple[int, ...]:
        """Those of `numbers` that are citations of this answer."""
        return tuple(n for n in numbers if n in self._passages)

    def verdict(
        self, sentence: str, numbers: tuple[int, ...], scope: frozenset[str] = frozenset()
    ) -> Verdict:
        """The verdict on a sentence that cites `numbers` (its markers, or inherited ones)."""
        parts = [s for s in segments(sentence, numbers) if self.known(s.numbers)]
        parts = [Segment(without_notice(s.text), self.known(s.numbers)) for s in parts]
        carried = scope
        for part in parts:
            named = self._named(part.text)
            if self._wrong_speaker(part, named, carried):
                return "wrong_speaker"
            carried = frozenset().union(*(m.keys for m in named)) or carried
        for part in parts:
            if missing(self._unframed(part.text), self._texts(part.numbers)):
                return "wrong_number"
        if self._altered(sentence, parts):
            return "altered_quote"
        if not parts or all(self.supported(p.text, p.numbers) for p in parts):
            return "supported" if parts else "uncited"
        return "unsupported"

    def supported(self, text: str, numbers: Sequence[int]) -> bool:
        """Whether the passages behind `numbers` support the words, no others far better."""
        found = self.support(text, numbers)
        if found.weight < CONTENT:
            return True
        if self._stranger(text, numbers):
            return False
        if found.conflict or found.whole < SUPPORTED or found.weakest < CLAUSE:
            return False
        if found.whole >= 0.75:
            return True
        others = [n for n in self._passages if n not in numbers]
        best = max((self.support(text, [n]).whole for n in others), default=0.0)
        return best - found.whole <= MARGIN

    def _stranger(self, text: str, numbers: Sequence[int]) -> bool:
        """Whether an official is named whom the passages neither are by nor speak of."""
        passages = [self._passages[n] for n in numbers]
        cited = {p.official.key for p in passages}
        sources = "\n".join(map(evidence, passages))
        return any(
            not m.keys & cited
            and fold_with_map(m.words)[0] not in sources
            and not _contrasted(text, m)
            for m in self._named(text)
        )

    def support(self, text: str, numbers: Sequence[int]) -> Support:
        """How far the passages behind `numbers` support the words, frame and names aside."""
        return support(self._content(text), [self._passages[n] for n in numbers])

    def weight(self, text: str) -> float:
        """How much content there is in a sentence besides names, offices and frame."""
        return support(self._content(text), ()).weight

    def quoted(self, text: str, numbers: Sequence[int]) -> list[str]:
        """The quoted words of `text` that the passages behind `numbers` do not have."""
        sources = [evidence(self._passages[n]) for n in numbers]
        return [q.words for q in altered(text, sources, self._question, self._aliases(text))]

    def _altered(self, sentence: str, parts: Sequence[Segment]) -> bool:
        """Whether a quotation is not in what is cited behind it."""
        for part in parts:
            if self.quoted(part.text, part.numbers):
                return True
        # A quotation that a marker stands inside of is seen only in the whole sentence.
        spans = [(q.start, q.end) for q in quotations(sentence)]
        inside = [m for m in find_marks(sentence) if any(a < m.start < b for a, b in spans)]
        every = tuple(dict.fromkeys(n for p in parts for n in p.numbers))
        return bool(inside and self.quoted(plain(sentence), every))

    def _aliases(self, text: str) -> list[str]:
        return [fold_with_map(m.words)[0] for m in self._mentions.find(text)]

    def _texts(self, numbers: Sequence[int]) -> list[str]:
        found = [self._passages[n] for n in numbers]
        return [x for p in found for x in (p.text, p.title, p.section, p.date) if x]

    def _named(self, text: str) -> list[Mention]:
        """The officials named outside quotations."""
        spans = [(q.start, q.end) for q in quotations(text)]
        return [m for m in self._mentions.find(text) if not any(a < m.start < b for a, b in spans)]

    def _unframed(self, text: str) -> str:
        """The words without offices, whose numbers are names (第一检察部)."""
        for mention in reversed(self._mentions.find(text)):
            text = text[: mention.start] + "＿" + text[mention.end :]
        return text

    def _content(self, text: str) -> str:
        """What a sentence says, without who says it and where."""
        text = without_denied(text)
        found = self._mentions.find(text)
        frame = _FRAME.match(text) or _FRAME_EN.match(text)
        if frame and (any(m.start < frame.end() for m in found) or frame.end() < 16):
            text = text[frame.end() :]
            found = self._mentions.find(text)
        for mention in reversed(found):
            text = text[: mention.start] + text[mention.end :]
        return re.sub(r"[（(][^（）()]{0,30}(?:书记|长|主任|主席|委员|政委)[）)]", "", text)

    def _wrong_speaker(
        self, part: Segment, named: Sequence[Mention], scope: frozenset[str]
    ) -> bool:
        """Whether the words are put into a mouth that what they cite does not belong to."""
        passages = [self._passages[n] for n in part.numbers]
        cited = frozenset(p.official.key for p in passages)
        if not named:
            return bool(scope) and not scope & cited
        right = [m for m in named if m.keys & cited]
        wrong = [m for m in named if not m.keys & cited and not self._spoken_of(m, passages)]
        if not wrong:
            # An office named in passing does not outweigh the name that the sentence stands under.
            speaking = any(m.by_name or m.says for m in right)
            return not speaking and bool(scope) and not scope & cited
        if not right:
            if scope & cited:
                return any(m.says for m in wrong)
            return not all(_contrasted(part.text, m) for m in wrong) or not scope
        return any(_misplaced(part.text, m, right) for m in wrong)

    def _spoken_of(self, mention: Mention, passages: Sequence[Passage]) -> bool:
        """Whether the sources themselves name that official, speaking if need be."""
        for passage in passages:
            if mention.words not in passage.text:
                continue
            if not mention.says:
                return True
            at = passage.text.find(mention.words) + len(mention.words)
            if re.match(rf"[^，。；]{{0,12}}(?:{STRONG}|提出|要求|说)", passage.text[at:]):
                return True
        return False


def _contrasted(text: str, mention: Mention) -> bool:
    """Whether an official is named only to be told apart: 与张三不同."""
    before = text[: mention.start]
    return bool(_CONTRASTED.search(before) and _CONTRAST.search(text[max(0, mention.start - 6) :]))


def _misplaced(text: str, mention: Mention, right: Sequence[Mention]) -> bool:
    """Whether an official who is not cited is said to speak beside one who is."""
    if _contrasted(text, mention):
        return False
    for other in right:
        first, second = sorted((mention, other), key=lambda m: m.start)
        between = text[first.end : second.start]
        office = not between.strip("（(，,的、 ") and mention.by_name != other.by_name
        if office:
            return True  # 张三（李四's office）
        together = _TOGETHER.match(between) and re.search(r"、|和|与|及", between)
        if together and (second.says or _BOTH.search(text[second.end : second.end + 40])):
            return True
    return mention.says


def without_notice(text: str) -> str:
    """A cited segment without the clauses that say what the material lacks."""
    if not is_notice(text):
        return text
    text = _REMARK.sub(lambda m: "" if is_notice(m.group()) else m.group(), text)
    clauses = re.split(r"(?<=[，,；;。])", text)
    kept = []
    for n, clause in enumerate(clauses):
        following = clauses[n + 1] if n + 1 < len(clauses) else ""
        if is_notice(clause) and _MATERIAL.search(clause):
            continue
        if (
            is_notice(following)
            and _MATERIAL.search(following)
            and re.match(r"(?:关于|对于|就|针对|至于|有关|在)", clause)
        ):
            continue
        kept.append(clause)
    return "".join(kept)
