"""Build the continuity model: counts of character runs in public Chinese official prose.

    python -m training.continuity text.jsonl pairs.jsonl --output store/data/continuity.npz

Each input line is a JSON object with ``text`` or ``passage`` and ``source``. Sources that are
not prose of officials or news are left out, and any source by ``--leave-out``. Texts that
share a run of 20 characters with a line of ``--held-out`` files are left out, so that a
measurement on those files stays honest. ``--folds K …`` leaves out every text whose hash falls
into one of these folds of ten, for tuning.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from store.continuity import _PRIME, _STEP, ORDER, plain

SOURCES = frozenset(
    {
        "news",
        "speeches",
        "government work reports",
        "local regulations",
        "cpcnews_title",
        "xwlb_title",
    }
)
SHINGLE = 20
# Rarest count kept, by length of the run.
FLOOR = {1: 1, 2: 3, 3: 5, 4: 5, 5: 6}
LARGEST = 1_650_000


def fold_of(text: str) -> int:
    """Which of ten folds a text belongs to, by its first characters."""
    return hashlib.sha256(text[:200].encode()).digest()[0] % 10


def texts(
    paths: Iterable[Path], leave_out: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str]]:
    """(source, text) of every line of the inputs, each text once."""
    seen: set[bytes] = set()
    for path in paths:
        with path.open(encoding="utf-8") as file:
            for row in file:
                item = json.loads(row)
                source = item.get("source", "")
                text = item.get("text") or item.get("passage") or ""
                digest = hashlib.sha256(text.encode()).digest()
                if source not in SOURCES - leave_out or digest in seen:
                    continue
                seen.add(digest)
                yield source, text


def shingles(path: Path) -> set[str]:
    """Every run of 20 characters in the strings of a text, JSON or JSON Lines file."""
    raw = path.read_text(encoding="utf-8")
    lines: list[str] = []
    for row in raw.splitlines():
        try:
            value = json.loads(row)
        except ValueError:
            value = row
        lines += str(value.get("text", "")).split("\n") if isinstance(value, dict) else [str(value)]
    return {p[i : i + SHINGLE] for p in map(plain, lines) for i in range(len(p) - SHINGLE + 1)}


def shares(text: str, held: set[str]) -> bool:
    """Whether `text` (plain) shares a run with the held-out texts."""
    return any(text[i : i + SHINGLE] in held for i in range(len(text) - SHINGLE + 1))


def hashes(codes: NDArray[np.uint64], size: int, ends: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """`store.continuity.run_hash` of every run of `size` codes that crosses no text's end."""
    length = len(codes) - size + 1
    value = np.full(length, size, dtype=np.uint64)
    whole = np.ones(length, dtype=bool)
    for i in range(size):
        value = (value ^ codes[i : i + length]) * np.uint64(_PRIME)
        value ^= value >> np.uint64(29)
        whole &= ~ends[i : i + length]
    return (value >> np.uint64(32)).astype(np.uint32)[whole]


def build(prose: list[str], output: Path) -> None:
    """Count the runs of `prose` and write the model file."""
    joined = "\0".join(prose)
    codes = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    ends = codes == 0
    keys, counts = [], []
    for size in range(1, ORDER + 1):
        key, count = np.unique(hashes(codes, size, ends), return_counts=True)
        kept = count >= FLOOR[size]
        print(f"runs of {size}: {len(key)} distinct, {int(kept.sum())} kept")
        keys.append(key[kept])
        counts.append(count[kept])
    key, count = np.concatenate(keys), np.concatenate(counts)
    if len(key) > LARGEST:
        chosen = np.argsort(-count, kind="stable")[:LARGEST]
        key, count = key[chosen], count[chosen]
    order = np.argsort(key, kind="stable")
    key, count = key[order], count[order]
    first = np.concatenate([[True], key[1:] != key[:-1]])
    key, count = key[first], count[first]
    gaps = np.diff(key.astype(np.int64), prepend=0)
    if gaps.max() > 0xFFFF:
        raise SystemExit("too few runs for two-byte gaps: give more text")
    levels = np.minimum(255, np.round(np.log(count) / np.log(_STEP))).astype(np.uint8)
    output.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        output,
        gaps=gaps.astype(np.uint16),
        levels=levels,
        total=np.int64(int((~ends).sum())),
    )
    print(f"{len(key)} runs, {output.stat().st_size / 2**20:.2f} MiB")


def main() -> None:
    """Command line; see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--leave-out", nargs="*", default=[])
    parser.add_argument("--held-out", nargs="*", type=Path, default=[])
    parser.add_argument("--folds", nargs="*", type=int, default=[])
    options = parser.parse_args()
    held: set[str] = set()
    for path in options.held_out:
        held |= shingles(path)
    prose: list[str] = []
    dropped = 0
    for _, text in texts(options.inputs, frozenset(options.leave_out)):
        body = plain(text)
        if fold_of(text) in options.folds or shares(body, held):
            dropped += 1
            continue
        prose.append(body)
    print(f"{len(prose)} texts, {sum(map(len, prose))} characters, {dropped} held out")
    build(prose, options.output)


if __name__ == "__main__":
    main()
