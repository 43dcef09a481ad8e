"""Writes the encoder's directory, for our reader and for sentence-transformers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from store.encoder import GRAPH, WEIGHTS
from training.encoder_graph import graph_bytes
from training.pieces import BEGIN, END, PAD, SPECIAL, UNKNOWN

_MODULES = ("Transformer", "Pooling", "Normalize")


def write_encoder(folder: Path, tokenizer: Tokenizer, student: Any) -> None:
    """Saves `student` (a `BertModel`), its matrices as eight-bit floats, beside its tokenizer.

    Eight-bit floats (E4M3) need no scales, so that transformers reads them as it reads any
    weights; they are rounded a little more coarsely than int8 with a scale per row.
    """
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    tensors = {}
    for name, tensor in student.state_dict().items():
        matrix = tensor.dim() == 2 and "position" not in name
        kind = torch.float8_e4m3fn if matrix else torch.float16
        tensors[name] = tensor.detach().to(kind).contiguous()
    save_file(tensors, str(folder / WEIGHTS), metadata={"format": "pt"})
    (folder / WEIGHTS).chmod(0o644)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    config = student.config
    (folder / GRAPH).write_bytes(graph_bytes(config))
    described = {**config.to_dict(), "architectures": ["BertModel"], "dtype": "float32"}
    described.pop("_name_or_path", None)
    names = {"bos": BEGIN, "cls": BEGIN, "eos": END, "sep": END, "pad": PAD, "unk": UNKNOWN}
    files: dict[str, Any] = {
        "config.json": described,
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": config.max_position_embeddings,
            **{f"{name}_token": SPECIAL[place] for name, place in names.items()},
        },
        "sentence_bert_config.json": {"max_seq_length": config.max_position_embeddings},
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "similarity_fn_name": "cosine",
            "prompts": {"query": "", "document": ""},
        },
        "modules.json": [
            {
                "idx": place,
                "name": str(place),
                "path": f"{place}_{name}" if place else "",
                "type": f"sentence_transformers.models.{name}",
            }
            for place, name in enumerate(_MODULES)
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": config.hidden_size,
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")
