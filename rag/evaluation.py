"""The quality table: what share of the questions of each type is answered as it should be."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any

from rag.answer import Answer, Turn
from rag.assistant import Assistant
from rag.errors import BadQuestion
from store import fold_with_map

COLUMNS = {
    "n": "题数",
    "gold": "引到原段",
    "all_gold": "引全原段",
    "precision": "引用精度",
    "officials": "官员全对",
    "facts": "要点齐全",
    "refused": "应拒已拒",
    "kept": "应答已答",
    "verbatim": "引文逐字",
    "owner": "归属正确",
    "supported": "核查通过",
    "seconds": "秒/题",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One question of an evaluation file, see the README for the format."""

    id: str
    type: str
    question: str
    speakers: tuple[str, ...]
    gold_text: tuple[str, ...]
    facts: tuple[str, ...]
    answerable: bool
    history: tuple[Turn, ...] = field(default_factory=tuple)


def load_cases(path: Path) -> list[Case]:
    """Read a JSONL file of questions.

    Raises:
        BadQuestion: the file is missing or a line is not a question.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadQuestion(
            f"无法读取题目文件“{path}”。请检查路径，文件须为 UTF-8 的 JSONL。",
            f"Cannot read {path}. Check the path; it must be JSONL in UTF-8.",
        ) from error
    cases = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            cases.append(_case(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadQuestion(
                f"“{path.name}”第 {number} 行不是有效的题目（{error}）。",
                f"Line {number} of {path.name} is not a valid question ({error}).",
            ) from error
    return cases


def _case(row: dict[str, Any]) -> Case:
    history = row.get("history") or []
    turns = []
    for message in history:
        if message["role"] == "user":
            turns.append(Turn(message["content"]))
        elif turns:
            turns[-1] = Turn(turns[-1].question, message["content"])
    return Case(
        id=str(row["id"]),
        type=row.get("type", "all"),
        question=row["question"],
        speakers=tuple(row.get("speakers") or ()),
        gold_text=tuple(row.get("gold_text") or ()),
        facts=tuple(row.get("facts") or ()),
        answerable=bool(row.get("answerable", True)),
        history=tuple(turns),
    )


def judge(case: Case, answer: Answer) -> dict[str, float]:
    """The figures of one answer, each 0..1; those that do not apply are absent."""
    cited = [_folded(c.passage.text) for c in answer.citations]
    gold = [_folded(g) for g in case.gold_text]
    row: dict[str, float] = {"seconds": answer.seconds}
    if not case.answerable:
        row["refused"] = float(not answer.answered)
    else:
        row["kept"] = float(answer.answered)
        hits = [any(g in c for c in cited) for g in gold]
        if gold:
            row["gold"], row["all_gold"] = float(any(hits)), float(all(hits))
            right = [any(g in c for g in gold) for c in cited]
            row["precision"] = mean(right) if right else 0.0
        told = _folded(answer.text)
        if case.facts:
            row["facts"] = float(all(_folded(f) in told for f in case.facts))
        if case.speakers:
            named = {c.passage.official.name for c in answer.citations}
            row["officials"] = float(named == set(case.speakers))
    if answer.citations:
        row["verbatim"] = mean(c.quote in c.passage.text for c in answer.citations)
    if answer.citations and answer.claims:
        row["owner"] = mean(c.verdict != "wrong_speaker" for c in answer.claims)
        row["supported"] = mean(c.verdict == "supported" for c in answer.claims)
    return row


def evaluate(
    assistant: Assistant, cases: Iterable[Case], llm: str | None = None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Ask every question; (one row per type and one for all, one row per question)."""
    by_type: dict[str, list[dict[str, float]]] = defaultdict(list)
    details = []
    for case in cases:
        answer = assistant.ask(case.question, history=case.history, llm=llm).answer
        row = judge(case, answer)
        by_type[case.type].append(row)
        details.append({"id": case.id, "type": case.type, **row, "text": answer.text})
    rows = [_summary(name, group) for name, group in by_type.items()]
    rows.append(_summary("全部", [r for group in by_type.values() for r in group]))
    return rows, details


def _summary(name: str, rows: Sequence[dict[str, float]]) -> dict[str, Any]:
    made: dict[str, Any] = {"type": name, "n": len(rows)}
    for column in list(COLUMNS)[1:]:
        values = [r[column] for r in rows if column in r]
        made[column] = round(mean(values), 3) if values else None
    return made


def as_markdown(rows: Sequence[dict[str, Any]]) -> str:
    """The table for a person: one line per type of question."""
    head = ["类型", *COLUMNS.values()]
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for row in rows:
        cells = [row["type"], *(_cell(c, row[c]) for c in COLUMNS)]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def _cell(column: str, value: float | None) -> str:
    if value is None:
        return "—"
    if column in ("n", "seconds"):
        return f"{value:g}"
    return f"{value:.0%}"


def _folded(text: str) -> str:
    return fold_with_map(text)[0]
