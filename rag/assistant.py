"""Question in, answer out; the only door to rag."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import replace

from rag import outline
from rag.answer import Answer, Turn
from rag.check import check, drop_failing
from rag.chronicle import Piece
from rag.comparison import compare
from rag.courtesy import courteous, kind_of_courtesy
from rag.draft import Draft, called
from rag.errors import BadQuestion, ModelFailed
from rag.extractive import Extractive
from rag.gathering import everyday, material, merged
from rag.knowledge import Knowledge
from rag.lookup import look_up
from rag.model import load_model
from rag.narration import Request, narrate
from rag.notice import absent_line, empty, fallback, namesakes_line, nothing_left
from rag.premise import corrections, misattributed
from rag.question import Question
from rag.refusal import filtered, missing, nobody, refuse, unknown
from rag.rephrasing import rephrase
from rag.reply import Reply
from rag.retrieval import Found, retrieve
from rag.settings import RagSettings
from rag.suggestion import follow, suggest
from rag.synopsis import Synopsis, synopsis
from rag.theme import Theme
from rag.trace import QuoteTrace
from rag.understanding import understand, validated
from rag.whosaid import who_said
from rag.within import NO_LIMITS, Filter
from store import Library, Official

EXTRACTIVE = "extractive"


class Assistant:
    """Answers questions over a library, with or without a language model."""

    def __init__(self, library: Library, settings: RagSettings | None = None) -> None:
        self.library = library
        self.settings = settings or RagSettings()
        self._knowledge = Knowledge(library)

    @property
    def engine(self) -> str:
        """``"extractive"`` or the model's ``"provider:model"``."""
        return self.settings.llm or EXTRACTIVE

    @property
    def knowledge(self) -> Knowledge:
        """What is derived from the library as it is now."""
        if self._knowledge.version != self.library.version:
            self._knowledge = Knowledge(self.library)
        return self._knowledge

    def warm(self) -> None:
        """Build what the first question would have to wait for."""
        knowledge = self.knowledge
        if knowledge.passages:
            _ = (knowledge.roster, knowledge.relevance, knowledge.corpus, knowledge.background)

    def suggestions(self, count: int = 4, language: str = "zh") -> list[str]:
        """Questions that this library can answer."""
        return suggest(self.knowledge, count, language)

    def themes(self, count: int = 6) -> list[Theme]:
        """Themes of the library's own headings, each with who speaks of it; 24 at most."""
        return self.knowledge.themes[:count]

    def chronicle(self) -> list[Piece]:
        """Every piece of the library by its date, those without one last."""
        return self.knowledge.chronicle

    def offered(self) -> Filter:
        """Every limit that lets somebody of this library through, to choose from."""
        return self.knowledge.offered

    def next_questions(self, answer: Answer, count: int = 3, language: str = "zh") -> list[str]:
        """Questions that go on from an answer and that this library can answer."""
        return follow(self.knowledge, answer, count, language)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        speakers: Sequence[str] = (),
        llm: str | None = None,
        language: str = "zh",
        settings: RagSettings | None = None,
        limits: Filter = NO_LIMITS,
    ) -> Reply:
        """Answer a question.

        Args:
            history: the conversation before it, oldest first.
            speakers: names or keys of officials to limit the answer to; () means everybody.
            llm: another engine than the settings' for this question.
            language: ``"zh"`` or ``"en"``, for the words around the quotations.
            settings: other settings for this question (a person's own key).
            limits: by organization, place, kind of organ and year; they hold beside `speakers`.

        Raises:
            BadQuestion: the question is empty or too long, or a year is none; while it is read.
            StoreError: the library cannot be searched; while the reply is read.
        """
        use = settings or self.settings
        engine = llm or use.llm or EXTRACTIVE
        return Reply(
            lambda: self._write(question, history, speakers, limits, engine, language, use)
        )

    def trace(self, quote: str) -> QuoteTrace:
        """Who said these words, verbatim or nearly; every owner of them.

        Raises:
            BadQuestion: there is no letter, digit or character in the quote.
            StoreError: the library cannot be read.
        """
        if not any(c.isalnum() for c in quote):
            raise BadQuestion("请给出要查证的话。", "Give the words to look for.")
        self.library.refresh()
        return self.knowledge.quotes.trace(quote)

    def compare(
        self, theme: str, speakers: Sequence[str] = (), limits: Filter = NO_LIMITS
    ) -> Synopsis:
        """Who of some officials said what on a theme: a row each, also for those who did not.

        Args:
            theme: a few words or a question.
            speakers: names or keys; () means everybody.
            limits: as for `ask`.

        Raises:
            BadQuestion: the theme is empty or too long, or nobody or too many are left.
            StoreError: the library cannot be searched.
        """
        self.library.refresh()
        knowledge = self.knowledge
        chosen, absent = self._limit(speakers, knowledge)
        officials = chosen if chosen or absent else knowledge.officials
        longest = self.settings.max_question_chars
        return synopsis(theme, officials, self.library, knowledge, limits, longest)

    def _write(
        self,
        asked: str,
        history: Sequence[Turn],
        speakers: Sequence[str],
        limits: Filter,
        engine: str,
        language: str,
        settings: RagSettings,
    ) -> Generator[str, None, Answer]:
        started = time.perf_counter()
        asked = validated(asked, settings.max_question_chars)
        self.library.refresh()
        knowledge = self.knowledge
        limit_to, absent = self._limit(speakers, knowledge)
        within = limits.among(knowledge.officials, knowledge.years)
        q = understand(asked, history, limit_to, knowledge, within)
        if absent:
            q = replace(q, strangers=tuple(absent), officials=())
        notice, written, draft = "", EXTRACTIVE, None
        if (
            limits
            and knowledge.passages
            and not any(map(within.has, limit_to or knowledge.officials))
        ):
            draft = nobody(limits, language)
            yield from _pieces(draft.text)
        alone = engine == EXTRACTIVE and q.kind == "compare"  # it searches for each by itself
        found = [] if draft or alone or _fixed(q, knowledge) else self._find(q)
        if engine != EXTRACTIVE and found:
            try:
                model = load_model(engine, settings)
                if settings.llm_rephrase and (q.follows or everyday(q, found, knowledge)):
                    others = rephrase(model, asked, history, settings)
                    found = merged(q, found, others, self._find)
                passages = material(q, found, self.library, knowledge)
                request = Request(asked, q.search, passages, history, language)
                draft = yield from narrate(model, request, settings, knowledge.relevance)
                written = engine
            except ModelFailed as error:
                notice = fallback(error, language)
        if draft is None:
            draft = self._extract(q, found, knowledge, language)
            if len({o.name for o in q.officials}) < len(q.officials) and q.named:
                draft.parts.insert(0, namesakes_line(q.officials, language))
            if q.strangers and q.officials:
                draft.say(absent_line(q.strangers, language))
            yield from _pieces(draft.text)
        return _answered(q, draft, knowledge, notice, written, started, settings)

    def _find(self, q: Question) -> list[Found]:
        return look_up(self.library, q, self.library.embedder.name)

    def _extract(
        self, q: Question, found: list[Found], knowledge: Knowledge, language: str
    ) -> Draft:
        """The extractive answer, by the form that the question wants."""
        if kind_of_courtesy(q.asked):
            return courteous(q.asked, language)
        if not knowledge.passages:
            return empty(language)
        if q.outside and not q.officials:
            return filtered(q, language)
        if q.strangers and not q.officials:
            return unknown(q, knowledge, language)
        if q.kind == "whosaid" and q.quotes:
            return who_said(q, knowledge, language)
        if q.kind == "library":
            return outline.holdings(q, knowledge, language)
        if outline.asks_office(q):
            return outline.office(q, knowledge, language)
        if outline.asks_form(q):
            return outline.form(q, knowledge, language)
        if q.kind == "overview":
            return outline.overview(q, knowledge, language)
        if q.kind == "compare":
            return compare(q, self.library, knowledge, language)
        engine = Extractive(self.library, knowledge.relevance, language)
        wrong = self._elsewhere(q, found, knowledge)
        if wrong:
            draft = Draft(language)
            who = called(q.officials)
            other = wrong.hit.passage.official.name
            draft.say(
                f"现有材料中没有{who}的这一说法，相关内容出自{other}："
                if language == "zh"
                else f"Nothing on this by {who} in the library; it is by {other}:"
            )
            return engine.answer(q, [wrong], draft)
        if missing(q, found, knowledge):
            return refuse(q, found, knowledge, language)
        draft = Draft(language)
        for correction in corrections(q, found):
            draft.say(correction.line(language))
        return engine.answer(q, found, draft)

    def _elsewhere(self, q: Question, found: list[Found], knowledge: Knowledge) -> Found | None:
        # “X 呢？” asks for another's view on the same, and takes nothing for granted.
        if q.follows or not (q.named and q.officials):
            return None
        everyone = retrieve(self.library, q.focus, within=q.within, limit=5)
        return misattributed(q, found, everyone, knowledge)

    def _limit(
        self, speakers: Sequence[str], knowledge: Knowledge
    ) -> tuple[list[Official], list[str]]:
        """The officials meant by names or keys, and the names that mean nobody."""
        chosen: list[Official] = []
        absent = []
        for wanted in speakers:
            found = [o for o in knowledge.officials if wanted in (o.key, o.name)]
            chosen += found
            if not found:
                absent.append(wanted.split("|")[0])
        return chosen, absent if not chosen else []


