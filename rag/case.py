"""One question of known answer, and the files such questions stand in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.answer import Turn
from rag.errors import BadQuestion


@dataclass(frozen=True, slots=True)
class Case:
    """One question of an evaluation file.

    Attributes:
        id: its name in the file.
        type: its kind, any word; the quality table has one line per kind.
        question: as a person asks it.
        speakers: names of exactly those officials who must be cited; () is not looked at.
        gold_text: words of the paragraphs that should be cited.
        facts: strings that the right answer holds.
        answerable: False when the library holds no answer and it must be refused.
        history: the conversation before it.
    """

    id: str
    type: str
    question: str
    speakers: tuple[str, ...] = ()
    gold_text: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    answerable: bool = True
    history: tuple[Turn, ...] = field(default_factory=tuple)


def load_cases(path: Path) -> list[Case]:
    """Read a JSONL file of questions.

    Raises:
        BadQuestion: the file is missing, empty, not UTF-8, or a line is not a question.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(str(path)) from error
    return read_cases(data, path.name)


def read_cases(data: bytes, name: str) -> list[Case]:
    """Questions of a file's content; `name` is the file's, for what is said of it.

    Raises:
        BadQuestion: it is empty, not UTF-8, or a line is not a question.
    """
    try:
        # Not `splitlines`: a question may hold U+2028 and its like.
        lines = data.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise _unreadable(name) from error
    cases = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            cases.append(_case(json.loads(line), number))
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise BadQuestion(
                f"“{name}”第 {number} 行不是有效的题目（{error}）。请按 README 的格式改正。",
                f"Line {number} of {name} is not a valid question ({error}). See the README.",
            ) from error
    if not cases:
        raise BadQuestion(
            f"“{name}”里没有题目。每行应为一个 JSON 对象，至少有 question。",
            f"{name} holds no questions. Each line must be a JSON object with a question.",
        )
    return cases


def _unreadable(name: str) -> BadQuestion:
    return BadQuestion(
        f"无法读取题目文件“{name}”。请检查路径，文件须为 UTF-8 的 JSONL。",
        f"Cannot read {name}. Check the path; it must be JSONL in UTF-8.",
    )


def _case(row: dict[str, Any], number: int) -> Case:
    turns: list[Turn] = []
    for message in row.get("history") or []:
        if message["role"] == "user":
            turns.append(Turn(str(message["content"])))
        elif turns:
            turns[-1] = Turn(turns[-1].question, str(message["content"]))
    question = row["question"]
    if not isinstance(question, str) or not question.strip():
        raise ValueError("question")
    return Case(
        id=str(row.get("id") or number),
        type=str(row.get("type") or "other"),
        question=question,
        speakers=_strings(row, "speakers"),
        gold_text=_strings(row, "gold_text"),
        facts=_strings(row, "facts"),
        answerable=bool(row.get("answerable", True)),
        history=tuple(turns),
    )


def _strings(row: dict[str, Any], key: str) -> tuple[str, ...]:
    values = row.get(key) or []
    if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        raise ValueError(key)
    return tuple(values)
