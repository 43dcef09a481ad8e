"""An answer in a language model's own words, from passages that it must cite."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from rag.answer import Turn
from rag.errors import ModelFailed
from rag.model import room_of
from rag.prompt import CANNOT_ANSWER, ROOM, answer_messages, language_of
from rag.settings import RagSettings
from rag.stream import stream
from rag.utterance import REASONS, clean, clean_stream, is_loop, is_refusal, looks_broken
from store import Passage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = [
    "CANNOT_ANSWER",
    "REASONS",
    "clean",
    "generate",
    "is_refusal",
    "looks_broken",
]

_LONGEST_ANSWER = 8000
_LOOK_EVERY = 400


def generate(
    model: BaseChatModel,
    question: str,
    passages: Sequence[Passage],
    *,
    history: Sequence[Turn] = (),
    language: str = "zh",
    settings: RagSettings,
    standalone_question: str = "",
) -> Generator[str]:
    """Stream an answer with ``[n]`` markers, n being the 1-based place in `passages`.

    The answer is in the language of the question; `language` decides where it has none. The
    pieces are safe to draw as Markdown. Close the iterator to cancel: the connection is closed.
    Afterwards put the pieces together and ask `clean`, `is_refusal` and `looks_broken`. Without
    passages no model is called: the answer is the refusal.

    Args:
        model: from `load_model`, or any LangChain chat model.
        question: as the person asked it.
        passages: what may be cited, the most important first; those beyond the model's window
            are left out from the end.
        history: earlier turns, shown as context only.
        language: ``"zh"`` or ``"en"``, for a question without words.
        settings: time limits and retries.
        standalone_question: a follow-up made whole.

    Raises:
        ModelFailed: before the first piece or in the middle, always within
            ``llm_total_seconds``; also when the model begins to repeat itself.
    """
    if not passages:
        yield CANNOT_ANSWER[language_of(question, language)]
        return
    messages = answer_messages(
        question,
        passages,
        history=history,
        language=language_of(question, language),
        standalone_question=standalone_question,
        room=room_of(model) or ROOM,
    )
    written, looked = "", 0
    with contextlib.closing(stream(model, messages, settings)) as pieces:
        for piece in clean_stream(pieces):
            written += piece
            yield piece
            if len(written) - looked >= _LOOK_EVERY:
                looked = len(written)
                if looked > _LONGEST_ANSWER or is_loop(written):
                    raise _endless()


def _endless() -> ModelFailed:
    return ModelFailed(
        "语言模型写个没完或陷入了重复，已经停下：请重试，或换一个模型。",
        "The language model kept writing or repeating itself and was stopped: try again or choose "
        "another model.",
    )
