"""How well printed pages are read: ``python -m tests.pdf_bench [--seeds N] [--layout WORD]``.

Pieces of invented officials are printed by Chromium in many layouts; counted are paragraphs that
have the right official, that are whole, and pairs of an official's paragraphs in the right order.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, fields
from pathlib import Path

from store.attribution import attribute
from store.document import Document
from store.reader import read_bytes
from tests.officialese import pieces
from tests.printing import CHROMIUM, SPACED, html_of, print_pdf
from training.articles import Piece

LIMIT = 32 << 20
_SANS = "'Noto Sans CJK SC',sans-serif"
# Columns, style, and whether Chromium adds its own header and footer.
LAYOUTS: dict[str, tuple[int, dict[str, str], bool]] = {
    "one column": (1, {}, True),
    "one column, sans, large": (1, {"font": _SANS, "size": "18", "margin": "30mm"}, False),
    "two columns, running heads": (2, {"runner": "青川论坛 · 第三期"}, False),
    "two columns, titles inside them": (2, {"span": "", "gap": "normal", **SPACED}, True),
    "two columns, headings of body size": (2, {"heading": "14", "runner": "月刊"}, False),
    "two columns, headings across": (2, {"across": "column-span:all"}, False),
    "two columns, sans, wide leading": (2, {"font": _SANS, "leading": "2", "gap": "40px"}, True),
    "two columns, small page": (2, {"paper": "A5", "margin": "12mm", "size": "10"}, False),
    "two columns, filled in turn": (2, {"fill": "auto", "span": ""}, False),
    "three columns, space between": (3, SPACED, True),
    "three columns, narrow gutters": (3, {"gap": "normal", "size": "12", "runner": "澄江"}, False),
    "three columns, titles inside": (3, {"span": "", "size": "11"}, True),
    "three columns, titles at the left": (3, {"span": "column-span:all", **SPACED}, False),
    "three columns, headings across": (3, {"across": "column-span:all", "size": "12"}, False),
    "three columns, wide page": (3, {"paper": "A4 landscape", "margin": "15mm"}, False),
}
# … and pieces that go on behind the start of the next one.
CONTINUED: dict[str, tuple[int, dict[str, str], bool]] = {
    "one column, continued": (1, {}, False),
    "two columns, continued": (2, {"span": ""}, False),
    "three columns, continued": (3, {"span": "", "size": "12"}, False),
}


@dataclass
class Count:
    """Paragraphs, those with the right official, whole ones; pairs, and those in order."""

    paragraphs: int = 0
    owned: int = 0
    whole: int = 0
    pairs: int = 0
    ordered: int = 0

    def add(self, other: Count) -> None:
        """Sum."""
        for f in fields(self):
            setattr(self, f.name, getattr(self, f.name) + getattr(other, f.name))

    def row(self, name: str) -> str:
        """One line of the table."""
        shares = (self.owned / self.paragraphs, self.whole / self.paragraphs)
        order = self.ordered / max(1, self.pairs)
        return f"{name:<36}{self.paragraphs:>6}{shares[0]:>9.3f}{shares[1]:>9.3f}{order:>9.3f}\n"


def spoken(document: Document) -> dict[str, list[str]]:
    """Each official's paragraphs in reading order."""
    found: dict[str, list[str]] = defaultdict(list)
    for piece in attribute(document):
        found[piece.official.name if piece.official else ""] += [p.text for p in piece.paragraphs]
    return found


def counted(truth: list[Piece], document: Document) -> Count:
    """One printed document against what was printed."""
    found, made = spoken(document), Count()
    for piece in truth:
        got = found[piece.speaker]
        joined = "".join(got)
        want = [item.text for item in piece.items if not item.heading]
        made.paragraphs += len(want)
        made.owned += sum(text in joined for text in want)
        made.whole += sum(text in got for text in want)
        places = [joined.find(text) for text in want if text in joined]
        made.pairs += max(0, len(places) - 1)
        made.ordered += sum(a < b for a, b in itertools.pairwise(places))
    return made


def measured(layout: tuple[int, dict[str, str], bool], seed: int, cut: float) -> Count:
    """Print five pieces and read them."""
    columns, style, header = layout
    truth = pieces(5, random.Random(seed))
    with tempfile.TemporaryDirectory() as folder:
        data = print_pdf(html_of(truth, columns, cut=cut, **style), Path(folder), header=header)
    return counted(truth, read_bytes("a.pdf", data, LIMIT))


def main() -> None:
    """Command line; see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--layout", default="", help="only layouts whose name holds this")
    options = parser.parse_args()
    if CHROMIUM is None:
        parser.error("needs Chromium to print")
    sys.stdout.write(f"{'':<36}{'par.':>6}{'right':>9}{'whole':>9}{'order':>9}\n")
    for table, cut in ((LAYOUTS, 0.0), (CONTINUED, 0.6)):
        total = Count()
        for name, layout in table.items():
            if options.layout in name:
                one = Count()
                for seed in range(21, 21 + options.seeds):
                    one.add(measured(layout, seed, cut))
                total.add(one)
                sys.stdout.write(one.row(name))
                sys.stdout.flush()
        if total.paragraphs:
            sys.stdout.write(total.row("all continued" if cut else "all in order"))


if __name__ == "__main__":
    main()
