"""The ways in which pages lose the order of their pieces: what `training.shuffle` lays out.

A layout is a list of tokens in the order in which an extractor meets them: ``("T", n)`` the title
of piece n, ``("Y", n)`` its byline, ``("C", n, rows)`` a column of rows (item, start character,
text).
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from training.articles import SENTENCE_END, Item, Piece

SHAPES = ("pages", "alternating", "strayed", "exchanged")
_SHORT = (3, 6)  # paragraphs of a short piece
_BRIEF = 130  # characters after which a short piece's paragraph ends with its sentence


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


def lay_out(
    pieces: Sequence[Piece], rng: random.Random, shape: str
) -> tuple[list[Any], dict[str, bool]]:
    """Tokens in one of `SHAPES`, and which pieces lost a column.

    ``pages``: columns, titles and bylines displaced. ``strayed``: besides, whole paragraphs lie
    cleanly inside other pieces. ``exchanged``: besides, bylines (and titles) of two pieces have
    changed places. ``alternating``: paragraphs of pieces, short ones best, take turns.
    """
    if shape == "alternating":
        return _alternating(pieces, rng), {p.speaker: False for p in pieces}
    stream, gaps = layout(pieces, rng)
    if shape == "strayed":
        for _ in range(rng.randint(1, 3)):
            _stray(stream, pieces, rng)
    if shape == "exchanged" and len(pieces) > 1:
        one, other = rng.sample(range(len(pieces)), 2)
        turned = {one: other, other: one}
        kinds = "Y" if rng.random() < 0.4 else "TY"
        stream = [(t[0], turned.get(t[1], t[1])) if t[0] in kinds else t for t in stream]
    return stream, gaps


def shortened(piece: Piece, rng: random.Random) -> Piece:
    """The first few paragraphs of a piece, each a few sentences long, mostly without headings."""
    items: list[Item] = []
    wanted = rng.randint(*_SHORT)
    heads = rng.random() < 0.2
    for item in piece.items:
        if item.heading:
            items += [item] if heads else []
            continue
        text = ""
        for sentence in re.findall("[^。！？]+[。！？”]*", item.text):
            text += sentence
            if len(text) > rng.uniform(0.3, 1) * _BRIEF:
                break
        items.append(Item(text, False))
        if sum(not i.heading for i in items) == wanted:
            break
    return replace(piece, items=tuple(items))


def _alternating(pieces: Sequence[Piece], rng: random.Random) -> list[Any]:
    """Each piece's start where its title is, then one or two paragraphs of each in turns."""
    rows: list[list[list[tuple[int, int, str]]]] = []
    for p in pieces:
        mine: list[list[tuple[int, int, str]]] = []
        for i, item in enumerate(p.items):
            text = item.text
            if not item.heading and len(text) > 40 and rng.random() < 0.15:
                at = rng.randint(8, len(text) - 9)
                mine += [[(i, 0, text[:at])], [(i, at, text[at:])]]
            elif mine and p.items[i - 1].heading:
                mine[-1].append((i, 0, text))
            else:
                mine.append([(i, 0, text)])
        rows.append(mine)
    stream: list[Any] = []
    together = rng.random() < 0.3  # all openings first
    for n in range(len(pieces)):
        stream += [("T", n), ("Y", n)] if rng.random() < 0.8 else [("Y", n), ("T", n)]
        for _ in range(0 if together else rng.choice((1, 1, 2))):
            if rows[n]:
                stream.append(("C", n, rows[n].pop(0)))
    while any(rows):
        n = rng.choice([k for k, r in enumerate(rows) if r])
        for _ in range(min(len(rows[n]), rng.choice((1, 1, 2)))):
            stream.append(("C", n, rows[n].pop(0)))
    return stream


def _stray(stream: list[Any], pieces: Sequence[Piece], rng: random.Random) -> None:
    """Take a whole paragraph out of its column and put it between two of another piece."""
    whole = [
        (at, k)
        for at, t in enumerate(stream)
        if t[0] == "C" and len(t[2]) > 1
        for k, (item, start, text) in enumerate(t[2])
        if not start and text == pieces[t[1]].items[item].text
        and not pieces[t[1]].items[item].heading
    ]  # fmt: skip
    if not whole:
        return
    at, k = rng.choice(whole)
    owner = stream[at][1]
    spots = [
        (n, m)
        for n, t in enumerate(stream)
        if t[0] == "C" and t[1] != owner
        for m in range(1, len(t[2]))
        if t[2][m][1] == 0
    ]
    if not spots:
        return
    n, m = rng.choice(spots)
    _, other, rows = stream[n]
    row = stream[at][2][k]
    stream[at] = ("C", owner, [*stream[at][2][:k], *stream[at][2][k + 1 :]])
    stream[n : n + 1] = [("C", other, rows[:m]), ("C", owner, [row]), ("C", other, rows[m:])]
