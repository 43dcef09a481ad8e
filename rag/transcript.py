"""A conversation as it was said: questions, answers and the cited texts, to JSON and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal
from uuid import uuid4

from rag.answer import Answer, Citation, Claim, Turn
from rag.courtesy import kind_of_courtesy
from store import Official, Passage

FORMAT = 1  # of the JSON; a reader refuses a later one
NAME_CHARS = 60
Feedback = Literal["", "helpful", "wrong_source"]


def fresh_id() -> str:
    """An id for a conversation or a question: 12 hexadecimal digits."""
    return uuid4().hex[:12]


@dataclass(frozen=True, slots=True)
class Context:
    """The passages that stand before and after a cited one in its piece; "" at an edge."""

    before: str = ""
    after: str = ""


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
        id: stays the same while the message is retried or judged.
        asked: ISO 8601 time of the question, UTC.
        feedback: what the person thought of it.
    """

    question: str
    answer: Answer | None = None
    contexts: Mapping[int, Context] = field(default_factory=dict)
    partial: str = ""
    error: Mapping[str, str] = field(default_factory=dict)
    stopped: bool = False
    id: str = field(default_factory=fresh_id)
    asked: str = ""
    feedback: Feedback = ""

    def turn(self) -> Turn:
        """The message as history for a follow-up."""
        if self.answer is None:
            return Turn(self.question)
        return Turn(self.question, self.answer.text, self.answer.speakers)


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation. `name` is "" until a person gives one; times are ISO 8601, UTC."""

    id: str = field(default_factory=fresh_id)
    name: str = ""
    created: str = ""
    changed: str = ""
    messages: tuple[Message, ...] = ()

    @property
    def title(self) -> str:
        """The name, or the beginning of the first question; of a greeting where nothing follows."""
        asked = [m.question for m in self.messages]
        first = next((q for q in asked if not kind_of_courtesy(q)), asked[0] if asked else "")
        whole = " ".join((self.name or first).split())
        return whole if len(whole) <= NAME_CHARS else f"{whole[:NAME_CHARS]}…"

    def put(self, message: Message) -> Transcript:
        """With the message in the place of the one of its id, or at the end."""
        kept = [message if m.id == message.id else m for m in self.messages]
        if all(m.id != message.id for m in self.messages):
            kept.append(message)
        return replace(self, messages=tuple(kept))

    def before(self, ident: str) -> tuple[Message, ...]:
        """The messages before the one of that id; all of them if there is none."""
        at = next((i for i, m in enumerate(self.messages) if m.id == ident), len(self.messages))
        return self.messages[:at]

    def as_dict(self) -> dict[str, Any]:
        """The conversation as plain values for JSON."""
        return {"format": FORMAT, **asdict(self)}


def transcript_of(values: Mapping[str, Any]) -> Transcript:
    """The conversation that `as_dict` gave.

    Raises:
        ValueError, TypeError, KeyError: it is not one, or of a later format.
    """
    if int(values["format"]) > FORMAT:
        raise ValueError(f"format {values['format']}")
    messages = tuple(_message(m) for m in values["messages"])
    return Transcript(**{**_known(Transcript, values), "messages": messages})


def _message(values: Mapping[str, Any]) -> Message:
    contexts = {int(n): Context(**_known(Context, c)) for n, c in values["contexts"].items()}
    answer = values["answer"] and _answer(values["answer"])
    return Message(**{**_known(Message, values), "answer": answer, "contexts": contexts})


def _answer(values: Mapping[str, Any]) -> Answer:
    cited = (Citation(c["number"], _passage(c["passage"]), c["quote"]) for c in values["citations"])
    claims = (Claim(c["sentence"], tuple(c["citations"]), c["verdict"]) for c in values["claims"])
    # Answers kept before there were related passages have none.
    related = tuple(_passage(p) for p in values.get("related", ()))
    own = {"citations": tuple(cited), "claims": tuple(claims), "related": related}
    return Answer(**{**_known(Answer, values), **own, "speakers": tuple(values["speakers"])})


def _passage(values: Mapping[str, Any]) -> Passage:
    official = Official(**_known(Official, values["official"]))
    lines = tuple(values["lines"])
    return Passage(**{**_known(Passage, values), "official": official, "lines": lines})


def _known(kind: type[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the class has fields for: a later program may write more."""
    names = {f.name for f in fields(kind)}
    return {key: value for key, value in values.items() if key in names}
