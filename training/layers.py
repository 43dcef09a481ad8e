"""Models with layers of their own on the encoder's words: where they start, and their folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from safetensors.numpy import save_file
from tokenizers import Tokenizer

from store.encoder import WEIGHTS, graph_weights, read_tensors
from training.encoder import build_student
from training.encoder_graph import graph_bytes


def first_layers(encoder: Path, layers: int) -> tuple[Any, Any]:
    """The encoder's tokenizer, and a `transformers.BertModel` of its first layers."""
    config = json.loads((encoder / "config.json").read_text(encoding="utf-8"))
    words, heads = range(config["vocab_size"]), config["num_attention_heads"]
    body = build_student(read_tensors(encoder / WEIGHTS), heads, words, range(layers))
    return Tokenizer.from_file(str(encoder / "tokenizer.json")), body


def write_layers(folder: Path, graph: str, model: Any) -> None:
    """Saves the layers, in the int8 of the graph, and the head; the words are the encoder's.

    Rounding to eight-bit floats first, as for the encoder, moves the log odds by .5.

    Args:
        graph: the file name of the graph.
        model: a module with a `body` (`transformers.BertModel`) and a linear `head`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    body = {name: tensor.detach().numpy() for name, tensor in model.body.state_dict().items()}
    weights = graph_weights(body, model.body.config.num_hidden_layers)
    kept = {name: array for name, array in weights.items() if name.startswith("layer")}
    kept |= {
        f"head.{name}": value.detach().numpy() for name, value in model.head.named_parameters()
    }
    save_file(kept, str(folder / WEIGHTS))
    (folder / WEIGHTS).chmod(0o644)
    (folder / graph).write_bytes(graph_bytes(model.body.config))
