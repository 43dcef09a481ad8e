"""The ways in which pieces are mixed keep every paragraph and the truth about it."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from typing import Any

import pytest

from tests.attribution_bench import generated
from tests.officialese import pieces
from training.layouts import SHAPES, lay_out, shortened


def told(row: dict[str, Any]) -> dict[str, str]:
    """Each speaker's text in the order that the truth gives."""
    lines = row["text"].split("\n")
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for g in row["gold"]:
        if g["kind"] in ("body", "heading"):
            found[g["speaker"]].append((g["order"], lines[g["line"] - 1]))
    return {name: "".join(text for _, text in sorted(rows)) for name, rows in found.items()}


@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_is_lost_but_whole_columns(shape: str) -> None:
    rng = random.Random(11)
    own = pieces(3, rng)
    tokens, gaps = lay_out(own, rng, shape)
    for n, piece in enumerate(own):
        rows = sorted(row for t in tokens if t[0] == "C" and t[1] == n for row in t[2])
        if not gaps[piece.speaker]:
            assert "".join(text for *_, text in rows) == "".join(i.text for i in piece.items)
    assert sorted(t[:2] for t in tokens if t[0] in "TY") == [(k, n) for k in "TY" for n in range(3)]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_truth_of_a_document_is_in_its_text(shape: str) -> None:
    for row in generated(3, 9, shape):
        assert all(told(row).values())
        assert {g["kind"] for g in row["gold"]} >= {"title", "byline", "body"}


def test_short_pieces_take_turns() -> None:
    turns = []
    for row in generated(6, 9, "alternating"):
        names = [g["speaker"] for g in row["gold"] if g["kind"] == "body"]
        turns.append(sum(a != b for a, b in itertools.pairwise(names)) / len(names))
        assert len(names) <= 30
    assert min(turns) > 0.3


def test_a_short_piece_is_a_few_short_paragraphs_of_the_long_one() -> None:
    rng = random.Random(3)
    for piece in pieces(4, rng):
        short = shortened(piece, rng)
        bodies = [i for i in short.items if not i.heading]
        assert 3 <= len(bodies) <= 6
        for item in short.items:
            assert any(whole.text.startswith(item.text) for whole in piece.items)


def test_bylines_change_places_when_exchanged() -> None:
    """On pages a byline mostly stands beside its piece; once exchanged, less often."""
    shares = []
    for shape in ("pages", "exchanged"):
        right = total = 0
        for row in generated(12, 4, shape):
            last = ""
            for g in row["gold"]:
                if g["kind"] == "byline":
                    last = g["speaker"]
                elif g["kind"] == "body":
                    total += 1
                    right += g["speaker"] == last
        shares.append(right / total)
    assert shares[1] < shares[0] - 0.1
