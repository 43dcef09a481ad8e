"""Does it grow? ``python -m tests.memory_test [--questions 10000] [--embedder builtin]``.

One process, a small library of invented officials, the built-in engine: no question is asked
twice in the same words, each is answered and checked and kept in a conversation of four. Prints
the memory in use (resident, after the collector ran) every tenth of the questions, and how much
it grew over the last half, when every cache that has a bound has reached it.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from rag import Assistant
from rag.answer import Turn
from rag.transcript import Message
from store import Library
from tests.benchmark import settings_in
from tests.load_test import resident, write_library

TALK = 4  # questions of one conversation


def asked_anew(questions: list[str], count: int) -> list[str]:
    """`count` questions, no two alike: an opening, a question, and its number."""
    dice = random.Random(11)
    openings = ("请问", "想了解", "麻烦查一下", "我想知道", "能否说说")
    return [f"{dice.choice(openings)}{n}：{dice.choice(questions)}" for n in range(count)]


def measure(folder: Path, count: int, embedder: str) -> list[tuple[int, float, float]]:
    """(questions asked, MiB in use, seconds) at the start and every tenth of `count`."""
    use = settings_in(folder).model_copy(update={"embedder": embedder})
    questions = [q for q, _ in write_library(use.documents)]
    library = Library.open(use)
    library.sync()
    assistant = Assistant(library, use)
    assistant.ask(questions[0]).answer  # noqa: B018
    begun = time.perf_counter()
    rows = []
    talk: list[Turn] = []
    for n, question in enumerate(asked_anew(questions, count)):
        if n % max(1, count // 10) == 0:
            gc.collect()
            rows.append((n, resident(os.getpid()), time.perf_counter() - begun))
        if n % TALK == 0:
            talk = []
        answer = assistant.ask(question, history=talk).answer
        talk.append(Message(question, answer).turn())
    gc.collect()
    rows.append((count, resident(os.getpid()), time.perf_counter() - begun))
    return rows


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="言据 内存")
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--embedder", default="builtin")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        rows = measure(Path(scratch), args.questions, args.embedder)
    sys.stdout.write("| 已问 | 常驻内存（MiB） | 用时（秒） |\n| --- | --- | --- |\n")
    for n, memory, seconds in rows:
        sys.stdout.write(f"| {n} | {memory:.1f} | {seconds:.0f} |\n")
    grown = rows[-1][1] - rows[len(rows) // 2][1]
    sys.stdout.write(f"后一半增长 {grown:+.1f} MiB\n")


if __name__ == "__main__":
    main()
