"""Whether a passage answers a question, read together by a small transformer in int8.

Vectors of a question and a passage say that both are about the same; whether the passage tells what
is asked shows only when they are read together (Nogueira and Cho 2019). Six layers on the
encoder's tokenizer and words; judged are the last states of the question's own pieces, their mean
and their maxima. Trained by `python -m training.cross_recipe`.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock
from typing import Any

from rag.sentence import cut
from store.encoder import cores
from store.layers import Layers

MODEL = Path(__file__).with_name("cross_encoder_model")
GRAPH = "cross_encoder.onnx"
NEVER = -10.0
# Pieces of both together, and of the question; what is longer is cut off.
LONGEST, _QUESTION = 320, 48
WINDOW = 360  # characters of a passage that are read at once
_REMEMBERED = 2048


class CrossEncoder:
    """Log odds that passages answer a question.

    Args:
        folder: `model.safetensors` (layers and head) and the graph.

    Raises:
        EmbedderUnavailable: the directory, or the encoder's, is missing or damaged.
    """

    def __init__(self, folder: Path = MODEL) -> None:
        self._layers = Layers(folder, GRAPH, ("答案", "answers"))

    def judge(self, question: str, passage: str) -> float:
        """The log odds; no less than `NEVER`, which is also what a blank question gets."""
        ids, first, last = layout(self._layers.tokenizer, question, passage)
        if first == last:
            return NEVER
        asked = self._layers.states(ids)[first:last]
        return max(self._layers.judge(asked.mean(axis=0), asked.max(axis=0)), NEVER)


def layout(tokenizer: Any, question: str, passage: str) -> tuple[list[int], int, int]:
    """Ids of a question and a passage read together, and the first and last place of the question.

    As XLM-RoBERTa has two texts: `<s> question </s></s> passage </s>`.
    """
    begin, *prefix, end = tokenizer.encode("").ids
    asked = tokenizer.encode(question, add_special_tokens=False).ids[:_QUESTION]
    told = tokenizer.encode(passage, add_special_tokens=False).ids
    start = [begin, *prefix]
    ids = [*start, *asked, end, end, *told]
    return [*ids[: LONGEST - 1], end], len(start), len(start) + len(asked)


_loading = Lock()  # two first questions at once load it once


@lru_cache(maxsize=1)
def _loaded() -> CrossEncoder:
    return CrossEncoder()


def _model() -> CrossEncoder:
    with _loading:
        return _loaded()


@lru_cache(maxsize=1)
def _readers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(cores(), thread_name_prefix="read")  # for all sessions together


@lru_cache(maxsize=_REMEMBERED)
def _judged(question: str, passage: str) -> float:
    return _model().judge(question, passage)


def odds(question: str, passages: Sequence[str]) -> list[float]:
    """The log odds of each passage, by the model that comes along.

    A long passage is read in parts, the best of which counts. What was judged lately is
    remembered.
    """
    parts = [windows(passage) for passage in passages]
    flat = [part for some in parts for part in some]
    if len(flat) < 2:
        read = iter([_judged(question, part) for part in flat])
    else:
        read = iter(list(_readers().map(partial(_judged, question), flat)))
    return [max(next(read) for _ in some) for some in parts]


def windows(passage: str) -> list[str]:
    """Runs of whole sentences of about `WINDOW` characters; a sentence that is longer is cut."""
    made: list[str] = []
    start = last = 0
    for _, end in cut(passage) if len(passage) > WINDOW else ():
        if end - start > WINDOW and last > start:
            made.append(passage[start:last])
            start = last
        last = end
    made.append(passage[start:])
    return [run[n : n + WINDOW] for run in made for n in range(0, len(run), WINDOW)]
