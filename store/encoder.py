"""The built-in encoder: a small transformer in int8 on onnxruntime; no torch at question time.

The model directory is one that sentence-transformers reads too (`BertModel`, mean pooling). There
the matrices, which are kept in eight-bit floats (E4M3), are used as float32; here they are brought
to int8 per output when they are read, so the vectors differ a little (cosine above .99).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from store.errors import EmbedderUnavailable

MODEL = Path(__file__).parent / "encoder_model"
GRAPH = "encoder.onnx"
WEIGHTS = "model.safetensors"
_FILES = ("tokenizer.json", "config_sentence_transformers.json", GRAPH, WEIGHTS)
_KINDS = {"F32": np.float32, "F16": np.float16, "F8_E4M3": np.uint8, "I8": np.int8}

Tensor = npt.NDArray[Any]


class Encoder:
    """Unit vectors of texts, one pass through the transformer each.

    Args:
        folder: `tokenizer.json`, `config.json`, `model.safetensors`, `encoder.onnx` and
            sentence-transformers' configuration, whose prompts are used.
        threads: texts encoded at the same time; 0 = as many as there are processors.

    Raises:
        EmbedderUnavailable: the directory is missing or damaged.
    """

    def __init__(self, folder: Path = MODEL, threads: int = 0) -> None:
        try:
            from tokenizers import Tokenizer

            self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            own = json.loads((folder / _FILES[1]).read_text(encoding="utf-8"))
            self._prompts: dict[str, str] = own["prompts"]
            weights = graph_weights(read_tensors(folder / WEIGHTS), config["num_hidden_layers"])
            self._session = open_session(folder / GRAPH, weights)
            self.dimensions = int(config["hidden_size"])
            digest = _digest(folder)
        except Exception as error:  # tokenizers and onnxruntime raise bare Exception
            raise EmbedderUnavailable(
                f"内置向量模型缺失或损坏（{folder}）：请重新安装言据，或设 YANJU_EMBEDDER=static。",
                f"The built-in embedding model is missing or damaged ({folder}): "
                "install Yanju again, or set YANJU_EMBEDDER=static.",
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(int(config["max_position_embeddings"]))
        self._threads = threads or cores()
        self.name = f"builtin-encoder-{self.dimensions}-{digest}"

    def encode_documents(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of passages: shape (n texts, dimensions), unit length; blank text: zero."""
        return self._encode(texts, self._prompts.get("document", ""))

    def encode_queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of questions: shape (n texts, dimensions), unit length; blank text: zero."""
        return self._encode(texts, self._prompts.get("query", ""))

    def _encode(self, texts: Sequence[str], prompt: str) -> npt.NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        # What has no letter has no meaning.
        places = [n for n, text in enumerate(texts) if any(char.isalnum() for char in text)]

        def one(place: int) -> None:
            ids = np.array(self._tokenizer.encode(prompt + texts[place]).ids, dtype=np.int64)
            vectors[place] = self._session.run(["vector"], {"ids": ids})[0]

        if len(places) < 2 or self._threads < 2:
            for place in places:
                one(place)
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                list(pool.map(one, places))
        return vectors


def cores() -> int:
    """How many processors this process may use; all of them where the system does not say (macOS,
    Windows)."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def open_session(graph: Path, weights: Mapping[str, Tensor]) -> Any:
    """An onnxruntime session of `graph` with `weights` as its initializers, one thread a text."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in weights.values()]
    options.add_external_initializers(list(weights), values)
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def read_tensors(path: Path, begins: str = "") -> dict[str, Tensor]:
    """The tensors of a safetensors file as float32, or as int8 where they are kept so.

    Args:
        begins: only those whose names begin so.

    The format: 8 bytes little-endian length, that much JSON, then the tensors' bytes
    (https://github.com/huggingface/safetensors#format). Eight-bit floats are E4M3 without
    infinities (https://arxiv.org/abs/2209.05433).
    """
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    tensors = {}
    for name, entry in json.loads(data[8:start]).items():
        if name == "__metadata__" or not name.startswith(begins):
            continue
        first, last = entry["data_offsets"]
        if start + last > len(data):
            raise ValueError(f"{path}: cut off in {name}")
        raw = np.frombuffer(data[start + first : start + last], dtype=_KINDS[entry["dtype"]])
        tensors[name] = _values(raw).reshape(entry["shape"])
    return tensors


def _values(raw: Tensor) -> Tensor:
    if raw.dtype == np.int8:
        return raw
    return _E4M3[raw] if raw.dtype == np.uint8 else raw.astype(np.float32)


def _e4m3() -> npt.NDArray[np.float32]:
    """The 256 values of E4M3: sign, four bits of exponent (bias 7), three of mantissa."""
    code = np.arange(256)
    exponent, mantissa = (code >> 3) & 15, code & 7
    normal = np.ldexp(1 + mantissa / 8, exponent - 7)
    values = np.where(exponent == 0, np.ldexp(mantissa / 8, -6), normal)
    values = np.where(code & 127 == 127, np.nan, values)
    return np.where(code & 128, -values, values).astype(np.float32)


_E4M3 = _e4m3()


def shared_words(folder: Path = MODEL) -> dict[str, Tensor]:
    """What a model that has layers of its own on the encoder's words needs of it."""
    return graph_weights(read_tensors(folder / WEIGHTS, "embeddings."), layers=0)


def graph_weights(tensors: Mapping[str, Tensor], layers: int) -> dict[str, Tensor]:
    """A BERT's tensors under the names, and in the kinds, of the graph's initializers."""
    words, scales = _int8(tensors["embeddings.word_embeddings.weight"])
    given = {"words.int8": words, "words.scale": scales[:, None]}
    # Every token is of the first kind.
    kind = tensors["embeddings.token_type_embeddings.weight"][0]
    given["places"] = tensors["embeddings.position_embeddings.weight"] + kind
    norms = {"norm": "embeddings.LayerNorm"}
    for n in range(layers):
        old, new = f"encoder.layer.{n}", f"layer{n}"
        matrices = {
            "qkv": [f"{old}.attention.self.{part}" for part in ("query", "key", "value")],
            "mix": [f"{old}.attention.output.dense"],
            "up": [f"{old}.intermediate.dense"],
            "down": [f"{old}.output.dense"],
        }
        for name, parts in matrices.items():
            whole, scales = _int8(np.concatenate([tensors[f"{part}.weight"] for part in parts]))
            given[f"{new}.{name}.int8"] = np.ascontiguousarray(whole.T)
            given[f"{new}.{name}.scale"] = scales
            bias = np.concatenate([tensors[f"{part}.bias"] for part in parts])
            given[f"{new}.{name}.bias"] = bias
        norms[f"{new}.norm1"] = f"{old}.attention.output.LayerNorm"
        norms[f"{new}.norm2"] = f"{old}.output.LayerNorm"
    for new, old in norms.items():
        for end in ("weight", "bias"):
            given[f"{new}.{end}"] = tensors[f"{old}.{end}"]
    return {name: np.ascontiguousarray(array) for name, array in given.items()}


def _int8(rows: Tensor) -> tuple[Tensor, Tensor]:
    """`rows` as int8 and the scale of each row."""
    scales = np.maximum(np.abs(rows).max(axis=1), 1e-12).astype(np.float32) / 127
    return np.rint(rows / scales[:, None]).astype(np.int8), scales


def _digest(folder: Path) -> str:
    """A fingerprint of what decides the vectors: another model has another name."""
    digest = hashlib.blake2b(digest_size=4)
    for name in _FILES:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()