def _answered(
    q: Question,
    draft: Draft,
    knowledge: Knowledge,
    notice: str,
    engine: str,
    started: float,
    settings: RagSettings,
) -> Answer:
    """The checked answer, beside the officials of the moment when it was written."""
    text, citations = draft.text, tuple(draft.citations)
    # An answer that cites nothing says only what the library does not hold.
    claims = check(text, citations, knowledge.officials, question=q.asked) if citations else ()
    answered = draft.answered
    if settings.strict:
        text = drop_failing(text, claims)
    if not text.strip():
        text, answered = nothing_left(draft.language), False
    said = tuple(dict.fromkeys(c.passage.official.name for c in citations))
    return Answer(
        question=q.asked,
        answered=answered,
        text=text,
        citations=citations,
        claims=tuple(claims),
        notice=notice,
        engine=engine,
        seconds=time.perf_counter() - started,
        speakers=tuple(o.name for o in q.officials) or said,
        related=tuple(draft.related),
    )


def _fixed(q: Question, knowledge: Knowledge) -> bool:
    """Whether code alone answers: no passages to find, nothing for a model to add."""
    nobody = bool((q.strangers or q.outside) and not q.officials) or not knowledge.passages
    fixed = nobody or q.kind in ("whosaid", "library", "overview") or outline.asks_about(q)
    return fixed or bool(kind_of_courtesy(q.asked))


def _pieces(text: str) -> Generator[str]:
    """The text in small pieces, as a stream."""
    for start in range(0, len(text), 12):
        yield text[start : start + 12]
