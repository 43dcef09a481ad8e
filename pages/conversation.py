"""What was asked and answered in this session, with all that is needed to show it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pages.card import Context, reference

if TYPE_CHECKING:
    from rag import Answer, Turn


@dataclass(frozen=True, slots=True)
class Message:
    """One question with its outcome; nothing in it changes when the library does.

    Attributes:
        question: as it was asked.
        answer: the checked answer, or None after an error or a stop.
        contexts: what stands around each cited passage, by citation number.
        partial: what had been written when it was stopped.
        error: a line for the person, by language; empty if there was none.
        stopped: whether the person stopped it.
    """

    question: str
    answer: Answer | None = None
    contexts: Mapping[int, Context] = field(default_factory=dict)
    partial: str = ""
    error: Mapping[str, str] = field(default_factory=dict)
    stopped: bool = False

    def turn(self) -> Turn:
        """The message as history for a follow-up."""
        from rag import Turn

        if self.answer is None:
            return Turn(self.question)
        return Turn(self.question, self.answer.text, self.answer.speakers)


def plain(answer: Answer, language: str = "zh") -> str:
    """The answer with its sources below, as text to take away."""
    rows = [f"[{c.number}] {reference(c, language)}" for c in answer.citations]
    return "\n".join([answer.text, "", *rows]) if rows else answer.text
