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
from training.articles import SENTENCE_END, Article, Item, Piece, articles, piece
from training.continuity import shares, shingles


def cut_points(items: Sequence[Item], rng: random.Random, clean: float) -> tuple[int, int]:
    """A place to cut: (item, character), character 0 where the cut is between two items."""
    bodies = [i for i, item in enumerate(items) if not item.heading and len(item.text) >= 30]
    i = rng.choice(bodies)
    if rng.random() < clean and i:
        return i, 0
    text = items[i].text
    for _ in range(20):
        at = rng.randint(8, len(text) - 9)
        if text[at - 1] not in SENTENCE_END:
            return i, at
    return i, 0


def columns(
    p: Piece, rng: random.Random, count: int, clean: float
) -> list[list[tuple[int, int, str]]]:
    """The piece as `count` or fewer columns; each row is (item, start character, text)."""
    cuts = sorted({cut_points(p.items, rng, clean) for _ in range(count - 1)} - {(0, 0)})
    made: list[list[tuple[int, int, str]]] = [[]]
    for i, item in enumerate(p.items):
        at = 0
        for j, where in cuts:
            if j != i:
                continue
            if where > at:
                made[-1].append((i, at, item.text[at:where]))
                at = where
            if made[-1]:
                made.append([])
        made[-1].append((i, at, item.text[at:]))
    return [c for c in made if c]


def layout(pieces: Sequence[Piece], rng: random.Random) -> tuple[list[Any], dict[str, bool]]:
    """Tokens in the order in which an extractor meets them, and which pieces lost a column."""
    stream: list[Any] = []
    gaps: dict[str, bool] = {}
    for n, p in enumerate(pieces):
        parts = columns(p, rng, rng.choice((2, 3, 3, 4, 5)), 0.12)
        gap = len(parts) >= 3 and rng.random() < 0.2
        gaps[p.speaker] = gap
        order = list(range(len(parts)))
        if gap:
            order.remove(rng.randrange(1, len(parts) - 1) if rng.random() < 0.9 else 0)
        shape = rng.random()
        if shape < 0.35 and len(order) >= 2:
            # The page's right column is read first, then the left one, then the next page.
            turn = rng.randrange(1, len(order))
            end = rng.randrange(turn + 1, len(order) + 1)
            order = order[turn:end] + order[:turn] + order[end:]
        body: list[Any] = [("C", n, parts[k]) for k in order]
        title, byline = ("T", n), ("Y", n)
        place = rng.random()
        if place < 0.45:
            body = [title, byline, *body] if rng.random() < 0.8 else [byline, title, *body]
        elif place < 0.75:
            body = [byline, *body]
            body.insert(rng.choice((len(body), len(body), rng.randrange(1, len(body) + 1))), title)
        elif place < 0.9:
            body = [title, *body]
            body.insert(rng.randrange(1, len(body) + 1), byline)
        else:
            body.insert(rng.randrange(0, len(body) + 1), byline)
            body.insert(rng.randrange(0, len(body) + 1), title)
        stream += body
    return _displace(stream, len(pieces), rng), gaps


def _displace(stream: list[Any], count: int, rng: random.Random) -> list[Any]:
    """Move some columns, titles and bylines a few tokens along."""
    for _ in range(rng.randint(0, count + 1)):
        i = rng.randrange(len(stream))
        kind, owner = stream[i][0], stream[i][1]
        step = rng.choice((-2, -1, 1, 1, 2, 3, 4) if kind == "C" else (-2, -1, 1, 2))
        if not 0 <= i + step < len(stream):
            continue
        token = stream.pop(i)
        if any(t[1] != owner for t in stream[max(0, i + step - 1) : i + step + 1]) or kind != "C":
            stream.insert(i + step, token)
        else:
            stream.insert(i, token)
    return stream


def document(pieces: Sequence[Piece], rng: random.Random) -> dict[str, Any]:
    """One shuffled document with its truth."""
    stream, gaps = layout(pieces, rng)
    rows: list[str] = [""]
    gold: list[dict[str, Any]] = []
    small_cut = 0.18

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


def documents(source: Sequence[Article], count: int, seed: int) -> list[dict[str, Any]]:
    """`count` shuffled documents of two to five pieces; half of them on near themes."""
    rng = random.Random(seed)
    grams = [Counter(t[i : i + 2] for t in a.paragraphs for i in range(len(t) - 1)) for a in source]
    made: list[dict[str, Any]] = []
    while len(made) < count:
        size = rng.choice((3, 3, 4, 5, 5))
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
            if p.speaker not in {q.speaker for q in pieces}:
                pieces.append(p)
        if len({p.title for p in pieces}) == len(pieces):
            made.append(document(pieces, rng))
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
        for made in documents(source, options.count, options.seed):
            file.write(json.dumps(made, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
