"""A model with layers and a judgement of its own on the encoder's tokenizer and words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from store.encoder import MODEL as ENCODER
from store.encoder import WEIGHTS, open_session, read_tensors, shared_words
from store.errors import EmbedderUnavailable


class Layers:
    """The last states of a text's pieces, and a linear judgement of some of them.

    Args:
        folder: `model.safetensors` (layers and head) and the graph.
        graph: the graph's file name.
        judges: what the model judges, in Chinese and in English, for the error.

    Raises:
        EmbedderUnavailable: the directory, or the encoder's, is missing or damaged.
    """

    def __init__(self, folder: Path, graph: str, judges: tuple[str, str]) -> None:
        try:
            from tokenizers import Tokenizer

            self.tokenizer: Any = Tokenizer.from_file(str(ENCODER / "tokenizer.json"))
            own = read_tensors(folder / WEIGHTS)
            self._weight, self._bias = own.pop("head.weight")[0], float(own.pop("head.bias")[0])
            self._session = open_session(folder / graph, {**shared_words(), **own})
        except Exception as error:  # tokenizers and onnxruntime raise bare Exception
            zh, en = judges
            raise EmbedderUnavailable(
                f"判断{zh}的内置模型缺失或损坏（{folder}）：请重新安装言据。",
                f"The built-in model that judges {en} is missing or damaged ({folder}): "
                "install Yanju again.",
            ) from error
        self.tokenizer.no_padding()

    def states(self, ids: Sequence[int]) -> npt.NDArray[np.float32]:
        """The last states of one text, shape (pieces, width)."""
        found: npt.NDArray[np.float32] = self._session.run(
            ["states"], {"ids": np.array(ids, dtype=np.int64)}
        )[0][0]
        return found

    def judge(self, *vectors: npt.NDArray[np.float32]) -> float:
        """The log odds by vectors put one after another."""
        return float(np.concatenate(vectors) @ self._weight) + self._bias
