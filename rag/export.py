"""Answers and conversations to take away: plain text, Markdown with footnotes, JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rag.answer import Answer, Citation, Claim
from rag.prose import Prose, Span, blocks, prose_of, runs
from rag.reference import gbt7714, plain
from rag.transcript import Message, Transcript

_WORDS = {
    "sources": ("出处", "Sources"),
    "failed": ("以下句子未通过核对：", "These sentences failed the check:"),
    "stopped": ("已停止，以上文字尚未核对。", "Stopped; the text above was not checked."),
    "supported": ("已核对", "checked"),
    "unsupported": ("出处不支持此句", "not supported by its source"),
    "uncited": ("没有出处", "no source given"),
    "wrong_speaker": ("说话人不符", "wrong speaker"),
    "altered_quote": ("引语与原文不一致", "quotation differs from the source"),
    "wrong_number": ("数字与原文不一致", "figure differs from the source"),
    "made": (
        "由言据生成：引号内为原文，脚注为出处。",
        "Made by Yanju: words in quotation marks are the source's, footnotes say where they stand.",
    ),
    "helpful": ("评价：有用", "Judged: helpful"),
    "wrong_source": ("评价：出处有误", "Judged: wrong source"),
}


def word(key: str, language: str) -> str:
    """One of the few words around what is taken away."""
    return _WORDS[key][language == "en"]


@dataclass(frozen=True, slots=True)
class Part:
    """One question with what came of it, ready to be written in any format.

    Attributes:
        question: as it was asked.
        prose: the answer's text; without an answer, what had been written or went wrong.
        citations: by their number in the text.
        lost: failing sentences that stand nowhere in the text.
        notes: lines under the answer: a notice, a stop, the person's judgement.
    """

    question: str
    prose: Prose
    citations: dict[int, Citation]
    lost: tuple[Claim, ...]
    notes: tuple[str, ...]


def part_of(message: Message, language: str = "zh") -> Part:
    """A message ready to be written."""
    notes = []
    if message.answer is None:
        text = message.partial or message.error.get(language, "")
        if message.stopped:
            notes.append(word("stopped", language))
        return Part(message.question, Prose(text), {}, (), tuple(notes))
    answer = message.answer
    prose, lost = prose_of(answer)
    notes += [answer.notice] if answer.notice else []
    notes += [word(message.feedback, language)] if message.feedback else []
    cited = {c.number: c for c in answer.citations}
    return Part(message.question, prose, cited, tuple(lost), tuple(notes))


def footnote(citation: Citation, language: str = "zh") -> str:
    """All that an editor needs: the exact words and their place, then GB/T 7714."""
    stop = ". " if language == "en" else "。"
    return f"{plain(citation, language)}{stop}{gbt7714(citation.passage, noted=False)}"


def as_text(answer: Answer, language: str = "zh") -> str:
    """The answer as it stands, with its sources below."""
    rows = [f"[{c.number}] {plain(c, language)}" for c in answer.citations]
    return "\n".join([answer.text, "", *rows]) if rows else answer.text


def as_markdown(transcript: Transcript, language: str = "zh") -> str:
    """The conversation in Markdown, its sources as footnotes numbered throughout."""
    lines = [f"# {literal(transcript.title)}", "", f"*{word('made', language)}*", ""]
    notes: list[str] = []
    for message in transcript.messages:
        part = part_of(message, language)
        number = _numbering(part, notes, language)
        lines += [f"## {literal(part.question)}", ""]
        for block in blocks(part.prose):
            words = "  \n".join(_span(part.prose, s, number, language) for s in block.spans)
            lines += [_HEADS.get(block.kind, "") + words, ""]
        if part.lost:
            lines += [word("failed", language), ""]
            lines += [f"- {literal(c.sentence)} ({word(c.verdict, language)})" for c in part.lost]
            lines.append("")
        for note in part.notes:
            lines += [f"> {literal(note)}", ""]
    lines += [f"[^{n}]: {literal(note)}" for n, note in enumerate(notes, 1)]
    return "\n".join(lines).rstrip() + "\n"


_HEADS = {"h": "### ", "li": "- ", "q": "> "}


def as_json(transcript: Transcript, language: str = "zh") -> str:
    """The conversation as JSON: each answer in the shape of ``python -m rag ask --json``.

    Every citation has its ``plain`` and ``gbt7714`` strings beside its fields.
    """
    made = {
        "name": transcript.title,
        "created": transcript.created,
        "changed": transcript.changed,
        "messages": [_message(m, language) for m in transcript.messages],
    }
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def _message(message: Message, language: str) -> dict[str, Any]:
    row: dict[str, Any] = {"question": message.question, "asked": message.asked}
    row["feedback"] = message.feedback or None
    if message.answer is None:
        return {**row, "answered": False, "text": message.partial, "stopped": message.stopped}
    whole = message.answer.as_dict()
    for citation, values in zip(message.answer.citations, whole["citations"], strict=True):
        values |= {"plain": plain(citation, language), "gbt7714": gbt7714(citation.passage)}
        values["date"] = citation.passage.date
    return {**row, **whole}


def _numbering(part: Part, notes: list[str], language: str) -> Callable[[int], int]:
    """The footnote of a citation's number; `notes` grows by those used for the first time."""
    given: dict[int, int] = {}

    def number(of: int) -> int:
        if of not in given:
            notes.append(footnote(part.citations[of], language))
            given[of] = len(notes)
        return given[of]

    return number


def _span(prose: Prose, span: Span, number: Callable[[int], int], language: str) -> str:
    out = []
    for run in runs(prose, span):
        text = f"[^{number(run.number)}]" if run.number else literal(run.text)
        out.append(f"**{text}**" if run.bold and text.strip() else text)
        out += [f" **({word(v, language)})**" for v in run.failing]
    return "".join(out)


_MARKS = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>#|~"})


def literal(text: str) -> str:
    """The text with Markdown's marks made literal, on one line."""
    return " ".join(text.split("\n")).translate(_MARKS)
