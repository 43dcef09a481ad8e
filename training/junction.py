"""Train the net that says whether one text runs on into another across a cut.

    python -m training.junction text.jsonl pairs.jsonl --output store/data/junction.npz \
        --held-out one.jsonl --folds 7 8 9

Two small nets read the characters before a cut and those after it and give a vector each; trained
so that of many starts the true one fits an end best (softmax over the batch, both ways), their
product estimates the pointwise mutual information of the two sides. The batch mixes cuts of few
texts, so that wrong starts are of the same theme, and has starts of paragraphs, which fit no end.
Texts in ``--held-out`` files and in ``--folds`` are left out.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from store.continuity import plain
from store.junction import HASHES, REACH
from training.continuity import fold_of, shares, shingles, texts

Ints = NDArray[np.int64]
_STOPS = ".!?;:"
_TEXTS = 24  # texts of one batch
_CUTS = 24  # cuts of each
_FRESH = 64  # starts of paragraphs in a batch, which follow nothing
_SEEN = 12  # a character seen less often has no vector of its own


class Side(nn.Module):
    """One side of a cut: characters and pairs by place, to a vector."""

    def __init__(self, characters: int, width: int, hidden: int, size: int) -> None:
        super().__init__()
        self.single = nn.Embedding(characters, width)
        self.pair = nn.Embedding(HASHES, width)
        self.first = nn.Linear(REACH * width, hidden)
        self.second = nn.Linear(hidden, size)
        for table in (self.single, self.pair):
            nn.init.normal_(table.weight, std=0.3)

    def forward(self, singles: Tensor, pairs: Tensor) -> Tensor:
        """Shape (n, REACH) twice to (n, size)."""
        read = self.single(singles) + self.pair(pairs)
        made: Tensor = self.second(torch.relu(self.first(read.flatten(1))))
        return made


class Cuts:
    """Texts as codes, from which batches of cuts are drawn.

    Args:
        rows: plain texts.
        alphabet: code of each character that has one; 0 is every other.
    """

    def __init__(self, rows: Sequence[str], alphabet: dict[str, int]) -> None:
        joined = "".join(rows)
        points = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32)
        table = np.zeros(0x110000, dtype=np.int64)
        for character, code in alphabet.items():
            table[ord(character)] = code
        self.codes = table[points]
        self.pairs = np.concatenate([[0], pair_hashes(points), [0]])
        self.rng = np.random.default_rng(1)
        self.stop = np.isin(points, [ord(c) for c in _STOPS])
        ends = np.cumsum([len(r) for r in rows])
        self.spans = np.stack([np.concatenate([[0], ends[:-1]]), ends], axis=1)
        self.fresh = np.nonzero(self.stop[:-REACH] & ~self.stop[1 : 1 - REACH])[0] + 1

    def batch(self, rng: np.random.Generator) -> tuple[Ints, Ints]:
        """Places of cuts and of fresh starts."""
        cuts = []
        for k in rng.integers(0, len(self.spans), _TEXTS):
            start, end = self.spans[k]
            room = end - start - 2 * REACH
            if room > _CUTS:
                found = start + REACH + rng.choice(room, _CUTS, replace=False)
                cuts.append(found[~self.stop[found - 1]])
        return np.concatenate(cuts), rng.choice(self.fresh, _FRESH)

    def before(self, places: Ints) -> tuple[Tensor, Tensor]:
        """What stands before each place, nearest first: codes of characters and of pairs."""
        at = places[:, None] - 1 - np.arange(REACH)
        return self._cut(self.codes[at], self.pairs[at])

    def after(self, places: Ints) -> tuple[Tensor, Tensor]:
        """What stands from each place on, a character's pair being with the next one."""
        at = places[:, None] + np.arange(REACH)
        return self._cut(self.codes[at], self.pairs[at + 1])

    def _cut(self, singles: Ints, pairs: Ints) -> tuple[Tensor, Tensor]:
        """Some sides are short, as lines are."""
        known = self.rng.integers(4, 6 * REACH, len(singles))
        kept = np.arange(REACH) < known[:, None]
        return torch.from_numpy(singles * kept), torch.from_numpy(pairs * kept)


