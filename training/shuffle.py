"""Documents as a magazine-page extractor leaves them, made from articles, with the truth beside.

    python -m training.shuffle pairs.jsonl --count 200 --seed 1 --output shuffled.jsonl

Articles get invented authors, are cut into columns (most often inside a sentence), and the
columns, titles and bylines change places the way they do in extracted magazine pages. Every
output line is ``{"text", "gold", "gaps", "speakers"}``; ``gold`` has, for each line that is not
empty, ``line`` (1-based), ``speaker``, ``kind`` and, for content, ``order``, ``cont``, ``item``
and ``at``.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from store.continuity import plain
from training.articles import SENTENCE_END, Article, Piece, articles, piece
from training.continuity import shares, shingles
from training.layouts import SHAPES, lay_out, shortened


def document(pieces: Sequence[Piece], rng: random.Random, shape: str = "pages") -> dict[str, Any]:
    """One shuffled document with its truth, in one of `layouts.SHAPES`."""
    stream, gaps = lay_out(pieces, rng, shape)
    rows: list[str] = [""]
    gold: list[dict[str, Any]] = []
    small_cut = 0.0 if shape == "alternating" else 0.18

    def put(text: str, **truth: Any) -> None:
        rows.append(text)
        gold.append({"line": len(rows), **truth})

    for token in stream:
        p = pieces[token[1]]
        if token[0] == "T":
            put(p.title, speaker=p.speaker, kind="title")
            rows.append("")
        elif token[0] == "Y":
            rows += ["", ""]
            for row in p.byline:
                put(row, speaker=p.speaker, kind="byline")
            rows.append("")
        else:
            for item, at, text in token[2]:
                heading = p.items[item].heading
                pieces_of = [(at, text)]
                if not heading and len(text) > 60 and rng.random() < small_cut:
                    cut = rng.randint(8, len(text) - 9)
                    if text[cut - 1] not in SENTENCE_END:
                        pieces_of = [(at, text[:cut]), (at + cut, text[cut:])]
                for start, part in pieces_of:
                    put(part, speaker=p.speaker, kind="heading" if heading else "body",
                        item=item, at=start, order=(item, start), cont=start > 0)  # fmt: skip
                    rows.append("")
    for p in pieces:
        mine = sorted(g["order"] for g in gold if g["speaker"] == p.speaker and "order" in g)
        for g in gold:
            if g["speaker"] == p.speaker and "order" in g:
                g["order"] = mine.index(g["order"])
    return {
        "text": "\n".join(rows),
        "gold": gold,
        "gaps": gaps,
        "speakers": [
            {"speaker": p.speaker, "byline": list(p.byline), "title": p.title} for p in pieces
        ],
    }


def documents(
    source: Sequence[Article], count: int, seed: int, shapes: Sequence[str] = ("pages",)
) -> list[dict[str, Any]]:
    """`count` shuffled documents of two to five pieces, the shapes by turns; more than half of
    them on near themes."""
    rng = random.Random(seed)
    grams = [Counter(t[i : i + 2] for t in a.paragraphs for i in range(len(t) - 1)) for a in source]
    made: list[dict[str, Any]] = []
    while len(made) < count:
        shape = shapes[len(made) % len(shapes)]
        size = rng.choice((2, 2, 3, 3, 4) if shape == "alternating" else (3, 3, 4, 5, 5))
        first = rng.randrange(len(source))
        if rng.random() < 0.6:
            pool = rng.sample(range(len(source)), min(len(source), 60))
            pool.sort(key=lambda k: -sum((grams[k] & grams[first]).values()))
            chosen = [first, *[k for k in pool if k != first][: size - 1]]
        else:
            chosen = rng.sample(range(len(source)), size)
        pieces: list[Piece] = []
        for k in chosen:
            p = piece(source[k], rng)
            p = shortened(p, rng) if shape == "alternating" else p
            if p.speaker not in {q.speaker for q in pieces}:
                pieces.append(p)
        if len({p.title for p in pieces}) == len(pieces):
            made.append(document(pieces, rng, shape))
    return made


def main() -> None:
    """Command line; see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folds", nargs="*", type=int, default=[])
    parser.add_argument(
        "--sources", nargs="*", default=["cpcnews_title", "speeches", "government work reports"]
    )
    parser.add_argument("--authors", choices=("any", "signed", "unsigned"), default="any")
    parser.add_argument("--shapes", nargs="*", choices=SHAPES, default=["pages"])
    parser.add_argument("--without", nargs="*", type=Path, default=[])
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    signed = {"signed": True, "unsigned": False}.get(options.authors)
    source = articles(options.inputs, frozenset(options.folds), frozenset(options.sources), signed)
    if options.without:
        held = set().union(*map(shingles, options.without))
        source = [a for a in source if not shares(plain("".join(a.paragraphs)), held)]
    print(f"{len(source)} articles")
    with options.output.open("w", encoding="utf-8") as file:
        for made in documents(source, options.count, options.seed, options.shapes):
            file.write(json.dumps(made, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
