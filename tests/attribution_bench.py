"""How well attribution does, beside the rule "each line belongs to the byline before it".

    python -m tests.attribution_bench [--count N] [--seed S] [--each] [--shapes …] [FILE.jsonl …]

Without files: seeded documents of invented officials, shuffled as magazine pages are, or with the
other `training.layouts.SHAPES`: short pieces that take turns, stray paragraphs, bylines exchanged;
short ones of one paragraph's length too few to join are counted like all others. A file
holds documents as `training.shuffle` writes them; ``remarks.txt`` beside a gold file of whole
paragraphs is read with ``--paragraphs GOLD TEXT``.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from store import continuity
from store.attribution import attribute
from store.byline import find_bylines
from store.reader import read_bytes
from store.remarks import Remarks
from tests.officialese import pieces
from training.layouts import SHAPES, shortened
from training.shuffle import document


@dataclass
class Score:
    """Counts over documents; shares are made when shown."""

    lines: int = 0
    right: int = 0
    rule: int = 0
    sure: int = 0
    sure_wrong: int = 0
    joins: int = 0
    joins_found: int = 0
    joins_made: int = 0
    joins_right: int = 0
    concordant: int = 0
    discordant: int = 0
    gaps: int = 0
    gaps_found: int = 0
    gaps_marked: int = 0
    gaps_false: int = 0
    titles: int = 0
    titles_right: int = 0
    sections: int = 0
    sections_right: int = 0
    lost: int = 0
    seconds: float = 0.0
    documents: int = 0
    notes: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Sum."""
        for f in fields(self):
            setattr(self, f.name, getattr(self, f.name) + getattr(other, f.name))

    @property
    def accuracy(self) -> float:
        return self.right / max(1, self.lines)

    @property
    def tau(self) -> float:
        return (self.concordant - self.discordant) / max(1, self.concordant + self.discordant)

    @property
    def join_recall(self) -> float:
        return self.joins_found / max(1, self.joins)

    @property
    def join_precision(self) -> float:
        return self.joins_right / max(1, self.joins_made)

    def row(self, name: str) -> str:
        """One line of the table."""
        values = (
            self.rule / max(1, self.lines),
            self.accuracy,
            self.sure / max(1, self.lines),
            self.sure_wrong / max(1, self.sure),
            self.join_recall,
            self.join_precision,
            self.tau,
            self.titles_right / max(1, self.titles),
            self.sections_right / max(1, self.sections),
        )
        shares = "".join(f"{v:>8.3f}" for v in values)
        gaps = f"{self.gaps_found}/{self.gaps} of {self.gaps_marked}, {self.gaps_false}"
        pace = self.seconds / max(1, self.documents)
        return f"{name:<18}{self.lines:>6}{shares}{gaps:>17}{self.lost:>5}{pace:>7.2f}"


HEAD = (
    f"{'':<18}{'lines':>6}{'rule':>8}{'right':>8}{'sure':>8}{'s.wrong':>8}{'j.found':>8}{'j.right':>8}"
    f"{'tau':>8}{'titles':>8}{'sect.':>8}{'gaps, false':>17}{'lost':>5}{'s/doc':>7}"
)


def truth_of(gold: Sequence[dict[str, Any]], texts: Sequence[str]) -> dict[str, Any]:
    """Joined pairs, lines after a lost place, lines that begin inside a paragraph, the section of
    each line, and the body lines."""
    body = [g for g in gold if g["kind"] in ("body", "heading")]
    by_speaker: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for g in body:
        by_speaker[g["speaker"]].append(g)
    joins, gaps, inside, section = set(), set(), set(), {}
    for rows in by_speaker.values():
        rows.sort(key=lambda g: g["order"])
        heading, previous, lost = None, None, 0
        for g in rows:
            if g["kind"] == "heading":
                heading, previous = texts[g["line"] - 1], g
                continue
            whole = (
                previous is not None
                and previous["kind"] == "body"
                and previous["item"] == g["item"]
                and previous["at"] + len(texts[previous["line"] - 1]) == g["at"]
            )
            if g["at"]:
                inside.add(g["line"])
            if g["at"] and whole:
                joins.add((previous["line"], g["line"]))
            elif g["at"]:
                gaps.add(g["line"])
                lost += 1
            section[g["line"]] = heading
            previous = g
    return {
        "joins": joins,
        "gaps": gaps,
        "inside": inside,
        "section": section,
        "body": [g for g in body if g["kind"] == "body"],
    }


def score(text: str, gold: Sequence[dict[str, Any]], titles: dict[str, str]) -> Score:
    """Attribute one document and compare it with the truth of its lines."""
    texts = text.split("\n")
    truth = truth_of(gold, texts)
    source = read_bytes("bench.txt", text.encode(), 10**9)
    started = time.perf_counter()
    found = attribute(source)
    made = Score(documents=1, seconds=time.perf_counter() - started)
    owner: dict[int, tuple[str | None, int, Any]] = {}
    pairs, marked = set(), set()
    for piece in found:
        name = piece.official.name if piece.official else None
        place = 0
        for p in piece.paragraphs:
            for line in p.lines:
                place += 1
                owner[line] = (name, place, p)
            pairs |= set(zip(p.lines, p.lines[1:], strict=False))
            if p.gap_before and p.lines:
                marked.add(p.lines[0])
    bylines = find_bylines(source.lines)
    made.joins, made.joins_made = len(truth["joins"]), len(pairs)
    made.joins_found = made.joins_right = len(truth["joins"] & pairs)
    made.gaps, made.gaps_marked = len(truth["gaps"]), len(marked)
    made.gaps_found = len(truth["gaps"] & marked)
    made.gaps_false = len(marked - truth["inside"])
    _lines(made, truth, owner, bylines, source.lines)
    _order(made, truth["body"], owner)
    _titles(made, found, titles)
    return made


