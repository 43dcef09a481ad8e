"""Stretches of texts strung together that do not follow each other, and where they meet.

What a wrong half looks like in a document: text of the same article after a lost column, text of an
earlier place, another article on a near theme, a paragraph's start after an open end. Of several
such, one that the two nets of `store.junction` take for a continuation is likelier, as the
arrangement would have taken it too.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import diags
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.random_projection import SparseRandomProjection

from store.continuity import plain
from store.junction import Junction
from training.continuity import fold_of, shares, texts

ENDS = "。！？；：!?;:…"  # after these no half is looked for
KINDS = {
    "cpcnews_title": "articles",
    "speeches": "articles",
    "government work reports": "articles",
    "news": "news",
    "xwlb_title": "broadcasts",
}
SHARES = {"articles": 0.55, "news": 0.28, "broadcasts": 0.17}
_SHORTEST = 24  # characters of a paragraph
_LONGEST_LOST, _FURTHEST_BACK = 1200, 1500  # characters
_READ = 16  # characters on each side that the nets are given

Text = list[str]  # its paragraphs
Place = tuple[int, int, int]  # text, paragraph, character


@dataclass(frozen=True, slots=True)
class Chain:
    """Stretches as one text, and the characters from which another stretch goes on."""

    text: str
    seams: tuple[int, ...]


def read_texts(
    paths: Sequence[Path], held: set[str], folds: Iterable[int]
) -> dict[str, list[Text]]:
    """The texts of each kind, without those of `folds` or that share a run with `held`."""
    made: dict[str, list[Text]] = {kind: [] for kind in SHARES}
    out = set(folds)
    for source, text in texts(paths):
        if source not in KINDS or fold_of(text) in out or shares(plain(text), held):
            continue
        rows = ["".join(row.split()) for row in re.split(r"\n+|\s{3,}", text)]
        rows = [row for row in rows if len(row) >= _SHORTEST]
        if sum(map(len, rows)) >= 150:
            made[KINDS[source]].append(rows)
    return made


class Chains:
    """Draws chains.

    Args:
        kinds: texts of each kind of `SHARES`; kinds without texts are not drawn.
    """

    def __init__(self, kinds: Mapping[str, Sequence[Text]], seed: int) -> None:
        self._kinds = {kind: found for kind, found in kinds.items() if found}
        self._themes = {kind: _themes(found) for kind, found in self._kinds.items()}
        self._rng = random.Random(seed)
        self._nets = Junction.load()

    def draw(self) -> Chain:
        """Two to four stretches, the first of them before an open cut."""
        rng = self._rng
        kinds = list(self._kinds)
        while True:
            kind = rng.choices(kinds, [SHARES[k] for k in kinds])[0]
            known = self._kinds[kind]
            n = rng.randrange(len(known))
            place = self._cut(known, n)
            if place is None:
                continue
            row, at = known[n][place[1]], place[2]
            text, seams = row[max(0, at - self._size()) : at], []
            for _ in range(rng.choice((1, 2, 2, 3))):
                found = self._next(kind, place)
                if found is None:
                    break
                row = known[found[0]][found[1]]
                end = _open_place(row, found[2], self._size())
                if end - found[2] < 3:
                    break
                seams.append(len(text))
                text += row[found[2] : end]
                place = (found[0], found[1], end)
                if end == len(row) or row[end - 1] in ENDS:
                    break
            if seams:
                return Chain(text, tuple(seams))

    def _size(self) -> int:
        rng = self._rng
        return rng.randint(4, 14) if rng.random() < 0.15 else rng.randint(18, 44)

    def _cut(self, known: Sequence[Text], n: int) -> Place | None:
        """A place inside a sentence of text `n`."""
        rows = known[n]
        for _ in range(50):
            p = self._rng.choices(range(len(rows)), [len(row) for row in rows])[0]
            at = self._rng.randint(8, len(rows[p]) - 9)
            if rows[p][at - 1] not in ENDS:
                return n, p, at
        return None

    def _next(self, kind: str, place: Place) -> Place | None:
        """Where a stretch begins that does not follow `place`; None where nothing is found."""
        rng, known = self._rng, self._kinds[kind]
        n, p, at = place
        true = known[n][p][at : at + 6]
        later, earlier = self._same(known, place)
        fresh = [(n, q, 0) for q in range(p + 1, min(len(known[n]), p + 6))]
        wrong = [
            [c for c in some if known[c[0]][c[1]][c[2] : c[2] + 6] != true]
            for some in (later, earlier[:5], self._near(kind, n), fresh)
        ]
        later, fresh = wrong[0], wrong[3]
        offered = [*later, *wrong[1], *wrong[2], *fresh[:1]]
        if not offered:
            return None
        draw = rng.random()
        if draw < 0.08 and fresh:
            return rng.choice(fresh)
        if draw < 0.3 and later:
            return rng.choice(later)
        starts = [plain(known[c[0]][c[1]][c[2] : c[2] + _READ]) for c in offered]
        end = plain(known[n][p][max(0, at - _READ) : at])
        scores = np.clip(self._nets.ends([end])[0] @ self._nets.starts(starts).T, -8, 10)
        return rng.choices(offered, np.exp(scores - scores.max()).tolist())[0]

    def _same(self, known: Sequence[Text], place: Place) -> tuple[list[Place], list[Place]]:
        """Places of the same text: after a lost stretch, and before."""
        rng = self._rng
        n, p, at = place
        rows = known[n]
        first = np.cumsum([0, *map(len, rows)])
        here = int(first[p]) + at
        later: list[Place] = []
        earlier: list[Place] = []
        for _ in range(8):
            found = self._cut(known, n)
            if found is not None:
                far = int(first[found[1]]) + found[2] - here
                if 15 <= far <= _LONGEST_LOST:
                    later.append(found)
                elif -_FURTHEST_BACK <= far <= -20:
                    earlier.append(found)
        for _ in range(8):
            goal = here + rng.randint(18, 150 if rng.random() < 0.5 else _LONGEST_LOST)
            if goal < first[-1] - 10:
                q = int(np.searchsorted(first, goal, side="right")) - 1
                inside = goal - int(first[q])
                if 0 < inside < len(rows[q]) - 6 and rows[q][inside - 1] not in ENDS:
                    later.append((n, q, inside))
        return later, earlier

    def _near(self, kind: str, n: int) -> list[Place]:
        """Places of three texts on a near theme."""
        known, themes = self._kinds[kind], self._themes[kind]
        some = self._rng.sample(range(len(known)), min(60, len(known)))
        pool = [m for m in some if m != n]
        nearest = np.argsort(-(themes[pool] @ themes[n]))[:3]
        cuts = [self._cut(known, pool[m]) for m in nearest for _ in range(3)]
        return [cut for cut in cuts if cut is not None]


def _open_place(row: str, start: int, size: int) -> int:
    """About `size` characters from `start`, not after a full stop; or the end of `row`."""
    at = start + size
    if at >= len(row) - 2:
        return len(row)
    while at > start + 3 and row[at - 1] in ENDS:
        at -= 1
    return at


def _themes(known: Sequence[Text]) -> NDArray[np.float32]:
    """Unit vectors of what the texts' beginnings have in common, in rare pairs of characters."""
    pairs = HashingVectorizer(
        analyzer="char", ngram_range=(2, 2), n_features=2**15, alternate_sign=False
    ).transform("".join(rows)[:500] for rows in known)
    seen = np.asarray((pairs > 0).sum(axis=0)).ravel()
    rare = np.log(len(known) / (1 + seen))
    rare[rare < 1] = 0
    made = SparseRandomProjection(128, random_state=0, dense_output=True).fit_transform(
        pairs @ diags(rare)
    )
    unit: NDArray[np.float32] = made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-9)
    return unit.astype(np.float32)
