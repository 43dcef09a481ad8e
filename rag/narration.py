"""The engine with a language model: its words, our check, and a way back when it fails."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answer import Citation, Turn
from rag.check import attach_certain, strip_false_quotes
from rag.draft import Draft
from rag.errors import ModelFailed
from rag.generation import REASONS, clean, generate, is_refusal, looks_broken
from rag.marker import MarkerStream, find_marks, normalise, numbers_in, written
from rag.relevance import Relevance, terms
from rag.sentence import cut, sentences
from rag.settings import RagSettings
from store import Passage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


@dataclass(frozen=True, slots=True)
class Request:
    """What the model is asked."""

    question: str
    standalone: str
    passages: Sequence[Passage]
    history: Sequence[Turn]
    language: str


def narrate(
    model: BaseChatModel, request: Request, settings: RagSettings, relevance: Relevance
) -> Generator[str, None, Draft]:
    """Stream the model's answer; the draft at the end has its citations in order.

    Raises:
        ModelFailed: the model cannot be used or wrote something that is no answer.
    """
    count = len(request.passages)
    markers = MarkerStream(count)
    raw = []
    for piece in generate(
        model,
        request.question,
        request.passages,
        history=request.history,
        language=request.language,
        settings=settings,
        standalone_question=request.standalone,
    ):
        raw.append(piece)
        ready = markers.feed(piece)
        if ready:
            yield ready
    rest = markers.finish()
    if rest:
        yield rest
    text = normalise(clean("".join(raw)), count).strip()
    if is_refusal(text):
        return Draft(request.language, [text], [], answered=False)
    broken = looks_broken("".join(raw), count, question=request.question)
    if broken:
        zh, en = REASONS[broken]
        raise ModelFailed(f"语言模型{zh}。", f"The language model {en}.")
    return _cited(text, request, relevance)


def _cited(text: str, request: Request, relevance: Relevance) -> Draft:
    """Citations for the passages that the text cites, renumbered in order of appearance."""
    every = [Citation(i, p, p.text) for i, p in enumerate(request.passages, 1)]
    text = strip_false_quotes(attach_certain(text, every), every)
    used = list(numbers_in(text))
    text = _renumbered(text, {old: new for new, old in enumerate(used, 1)})
    citations = []
    for new, old in enumerate(used, 1):
        passage = request.passages[old - 1]
        said = " ".join(s.text for s in sentences(text) if new in numbers_in(s.text))
        citations.append(Citation(new, passage, supporting(said, passage, relevance)))
    return Draft(request.language, [text], citations)


def _renumbered(text: str, numbers: dict[int, int]) -> str:
    for mark in reversed(find_marks(text)):
        text = text[: mark.start] + written(numbers[n] for n in mark.numbers) + text[mark.end :]
    return text


def supporting(said: str, passage: Passage, relevance: Relevance) -> str:
    """The run of a passage's sentences that supports what was said, verbatim."""
    spans = cut(passage.text)
    if len(spans) < 2:
        return passage.spoken(passage.text)
    wanted = terms(said)
    fit = [relevance.coverage(terms(passage.text[a:b]), said) for a, b in spans]
    cover = [relevance.coverage(wanted, passage.text[a:b]) for a, b in spans]
    best = max(range(len(spans)), key=lambda i: (cover[i], fit[i]))
    near = [i for i in range(len(spans)) if cover[i] >= 0.5 * cover[best]]
    first = last = best
    while first - 1 in near:
        first -= 1
    while last + 1 in near:
        last += 1
    return passage.spoken(passage.text[spans[first][0] : spans[last][1]])
