"""Makes the cross-encoder: `python -m training.cross_recipe --data PATH`, after the encoder."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch

from rag.cross_encoder import GRAPH, MODEL
from store.encoder import MODEL as ENCODER
from training.calibrated import library_examples
from training.corpus import Corpus, read_corpus
from training.cross_corpus import NEAR, THEMES, Example, read_examples
from training.cross_encoder import CrossEncoder, CrossPlan, train_cross_encoder
from training.layers import first_layers, write_layers


@dataclass(frozen=True, slots=True)
class CrossRecipe:
    """All that decides how the cross-encoder comes out; it starts from the encoder."""

    data: Path
    out: Path
    seed: int = 0
    layers: int = 6
    encoder: Path = ENCODER
    near: Path = NEAR
    themes: Path = THEMES
    plan: CrossPlan = field(default_factory=CrossPlan)


def run(recipe: CrossRecipe) -> None:
    """Makes the cross-encoder that `recipe` describes and writes it to its folder."""
    make(recipe, read_corpus(recipe.data, recipe.seed), library_examples())


def make(recipe: CrossRecipe, corpus: Corpus, libraries: Sequence[Example]) -> None:
    """The same from a corpus and examples of libraries at hand."""
    torch.manual_seed(recipe.seed)
    tokenizer, body = first_layers(recipe.encoder, recipe.layers)
    model = CrossEncoder(body)
    examples = [*read_examples(corpus, recipe.seed, recipe.near, recipe.themes), *libraries]
    train_cross_encoder(model, examples, tokenizer, recipe.plan, recipe.seed)
    write_layers(recipe.out, GRAPH, model)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.cross_recipe", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="pairs, text and zh_en .jsonl")
    parser.add_argument("--out", type=Path, default=MODEL, help="model folder to write")
    parser.add_argument("--seed", type=int, default=0)
    run(CrossRecipe(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