def pair_hashes(points: NDArray[np.uint32]) -> Ints:
    """`store.continuity.run_hash` of every two characters in a row, as a row of the table."""
    value = np.full(len(points) - 1, 2, dtype=np.uint64)
    for i in (0, 1):
        value = (value ^ points[i : len(points) - 1 + i].astype(np.uint64)) * np.uint64(
            0x9E3779B97F4A7C15
        )
        value ^= value >> np.uint64(29)
    made: Ints = ((value >> np.uint64(32)) % np.uint64(HASHES)).astype(np.int64)
    return made


def loss_of(ends: Side, starts: Side, cuts: Cuts, places: Ints, fresh: Ints) -> Tensor:
    """Softmax over the batch's starts for each end, and over its ends for each start."""
    table = ends(*cuts.before(places)) @ starts(*cuts.after(np.concatenate([places, fresh]))).T
    truth = torch.arange(len(places))
    one = nn.functional.cross_entropy(table, truth)
    other = nn.functional.cross_entropy(table[:, : len(places)].T, truth)
    return one + other


def train(cuts: Cuts, held: Cuts, size: tuple[int, int, int, int], minutes: float) -> list[Side]:
    """The two sides after so many minutes of processor time."""
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    sides = [Side(*size), Side(*size)]
    weights = [p for side in sides for p in side.parameters()]
    step = torch.optim.Adam(weights, lr=2e-3)
    began = time.process_time()
    done, total = 0.0, 0.0
    checks = [held.batch(np.random.default_rng(9 + n)) for n in range(20)]
    count = 0
    while done < 1.0:
        done = (time.process_time() - began) / 60 / minutes
        for group in step.param_groups:
            group["lr"] = 2e-3 * max(0.02, min(1.0, 1.15 * (1 - done)))
        step.zero_grad()
        loss = loss_of(sides[0], sides[1], cuts, *cuts.batch(rng))
        loss.backward()  # type: ignore[no-untyped-call]
        step.step()
        total += float(loss.detach())
        count += 1
        if count % 500 == 0:
            with torch.no_grad():
                test = np.mean([float(loss_of(sides[0], sides[1], held, *c)) for c in checks])
            print(f"{done:.2f} {count} steps, loss {total / 500:.3f}, held {test:.3f}", flush=True)
            total = 0.0
    return sides


def save(path: Path, sides: Sequence[Side], alphabet: dict[str, int]) -> None:
    """One byte a weight, with a scale for each table."""
    kept: dict[str, NDArray[np.generic]] = {
        "alphabet": np.array([ord(c) for c in alphabet], dtype=np.uint32)
    }
    for name, side in zip(("end", "start"), sides, strict=True):
        for key, value in side.state_dict().items():
            table = value.numpy()
            scale = float(np.abs(table).max() / 127)
            kept[f"{name}.{key}"] = np.round(table / scale).astype(np.int8)
            kept[f"{name}.{key}.scale"] = np.array(scale, dtype=np.float32)
    np.savez_compressed(path, **kept)  # type: ignore[arg-type]
    print(f"{path.stat().st_size / 2**20:.2f} MiB")


def main() -> None:
    """Command line; see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--held-out", nargs="*", type=Path, default=[])
    parser.add_argument("--folds", nargs="*", type=int, default=[9])
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--size", type=int, default=96)
    options = parser.parse_args()
    torch.set_num_threads(1)
    kept: set[str] = set()
    for path in options.held_out:
        kept |= shingles(path)
    prose: list[str] = []
    test: list[str] = []
    for _, text in texts(options.inputs):
        body = plain(text)
        if shares(body, kept):
            continue
        (test if fold_of(text) in options.folds else prose).append(body)
    counts = Counter(c for row in prose for c in row)
    known = [c for c, n in counts.most_common() if n >= _SEEN]
    alphabet = {c: n for n, c in enumerate(known, 1)}
    print(f"{len(prose)} texts, {len(test)} held out, {len(alphabet)} characters", flush=True)
    size = (len(alphabet) + 1, options.width, options.hidden, options.size)
    sides = train(Cuts(prose, alphabet), Cuts(test, alphabet), size, options.minutes)
    save(options.output, sides, alphabet)


if __name__ == "__main__":
    main()
