"""The held-out questions as files of pairs: `python -m training.held_out --data PATH --out FOLDER`.

A file for each held-out set, for `python -m rag eval --retrieval FILE`. A line with a question is
a question and its passage; the lines without are the other passages that are searched.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from training.corpus import HeldOutSet, read_corpus


def pairs(held: HeldOutSet) -> Iterator[dict[str, str]]:
    """The set's lines: its questions with each of their passages, then the rest."""
    wanted = set()
    for question, gold in zip(held.questions, held.gold, strict=True):
        for place in gold:
            wanted.add(place)
            yield {"question": question, "passage": held.passages[place], "source": held.name}
    for place, passage in enumerate(held.passages):
        if place not in wanted:
            yield {"passage": passage, "source": held.name}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.held_out", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training data")
    parser.add_argument("--out", type=Path, required=True, help="folder for the files of pairs")
    parser.add_argument("--seed", type=int, default=0, help="seed of the split, as in training")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for held in read_corpus(options.data, options.seed).held_out:
        lines = [json.dumps(row, ensure_ascii=False) for row in pairs(held)]
        path = options.out / f"{held.name}.jsonl"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{path}: {len(held.questions)} questions, {len(held.passages)} passages")


if __name__ == "__main__":
    main()
