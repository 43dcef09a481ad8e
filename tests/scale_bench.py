"""What long documents cost: ``python -m tests.scale_bench [--lines N …] [--pages N]``.

Shuffled magazine pages of invented officials, one after the other, are attributed in a process
of their own for each size; printed are processor seconds, the peak of its memory, and how both
grow. A page is 1,400 characters.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import subprocess
import sys
import time
from pathlib import Path

from store.attribution import attribute
from store.reader import read_bytes
from tests.attribution_bench import generated

PAGE = 1_400  # characters of a printed page
_POOL = 40  # different documents that are repeated


def text_of(lines: int = 0, pages: int = 0) -> str:
    """Shuffled documents, one after the other, up to so many lines or pages."""
    pool = [row["text"].split("\n") for row in generated(_POOL, 3)]
    rows: list[str] = []
    letters = 0
    while len(rows) < lines or letters < pages * PAGE:
        fresh = pool[len(rows) % _POOL]
        rows += fresh
        letters += sum(map(len, fresh))
    return "\n".join(rows[:lines] if lines else rows)


def measured(lines: int, pages: int) -> str:
    """One row: this process reads and attributes a document."""
    text = text_of(lines, pages)
    before = time.process_time()
    found = attribute(read_bytes("long.txt", text.encode(), 1 << 30))
    seconds = time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    paragraphs = sum(len(piece.paragraphs) for piece in found)
    rows = text.count("\n") + 1
    return f"{rows} {len(text) // PAGE} {len(found)} {paragraphs} {seconds:.2f} {peak:.0f}"


def apart(lines: int, pages: int) -> list[float]:
    """`measured` in a process of its own."""
    command = [sys.executable, "-m", "tests.scale_bench", "--one", str(lines), str(pages)]
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root)
    return [float(word) for word in done.stdout.split()]


def main() -> None:
    """Command line; see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", nargs="*", type=int, default=[20_000, 200_000])
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--one", nargs=2, type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        sys.stdout.write(measured(*options.one) + "\n")
        return
    say = sys.stdout.write
    say("    lines   pages  pieces  paragraphs  seconds  peak MiB\n")
    rows = []
    for lines, pages in [*((n, 0) for n in options.lines), (0, options.pages)]:
        if lines or pages:
            row = apart(lines, pages)
            say("{:9.0f}{:8.0f}{:8.0f}{:12.0f}{:9.1f}{:10.0f}\n".format(*row))
            sys.stdout.flush()
            rows.append(row)
    for a, b in itertools.pairwise(rows[: len(options.lines)]):
        say(
            f"{b[0] / a[0]:.1f} times the lines: {b[4] / a[4]:.1f} times the seconds, "
            f"{b[5] / a[5]:.1f} times the memory\n"
        )


if __name__ == "__main__":
    main()
