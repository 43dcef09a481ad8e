"""How it grows: ``python -m tests.scale [--passages 10000 100000] [--write docs/scale.md]``.

Passages against memory, disk, ingest and the time of a question, each size in a process of its
own. A question is a whole one: found, answered and checked. Times are processor time of one
thread (``OMP_NUM_THREADS=1``), so that a busy machine tells the same; an idle one has them as wall
time.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rag import Assistant
from store import Library
from tests.benchmark import passages, settings_in
from tests.chain_benchmark import FILE, peak, questions
from tests.conftest import ROOT


def measure(folder: Path, count: int) -> dict[str, Any]:
    """One size, in this process."""
    use = settings_in(folder)
    texts = list(passages(count))
    for at in range(0, count, FILE):
        body = "\n\n".join(texts[at : at + FILE])
        front = f"---\nspeaker: 试{at // FILE}\norganization: 第{at // FILE}局\n---\n\n"
        (use.documents / f"{at // FILE}.md").write_text(front + body, encoding="utf-8")
    asked = [q for q, _ in questions(texts, 20)]
    del texts
    library = Library.open(use)
    start = time.process_time()
    library.sync()
    took = time.process_time() - start
    assistant = Assistant(library, use)
    start = time.process_time()
    assistant.ask(asked[0]).answer  # noqa: B018
    first = time.process_time() - start
    taken = []
    for question in asked[1:]:
        start = time.process_time()
        assistant.ask(question).answer  # noqa: B018
        taken.append(time.process_time() - start)
    start = time.process_time()
    again = Library.open(use)
    opened = time.process_time() - start
    return {
        "passages": len(again.passages()),
        "rate": count / took,
        "ingest": took,
        "opened": opened,
        "first": first,
        "whole": 1000 * statistics.median(taken),
        "peak": peak(),
        "disk": sum(p.stat().st_size for p in use.home.rglob("*") if p.is_file()) / 2**20,
    }


def row(m: dict[str, Any]) -> str:
    """A line of the table."""
    cells = (
        f"{m['passages']:,}", f"{m['ingest']:.0f} s ({m['rate']:.0f}/s)", f"{m['disk']:.0f} MiB",
        f"{m['peak']:.0f} MiB", f"{m['opened']:.1f} s", f"{m['first']:.1f} s",
        f"{m['whole']:.0f} ms",
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |\n"


HEAD = (
    "| passages | ingest | disk | memory, peak | open again | first question | question, median |\n"
    "| --- | --- | --- | --- | --- | --- | --- |\n"
)


def main() -> None:
    """Measure every size and print the table."""
    parser = argparse.ArgumentParser(description="言据 规模")
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--write", type=Path, help="把表写入这个 Markdown 文件")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.here:
        with tempfile.TemporaryDirectory() as scratch:
            sys.stdout.write(json.dumps(measure(Path(scratch), args.passages[0])) + "\n")
        return
    rows = []
    for count in args.passages:
        command = [sys.executable, "-m", "tests.scale", "--here", "--passages", str(count)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        rows.append(row(json.loads(done.stdout.splitlines()[-1])))
        sys.stdout.write((HEAD if len(rows) == 1 else "") + rows[-1])
        sys.stdout.flush()
    if args.write:
        about = (
            "# How it grows\n\nPrinted by `python -m tests.scale` on "
            f"{platform.machine()}, one thread, embedded Chroma, the built-in embedder and engine, "
            "passages of 150\ngenerated characters. Times are processor time; memory is the peak "
            "of the whole process, ingest included.\n\n"
        )
        args.write.write_text(about + HEAD + "".join(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
