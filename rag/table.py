"""The quality table for a person: Markdown, one engine or two side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag.evaluation import ALL, VERDICTS, Evaluation

# Figure: (Chinese, English). The table has these; JSON has all.
COLUMNS = {
    "n": ("题数", "Asked"),
    "right": ("答对", "Right"),
    "gold": ("引到原段", "Paragraph cited"),
    "officials": ("官员全对", "Officials exact"),
    "facts": ("要点齐全", "Facts complete"),
    "refused": ("应拒已拒", "Refused as due"),
    "kept": ("应答已答", "Answered as due"),
    "verbatim": ("引文逐字", "Quotes verbatim"),
    "supported": ("核查通过", "Claims hold"),
    "seconds": ("秒/题", "Seconds"),
}
TYPES = {
    ALL: (ALL, "all"),
    "lexical": ("原词", "lexical"),
    "paraphrase": ("换种说法", "paraphrase"),
    "number": ("数字", "number"),
    "scoped": ("限定官员", "scoped"),
    "compare": ("比较", "compare"),
    "whosaid": ("谁说的", "whosaid"),
    "list": ("列举", "list"),
    "followup": ("追问", "follow-up"),
    "unanswerable": ("无答案", "unanswerable"),
    "falsepremise": ("错误前提", "false premise"),
}
_VERDICT_WORDS = {
    "supported": ("通过", "supported"),
    "unsupported": ("出处不支持", "unsupported"),
    "uncited": ("没有出处", "uncited"),
    "wrong_speaker": ("说话人不符", "wrong speaker"),
    "altered_quote": ("引语有改动", "altered quotation"),
    "wrong_number": ("数字不符", "wrong figure"),
}
_WORDS = {
    "type": ("类型", "Type"),
    "engine": ("引擎", "Engine"),
    "difference": ("相差（百分点）", "difference (points)"),
    "claims": ("逐句核查", "Sentences checked"),
    "differ": ("答对与否不同的题", "Questions that only one got right"),
    "only": ("只有 {engine} 答对", "only {engine} is right"),
    "fell_back": (
        "有 {share} 的回答因模型失败改用内置摘录",
        "{share} of the answers are built-in extracts because the model failed",
    ),
}


def type_name(name: str, language: str = "zh") -> str:
    """A question type as a person reads it; unknown ones as they are."""
    return TYPES.get(name, (name, name))[language == "en"]


def cell(figure: str, value: float | None) -> str:
    """One figure of the table: a share in whole per cent, seconds and numbers as they are."""
    if value is None:
        return "—"
    if figure == "n":
        return f"{value:.0f}"
    return f"{value:.2f}" if figure == "seconds" else f"{value:.0%}"


def as_markdown(evaluations: Sequence[Evaluation], language: str = "zh") -> str:
    """The table: a line per type, with two engines a line of each below one another.

    Under it the verdicts on all sentences, and with two engines the questions that only one
    of them got right.
    """
    at = int(language == "en")
    two = len(evaluations) > 1
    head = [_WORDS["type"][at], *([_WORDS["engine"][at]] if two else [])]
    head += [words[at] for words in COLUMNS.values()]
    lines = [line(head), "|" + " --- |" * len(head)]
    for rows in zip(*(e.rows for e in evaluations), strict=True):
        for row in rows:
            whose = [type_name(row["type"], language), *([row["engine"]] if two else [])]
            lines.append(line([*whose, *(cell(f, row[f]) for f in COLUMNS)]))
    if two:
        first, second = (e.total for e in evaluations[:2])
        gains = [_difference(f, first[f], second[f]) for f in COLUMNS]
        lines.append(line([_WORDS["difference"][at], "", *gains]))
    lines.append("")
    lines += [_verdicts(e, language, two) for e in evaluations]
    if two:
        lines += _disagreements(evaluations, language)
    return "\n".join(lines)


def line(cells: Sequence[str]) -> str:
    """A row of a Markdown table; a bar in a cell would end it."""
    return "| " + " | ".join(c.replace("|", "\\|").replace("\n", " ") for c in cells) + " |"


def _difference(figure: str, first: float | None, second: float | None) -> str:
    if figure == "n" or first is None or second is None:
        return "—"
    gap = first - second
    return f"{gap:+.2f}" if figure == "seconds" else f"{gap * 100:+.0f}"


def _verdicts(evaluation: Evaluation, language: str, named: bool) -> str:
    at = int(language == "en")
    colon, comma, stop = (": ", ", ", ".") if at else ("：", "，", "。")
    total = evaluation.total
    shares = [
        f"{_VERDICT_WORDS[v][at]} {total[v]:.1%}" for v in VERDICTS if total[v] is not None
    ] or ["—"]
    if total["fell_back"]:
        share = cell("fell_back", total["fell_back"])
        shares.append(_WORDS["fell_back"][at].format(share=share))
    engine = f"（{evaluation.engine}）" if named and not at else ""
    engine = f" ({evaluation.engine})" if named and at else engine
    return f"- {_WORDS['claims'][at]}{engine}{colon}{comma.join(shares)}{stop}"


def _disagreements(evaluations: Sequence[Evaluation], language: str) -> list[str]:
    """The ids of the questions that one engine got right and the other did not."""
    at = int(language == "en")
    colon, separator = (": ", ", ") if at else ("：", "、")
    first, second = evaluations[:2]
    lines = []
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = list(
        zip(first.details, second.details, strict=True)
    )
    for engine, better in ((first.engine, 0), (second.engine, 1)):
        ids = [str(p[better]["id"]) for p in pairs if p[better]["right"] > p[1 - better]["right"]]
        only = _WORDS["only"][at].format(engine=engine)
        lines.append(f"- {_WORDS['differ'][at]}{colon}{only}{colon}{separator.join(ids) or '—'}")
    return lines
