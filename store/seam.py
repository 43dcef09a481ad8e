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

from store.layers import Layers

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
        self._layers = Layers(folder, GRAPH, ("断句", "where texts were cut"))
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
            ids, left, right = layout(self._layers.tokenizer, ends, starts)
            states = self._layers.states(ids)
            known = self._layers.judge(states[left], states[right])
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
