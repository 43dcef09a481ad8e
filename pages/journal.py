"""The program's log: a line of JSON each, on standard error, by Python's own logging.

Every question leaves one line that says how it went; its words are only there if
``YANJU_LOG_QUESTIONS`` asks for them.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pages.desk import MAIN

if TYPE_CHECKING:
    from rag.transcript import Message

logger = logging.getLogger("yanju.questions")
ROOT = logging.getLogger("yanju")


class JsonLine(logging.Formatter):
    """A record as one object: time (UTC), level, logger, message, and what `told` adds."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        row: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "told", {}),
        }
        return json.dumps(row, ensure_ascii=False)


def start() -> None:
    """Write what the program logs to standard error; once is enough."""
    if any(isinstance(h.formatter, JsonLine) for h in ROOT.handlers):
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine())
    ROOT.addHandler(handler)
    ROOT.setLevel(logging.INFO)


def note(message: Message, seconds: float, whose: str, words: bool, branch: str = MAIN) -> None:
    """Log how a question went.

    Args:
        message: with the answer, the error or what there was when it was stopped.
        seconds: from the question to the end of the answer.
        whose: key of who asked; "" where nobody signs in.
        words: whether the question's own words may stand in the log.
        branch: id of the library that was asked.
    """
    answer = message.answer
    verdicts: dict[str, int] = {}
    for claim in answer.claims if answer else ():
        verdicts[claim.verdict] = verdicts.get(claim.verdict, 0) + 1
    outcome = "stopped" if message.stopped else "failed"
    if answer:
        outcome = "answered" if answer.answered else "refused"
    told: dict[str, Any] = {
        "outcome": outcome,
        "seconds": round(seconds, 3),
        "characters": len(message.question),
        "engine": answer.engine if answer else "",
        "fell_back": bool(answer and answer.notice),
        "citations": len(answer.citations) if answer else 0,
        "verdicts": verdicts,
    }
    if branch != MAIN:
        told["library"] = branch
    if message.error:
        told["error"] = message.error["en"]
    if whose:
        told["person"] = whose
    if words:
        told["question"] = message.question
    logger.info("question", extra={"told": told})
