"""Makes the built-in embedder: `python -m training --data PATH`."""

from __future__ import annotations

import argparse
from pathlib import Path

from store.static_embedder import MODEL
from training.recipe import Recipe, run


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="pairs, text and zh_en .jsonl")
    parser.add_argument("--out", type=Path, default=MODEL, help="model folder to write")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--size", type=int, default=30_000, help="tokens in the table")
    parser.add_argument("--dimensions", type=int, default=256)
    parser.add_argument("--steps", type=int, default=900)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--without", nargs="*", default=[], help="sources to leave out, by name")
    parser.add_argument(
        "--teacher", default="", help="sentence-transformers model to start from and learn from"
    )
    parser.add_argument("--lessons", type=int, default=6_000, help="texts the teacher embeds")
    options = vars(parser.parse_args())
    run(Recipe(**{**options, "without": tuple(options["without"])}))


if __name__ == "__main__":
    main()
