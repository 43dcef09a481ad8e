"""A question in other words, by a language model: whole, and as a document would put it.

They are searched beside the question, never instead of it, and under the same filter; whatever
the model says, only what is found is cited.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.answer import Turn
from rag.errors import ModelFailed
from rag.prompt import language_of, rephrase_messages
from rag.settings import RagSettings
from rag.stream import stream
from rag.utterance import clean, is_refusal

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_SECONDS = 6.0
_LONGEST = 120
_MOST = 3
_NUMBERING = re.compile(r"^\s*(?:[-*•]|\(?\d+[.、)）:：]|第?[一二三][行句、.:：])\s*")
_LABEL = re.compile(r"^(?:改写后的)?(?:完整)?(?:问题|检索语句|question|query)\s*[:：]\s*", re.I)
_QUOTES = re.compile(r"^[\"“「](.*)[\"”」]$")


def rephrase(
    model: BaseChatModel, question: str, history: Sequence[Turn], settings: RagSettings
) -> list[str]:
    """At most three texts to search for beside the question; none on any failure.

    Takes at most six seconds.
    """
    limit = min(_SECONDS, settings.llm_first_token_seconds)
    quick = settings.model_copy(
        update={"llm_first_token_seconds": limit, "llm_total_seconds": limit, "llm_retries": 0}
    )
    messages = rephrase_messages(question, history, language_of(question))
    text = ""
    try:
        with contextlib.closing(stream(model, messages, quick)) as pieces:
            for piece in pieces:
                text += piece
                if len(text) > 20 * _LONGEST:
                    return []
    except ModelFailed:
        return []
    return _lines(clean(text), question)


def _lines(text: str, question: str) -> list[str]:
    """The lines that can be searched for; a refusal or an essay has none."""
    if is_refusal(text):
        return []
    lines = []
    for line in text.splitlines():
        bare = _QUOTES.sub(r"\1", _LABEL.sub("", _NUMBERING.sub("", line)).strip()).strip()
        if any(c.isalnum() for c in bare) and len(bare) <= _LONGEST and bare != question:
            lines.append(bare)
    return list(dict.fromkeys(lines))[:_MOST]
