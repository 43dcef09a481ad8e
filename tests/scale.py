"""How it grows: ``python -m tests.scale [--passages 10000 100000] [--write docs/scale.md]``.

Passages against memory, disk, ingest and the time of a question. Each size is taken in by one
process and asked by another, so that the memory of either is its own. A question is a whole one:
found, answered and checked. Times are processor time (``OMP_NUM_THREADS=1``), so that a busy
machine tells nearly the same. With ``--folder`` what was taken in stays there, and a run that was
stopped goes on from it; its ingest is then told of the passages that were left.
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

from rag import Assistant, RagSettings
from store import Library
from tests.benchmark import passages, settings_in
from tests.chain_benchmark import FILE, peak, questions
from tests.conftest import ROOT

ASKED = 20


def settled(folder: Path, embedder: str) -> RagSettings:
    """Settings whose folders lie in `folder`."""
    return settings_in(folder).model_copy(update={"embedder": embedder})


def ingest(folder: Path, count: int, embedder: str) -> dict[str, Any]:
    """Take one size in, in this process."""
    use = settled(folder, embedder)
    rows: list[str] = []
    for n, text in enumerate(passages(count), 1):
        rows.append(text)
        path = use.documents / f"{(n - 1) // FILE}.md"
        if n % FILE == 0 or n == count:
            if not path.exists():
                front = f"---\nspeaker: 试{path.stem}\norganization: 第{path.stem}局\n---\n\n"
                path.write_text(front + "\n\n".join(rows), encoding="utf-8")
            rows = []
    library = Library.open(use)
    before = len(library.passages())
    start = time.process_time()
    library.sync()
    took = time.process_time() - start
    return {
        "passages": len(library.passages()),
        "rate": (count - before) / took,
        "ingest": took,
        "ingest_peak": peak(),
        "disk": sum(p.stat().st_size for p in use.home.rglob("*") if p.is_file()) / 2**20,
    }


def ask(folder: Path, count: int, embedder: str) -> dict[str, Any]:
    """Open what was taken in and ask, in this process."""
    use = settled(folder, embedder)
    asked = [q for q, _ in questions(list(passages(count)), ASKED)]
    start = time.process_time()
    library = Library.open(use)
    opened = time.process_time() - start
    assistant = Assistant(library, use)
    taken = []
    for question in asked:
        start = time.process_time()
        assistant.ask(question).answer  # noqa: B018
        taken.append(time.process_time() - start)
    return {
        "opened": opened,
        "first": taken[0],
        "whole": 1000 * statistics.median(taken[1:]),
        "ask_peak": peak(),
    }


PARTS = {"ingest": ingest, "ask": ask}


def measure(folder: Path, count: int, embedder: str) -> dict[str, Any]:
    """One size, both parts in processes of their own."""
    made: dict[str, Any] = {}
    for part in PARTS:
        command = [sys.executable, "-m", "tests.scale", "--here", part, "--passages", str(count)]
        command += ["--embedder", embedder, "--folder", str(folder)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        made |= json.loads(done.stdout.splitlines()[-1])
    return made


def row(m: dict[str, Any]) -> str:
    """A line of the table."""
    cells = (
        f"{m['passages']:,}", f"{m['ingest']:.0f} s ({m['rate']:.0f}/s)", f"{m['disk']:.0f} MiB",
        f"{m['ingest_peak']:.0f} / {m['ask_peak']:.0f} MiB", f"{m['opened']:.1f} s",
        f"{m['first']:.1f} s",
        f"{m['whole']:.0f} ms",
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |\n"


HEAD = (
    "| passages | ingest | disk | memory: in / asked | opened | first question | a question |\n"
    "| --- | --- | --- | --- | --- | --- | --- |\n"
)


def main() -> None:
    """Measure every size and print the table."""
    parser = argparse.ArgumentParser(description="言据 规模")
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--write", type=Path, help="把表写入这个 Markdown 文件")
    parser.add_argument("--embedder", default="builtin")
    parser.add_argument("--folder", type=Path, help="资料留在这里，中断后可以接着做")
    parser.add_argument("--here", choices=PARTS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.here:
        made = PARTS[args.here](args.folder, args.passages[0], args.embedder)
        sys.stdout.write(json.dumps(made) + "\n")
        return
    rows = []
    for count in args.passages:
        with tempfile.TemporaryDirectory() as scratch:
            folder = args.folder / str(count) if args.folder else Path(scratch)
            rows.append(row(measure(folder, count, args.embedder)))
        sys.stdout.write((HEAD if len(rows) == 1 else "") + rows[-1])
        sys.stdout.flush()
    if args.write:
        about = (
            "# How it grows\n\nPrinted by `python -m tests.scale` on "
            f"{platform.machine()}, one thread, embedded Chroma, the embedder\n`{args.embedder}`, "
            "the built-in engine, passages of 150 generated characters. Times are processor time; "
            "memory is the peak of the process that took in, and of another that asked.\n\n"
        )
        args.write.write_text(about + HEAD + "".join(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
