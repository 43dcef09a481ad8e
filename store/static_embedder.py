"""The built-in embedder: one vector a token, averaged; needs only `tokenizers` and numpy.

The model directory is one that sentence-transformers reads too (a `StaticEmbedding` followed by
`Normalize`), and gives the same vectors there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from store.errors import EmbedderUnavailable

MODEL = Path(__file__).parent / "model"
_BATCH = 1024
_KINDS = {"F32": np.float32, "F16": np.float16}


class StaticEmbedder:
    """Mean of token vectors, L2-normalised.

    Args:
        folder: a sentence-transformers directory with `tokenizer.json` and `model.safetensors`
            (one tensor, `embedding.weight`, shape (tokens, dimensions), float16 or float32).

    Raises:
        EmbedderUnavailable: the directory is missing or damaged.
    """

    def __init__(self, folder: Path = MODEL) -> None:
        from tokenizers import Tokenizer

        try:
            self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._table = _read_table(folder / "model.safetensors")
            digest = _digest(folder)
        except Exception as error:  # tokenizers raises bare Exception
            raise EmbedderUnavailable(
                f"内置向量模型缺失或损坏（{folder}）：请重新安装言据，或设置 YANJU_EMBEDDER。",
                f"The built-in embedding model is missing or damaged ({folder}): "
                "install Yanju again, or set YANJU_EMBEDDER.",
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.dimensions = int(self._table.shape[1])
        self.name = f"builtin-static-{self.dimensions}-{digest}"

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of `texts`: shape (n texts, dimensions), unit length, or zero without a token."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            for row, encoding in enumerate(
                self._tokenizer.encode_batch_fast(batch, add_special_tokens=False), start
            ):
                if encoding.ids:
                    vectors[row] = self._table[encoding.ids].mean(axis=0)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.maximum(norms, 1e-12)
        return vectors


def _read_table(path: Path) -> npt.NDArray[np.float32]:
    """The tensor `embedding.weight` of a safetensors file, as float32.

    The format: 8 bytes little-endian length, that much JSON, then the tensors' bytes
    (https://github.com/huggingface/safetensors#format).
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        entry = json.loads(file.read(length))["embedding.weight"]
    start, end = entry["data_offsets"]
    kind = np.dtype(_KINDS[entry["dtype"]])
    shape = tuple(entry["shape"])
    if end - start != kind.itemsize * shape[0] * shape[1]:
        raise ValueError(f"{path}: the table's size does not fit its shape")
    table = np.fromfile(path, dtype=kind, count=shape[0] * shape[1], offset=8 + length + start)
    return table.reshape(shape).astype(np.float32)


def _digest(folder: Path) -> str:
    """A fingerprint of the tokens and the table: another model has another name."""
    digest = hashlib.blake2b(digest_size=4)
    for name in ("tokenizer.json", "model.safetensors"):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()
