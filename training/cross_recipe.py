"""Makes the cross-encoder: `python -m training.cross_recipe --data PATH`, after the encoder."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from rag.cross_encoder import GRAPH, MODEL
from store.encoder import MODEL as ENCODER
from store.encoder import WEIGHTS, graph_weights, read_tensors
from training.calibrated import library_examples
from training.corpus import Corpus, read_corpus
from training.cross_corpus import NEAR, THEMES, Example, read_examples
from training.cross_encoder import CrossEncoder, CrossPlan, train_cross_encoder
from training.encoder import build_student
from training.encoder_graph import graph_bytes


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
    config = json.loads((recipe.encoder / "config.json").read_text(encoding="utf-8"))
    tokenizer = Tokenizer.from_file(str(recipe.encoder / "tokenizer.json"))
    words, heads = range(config["vocab_size"]), config["num_attention_heads"]
    tensors = read_tensors(recipe.encoder / WEIGHTS)
    torch.manual_seed(recipe.seed)
    model = CrossEncoder(build_student(tensors, heads, words, range(recipe.layers)))
    examples = [*read_examples(corpus, recipe.seed, recipe.near, recipe.themes), *libraries]
    train_cross_encoder(model, examples, tokenizer, recipe.plan, recipe.seed)
    write_cross_encoder(recipe.out, model)


def write_cross_encoder(folder: Path, model: CrossEncoder) -> None:
    """Saves the layers, in the int8 of the graph, and the head; the words are the encoder's.

    Rounding to eight-bit floats first, as for the encoder, moves the log odds by .5.
    """
    folder.mkdir(parents=True, exist_ok=True)
    body = {name: tensor.detach().numpy() for name, tensor in model.body.state_dict().items()}
    weights = graph_weights(body, model.body.config.num_hidden_layers)
    kept = {name: array for name, array in weights.items() if name.startswith("layer")}
    kept |= {
        f"head.{name}": tensor.detach().numpy() for name, tensor in model.head.named_parameters()
    }
    save_file(kept, str(folder / WEIGHTS))
    (folder / WEIGHTS).chmod(0o644)
    (folder / GRAPH).write_bytes(graph_bytes(model.body.config))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.cross_recipe", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="pairs, text and zh_en .jsonl")
    parser.add_argument("--out", type=Path, default=MODEL, help="model folder to write")
    parser.add_argument("--seed", type=int, default=0)
    run(CrossRecipe(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
