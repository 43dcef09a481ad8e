"""Whether one text runs on into another, by a small transformer that reads both at once.

`Junction` gives each side a vector by itself, so it cannot see that what comes after the cut reads
well and still lacks what the sentence before it asked for. Here both sides are read as the one text
that they would be; judged are the states of the pieces at the cut, four layers on the encoder's
tokenizer and words. `training/seam.py` is the recipe.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from store.encoder import MODEL as ENCODER
from store.encoder import WEIGHTS, open_session, read_tensors, shared_words
from store.errors import EmbedderUnavailable

MODEL = Path(__file__).with_name("seam_model")
GRAPH = "seam.onnx"
REACH = 36  # characters read on each side
_REMEMBERED = 4096
_loading = Lock()  # two first documents at once load it once


class Seam:
    """Log odds that a text is the very continuation of another.

    Args:
        folder: `model.safetensors` (layers and head) and the graph.

    Raises:
        EmbedderUnavailable: the directory, or the encoder's, is missing or damaged.
    """

    def __init__(self, folder: Path = MODEL) -> None:
        try:
            from tokenizers import Tokenizer

            self._tokenizer: Any = Tokenizer.from_file(str(ENCODER / "tokenizer.json"))
            own = read_tensors(folder / WEIGHTS)
            self._weight, self._bias = own.pop("head.weight")[0], float(own.pop("head.bias")[0])
            self._session = open_session(folder / GRAPH, {**shared_words(), **own})
        except Exception as error:  # tokenizers and onnxruntime raise bare Exception
            raise EmbedderUnavailable(
                f"判断断句的内置模型缺失或损坏（{folder}）：请重新安装言据。",
                f"The built-in model that judges where texts were cut is missing or damaged "
                f"({folder}): install Yanju again.",
            ) from error
        self._tokenizer.no_padding()
        self._known: dict[tuple[str, str], float] = {}

    @classmethod
    def load(cls) -> Seam:
        """The model that comes along (read once)."""
        with _loading:
            return _loaded()

    def judge(self, end: str, start: str) -> float:
        """The log odds that `start` goes on where `end` stops; 0.0 where either is blank."""
        ends, starts = "".join(end.split())[-REACH:], "".join(start.split())[:REACH]
        if not ends or not starts:
            return 0.0
        known = self._known.get((ends, starts))
        if known is None:
            ids, left, right = layout(self._tokenizer, ends, starts)
            states = self._session.run(["states"], {"ids": np.array(ids, dtype=np.int64)})[0][0]
            judged = np.concatenate([states[left], states[right]]) @ self._weight
            known = float(judged) + self._bias
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[ends, starts] = known
        return known


@lru_cache(maxsize=1)
def _loaded() -> Seam:
    return Seam()


def layout(tokenizer: Any, end: str, start: str) -> tuple[list[int], int, int]:
    """Ids of both texts as one, and the places of the pieces before and after the cut.

    Both places are of the same piece where the cut goes through one.
    """
    frame, cut = tokenizer.encode("").ids, len(end)
    read = tokenizer.encode(end + start, add_special_tokens=False)
    before = [n for n, (first, _) in enumerate(read.offsets) if first < cut]
    after = [n for n, (_, last) in enumerate(read.offsets) if last > cut]
    shift, most = len(frame) - 1, len(read.ids) - 1
    left = before[-1] if before else 0
    right = after[0] if after else max(most, 0)
    return [*frame[:-1], *read.ids, frame[-1]], shift + left, shift + right
