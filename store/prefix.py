"""What retrieval models want put before a question and a passage."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that a model was trained to see before a question and before a passage."""

    query: str = ""
    document: str = ""


_TASK = "Instruct: Given a web search query, retrieve relevant passages that answer the query\n"
# By the models' own cards, for those whose files say nothing: BAAI's and intfloat's never do,
# Qwen's do, but an endpoint does not apply them. The first that fits counts; bge-m3 wants none.
_FAMILIES = (
    (r"bge-(?:small|base|large)-zh\b", Prefix("为这个句子生成表示以用于检索相关文章：")),
    (
        r"bge-(?:small|base|large)-en\b",
        Prefix("Represent this sentence for searching relevant passages: "),
    ),
    (r"(?:multilingual-)?e5-(?:large|mistral-7b)-instruct\b", Prefix(f"{_TASK}Query: ")),
    (r"(?:multilingual-)?e5-(?:small|base|large)\b", Prefix("query: ", "passage: ")),
    (r"qwen3-embedding\b", Prefix(f"{_TASK}Query:")),
)


def prefix_of(model: str) -> Prefix:
    """The prefixes of a model's family, or none where it is not known to want any.

    Args:
        model: a hub name, a name at an endpoint, or a directory, which counts by its own name
            (in the hub's cache, by the name of the model that it is a snapshot of).
    """
    name = model
    folder = Path(model)
    if folder.is_dir():
        folder = folder.resolve()
        cached = folder.parent.name == "snapshots"
        name = folder.parents[1].name if cached else folder.name
    name = re.split(r"/|--", name.lower().replace("_", "-"))[-1]
    for family, prefix in _FAMILIES:
        if re.match(family, name):
            return prefix
    return Prefix()
