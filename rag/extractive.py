"""The engine without a language model: the passages' own sentences, chosen and ordered."""

from __future__ import annotations

from collections.abc import Sequence

from rag.draft import Draft
from rag.enumeration import siblings
from rag.lead import beside, leading, others
from rag.ordinal import nth
from rag.question import Question, asks_who
from rag.relevance import Relevance, terms
from rag.retrieval import Found
from rag.selection import choose, figure_pattern, opening
from rag.sentence import cut
from store import Library, Passage, fold

TIGHT = 0.55  # coverage of the question's content from which sentences are told apart
# How far below the best passage another may lie to be shown too, and how many are shown, by
# the coverage of the question's content: the looser the match, the more.
_BREADTH = ((TIGHT, 0.8, 2), (0.3, 0.72, 3), (0.0, 0.78, 4))
LOOSE = 0.12  # coverage below which the answer says that it goes by meaning alone


class Extractive:
    """Writes drafts from what was found; see `rag.refusal` for when there is nothing."""

    def __init__(self, library: Library, relevance: Relevance, language: str = "zh") -> None:
        self._library = library
        self._relevance = relevance
        self._language = language

    def answer(self, q: Question, found: Sequence[Found], draft: Draft) -> Draft:
        """Add to a draft one block per official, the best passage first.

        Where the match is loose, the official of the best passage answers alone; what others
        say nearly as well goes to ``draft.related``.
        """
        group = siblings(self._library, q, [f.hit.passage for f in found[:4]])
        one = nth(q.asked, group)
        if one:
            draft.tell(one, cut(one.text))
            return draft
        if group:
            self._enumerate(draft, group)
            return draft
        chosen = self._enough(q, found)
        if chosen and self._covered(q, chosen[0]) < LOOSE:
            draft.say(
                "材料中没有字面相同的说法，下列段落意思最接近："
                if self._language == "zh"
                else "Nothing in the library uses these words; these passages come closest:"
            )
        for key in dict.fromkeys(p.official.key for p in chosen):
            self.block(draft, q, [p for p in chosen if p.official.key == key])
        draft.related += beside(found, chosen)
        if not draft.related and chosen and self._covered(q, chosen[0]) < LOOSE:
            draft.related += others(q, found, self._library, self._relevance)
        return draft

    def block(self, draft: Draft, q: Question, passages: Sequence[Passage]) -> None:
        """Add what one official says."""
        for i, p in enumerate(passages):
            tight = self._covered(q, p) >= TIGHT
            spans = choose(self._library, self._relevance, q, p, tight)
            first = i == 0 or p.title != passages[0].title
            draft.tell(p, spans, introduced=not first)

    def _enumerate(self, draft: Draft, group: Sequence[Passage]) -> None:
        """Each item of an enumeration over several paragraphs: its opening sentence."""
        for i, p in enumerate(group):
            draft.tell(p, opening(p.text), introduced=i > 0)

    def _enough(self, q: Question, found: Sequence[Found]) -> list[Passage]:
        """The first passage, and those that come close; more where the match is loose."""
        if not found:
            return []
        covered = self._covered(q, found[0].hit.passage)
        if covered < TIGHT:
            found = leading(found)
        share, most = next((s, m) for bar, s, m in _BREADTH if covered >= bar)
        best = found[0].hit.score
        near = [f.hit.passage for f in found[:most] if f.hit.score >= share * best]
        marked = [p for p in near if self._holds(q, p)]
        if near[0] in marked:
            near = marked
        if q.kind == "number":
            pattern = figure_pattern(q.asked)
            near = [p for p in near if pattern.search(p.text)] or near
        if asks_who(q.asked):
            bar = 0.7 * max(self._covered(q, p) for p in near)
            near = [p for p in near if self._covered(q, p) >= bar]
            word = fold(q.focus)  # 谁谈到农民工: not who speaks of 农民 and of 工业
            near = [p for p in near if word in fold(f"{p.section}{p.text}")] or near
        return near

    @staticmethod
    def _holds(q: Question, p: Passage) -> bool:
        """Whether a passage has words that the question puts in quotation marks."""
        text = fold(f"{p.section}{p.text}")
        return any(fold(w) in text for w in q.quotes)

    def _covered(self, q: Question, p: Passage) -> float:
        return self._relevance.coverage(terms(q.focus), f"{p.section}{p.text}")
