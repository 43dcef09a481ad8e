"""How good the answers are: each judged against its known answer, and the shares by type."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any, get_args

from rag.answer import Answer, Verdict
from rag.assistant import Assistant
from rag.case import Case
from store import fold_with_map

ALL = "全部"
VERDICTS: tuple[str, ...] = get_args(Verdict)
# What a right answer needs, as far as the question says so.
NEEDED = ("refused", "kept", "gold", "facts", "officials")
FIGURES = (
    "right",
    "gold",
    "all_gold",
    "precision",
    "officials",
    "facts",
    "refused",
    "kept",
    "verbatim",
    "owner",
    *VERDICTS,
    "fell_back",
    "seconds",
)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One engine's results on one set of questions.

    Attributes:
        engine: ``"extractive"`` or ``"provider:model"``, as asked for.
        rows: one per type of question and one for all, in the order of the file. Figures are
            shares 0..1, None where no question of that type has it; ``seconds`` are the mean.
        details: one per question: its figures, what is known of it and the answer's text.
    """

    engine: str
    rows: tuple[dict[str, Any], ...]
    details: tuple[dict[str, Any], ...]

    @property
    def total(self) -> dict[str, Any]:
        """The row of all questions."""
        return self.rows[-1]


def judge(case: Case, answer: Answer) -> dict[str, float]:
    """The figures of one answer, each 0..1; those that do not apply are absent.

    ``right`` is 1 when the answer did all that the question asks: a refusal where there is
    nothing to find; else an answer that cites a wanted paragraph, exactly the wanted
    officials, and holds every wanted fact.
    """
    cited = [_folded(c.passage.text) for c in answer.citations]
    gold = [_folded(g) for g in case.gold_text]
    row: dict[str, float] = {"seconds": answer.seconds, "fell_back": float(bool(answer.notice))}
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
        for verdict in VERDICTS:
            row[verdict] = mean(c.verdict == verdict for c in answer.claims)
    row["right"] = min(row[name] for name in NEEDED if name in row)
    return row


def evaluate(
    assistant: Assistant,
    cases: Iterable[Case],
    llm: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Evaluation:
    """Ask every question of one engine.

    Args:
        llm: the engine; None is the assistant's own.
        progress: told how many questions have been answered, after each.

    Raises:
        BadQuestion: a question is too long.
        StoreError: the library cannot be searched.
    """
    by_type: dict[str, list[dict[str, float]]] = defaultdict(list)
    details: list[dict[str, Any]] = []
    for done, case in enumerate(cases, 1):
        answer = assistant.ask(case.question, history=case.history, llm=llm).answer
        row = judge(case, answer)
        by_type[case.type].append(row)
        about = {"id": case.id, "type": case.type, "question": case.question}
        details.append({**about, **row, "text": answer.text, "notice": answer.notice})
        if progress:
            progress(done)
    rows = [_summary(name, group) for name, group in by_type.items()]
    rows.append(_summary(ALL, [r for group in by_type.values() for r in group]))
    engine = llm or assistant.engine
    return Evaluation(engine, tuple({"engine": engine, **r} for r in rows), tuple(details))


def _summary(name: str, rows: Sequence[dict[str, float]]) -> dict[str, Any]:
    made: dict[str, Any] = {"type": name, "n": len(rows)}
    for figure in FIGURES:
        values = [r[figure] for r in rows if figure in r]
        made[figure] = round(mean(values), 3) if values else None
    return made


def _folded(text: str) -> str:
    return fold_with_map(text)[0]