def _lines(
    made: Score, truth: dict[str, Any], owner: dict[int, Any], bylines: Any, lines: Any
) -> None:
    first = [(lines[b.first].number, b.official.name) for b in bylines]
    for g in truth["body"]:
        made.lines += 1
        before = [name for line, name in first if line < g["line"]]
        rule = before[-1] if before else (first[0][1] if first else None)
        made.rule += rule == g["speaker"]
        name, _, p = owner.get(g["line"], (None, 0, None))
        made.lost += p is None
        made.right += name == g["speaker"]
        if p is not None and not p.review:
            made.sure += 1
            made.sure_wrong += name != g["speaker"]
        if p is not None and name == g["speaker"] and p.section is not None:
            made.sections += 1
            made.sections_right += p.section == truth["section"][g["line"]]


def _order(made: Score, body: Iterable[dict[str, Any]], owner: dict[int, Any]) -> None:
    placed: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for g in body:
        name, place, _ = owner.get(g["line"], (None, 0, None))
        if name == g["speaker"]:
            placed[name].append((g["order"], place))
    for rows in placed.values():
        for i, (a, x) in enumerate(rows):
            for b, y in rows[i + 1 :]:
                made.concordant += (a < b) == (x < y)
                made.discordant += (a < b) != (x < y)


def _titles(made: Score, found: Sequence[Remarks], titles: dict[str, str]) -> None:
    for piece in found:
        if piece.official and piece.official.name in titles:
            made.titles += 1
            made.titles_right += piece.title == titles[piece.official.name]


def run(rows: Iterable[dict[str, Any]], name: str, each: bool = False) -> Score:
    """Score documents; with `each`, write a line for every one."""
    total = Score()
    for n, row in enumerate(rows):
        titles = {s["speaker"]: s["title"] for s in row["speakers"]}
        one = score(row["text"], row["gold"], titles)
        total.add(one)
        if each:
            sys.stdout.write(one.row(f"  {n}") + "\n")
    sys.stdout.write(total.row(name) + "\n")
    sys.stdout.flush()
    return total


def generated(count: int, seed: int, shape: str = "pages") -> list[dict[str, Any]]:
    """Shuffled documents of invented officials, in one of `training.layouts.SHAPES`."""
    rng = random.Random(seed)
    made = []
    for _ in range(count):
        own = pieces(rng.choice((2, 3, 4, 5)), rng)
        if shape == "alternating":
            own = [shortened(piece, rng) for piece in own[:3]]
        made.append(document(own, rng, shape))
    return made


def paragraphs(gold: Path, text: Path) -> dict[str, Any]:
    """A document whose truth is given by whole paragraphs, in the shape of the shuffled ones."""
    raw = text.read_text(encoding="utf-8")
    lines = raw.split("\n")
    rows, speakers, place = [], {}, defaultdict(int)
    for line in gold.read_text(encoding="utf-8").splitlines():
        g = json.loads(line)
        if g.get("kind") == "gap":
            continue
        speakers[g["speaker"]] = g["title"]
        at = 1000 if g["starts_mid"] else 0
        for number in g["lines"]:
            order = place[g["speaker"]] = place[g["speaker"]] + 2
            rows.append({"line": number, "speaker": g["speaker"], "kind": "body", "order": order,
                         "item": g["n"], "at": at, "heading": g["section"]})  # fmt: skip
            at += len(lines[number - 1])
    heads = {line: n for n, line in enumerate(lines, start=1)}
    for row in list(rows):
        if row["heading"] and row["heading"] in heads:
            same = [
                r["order"]
                for r in rows
                if r["speaker"] == row["speaker"] and r.get("heading") == row["heading"]
            ]
            line = heads.pop(row["heading"])
            head = {"line": line, "speaker": row["speaker"], "kind": "heading"}
            rows.append({**head, "order": min(same) - 1, "item": -1, "at": 0})
    return {
        "text": raw,
        "gold": rows,
        "speakers": [{"speaker": s, "title": t} for s, t in speakers.items()],
    }


def main() -> None:
    """Command line; see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--paragraphs", nargs=2, type=Path, metavar=("GOLD", "TEXT"))
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--shapes", nargs="*", choices=SHAPES, default=["pages"])
    parser.add_argument("--each", action="store_true")
    parser.add_argument("--counts", type=Path, help="another continuity model than the shipped one")
    options = parser.parse_args()
    if options.counts:
        continuity.DATA = options.counts
    sys.stdout.write(HEAD + "\n")
    if options.paragraphs:
        run([paragraphs(*options.paragraphs)], options.paragraphs[1].name[:17], options.each)
    for path in options.files:
        rows = [json.loads(r) for r in path.read_text(encoding="utf-8").splitlines() if r]
        run(rows, path.name[:17], options.each)
    for shape in options.shapes if options.count else ():
        run(generated(options.count, options.seed, shape), f"{shape} {options.seed}", options.each)


if __name__ == "__main__":
    main()
