"""What finding is measured on: passages in memory, and questions whose passages are known."""

from __future__ import annotations

import json
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.answer import Turn
from rag.case import Case
from rag.damage import DAMAGES
from rag.errors import BadQuestion
from store import Candidate, Library, Official, Passage, PassageIndex, embeddable, fold_with_map

_BATCH = 256  # passages embedded between two reports of progress


@dataclass(frozen=True, slots=True)
class Query:
    """A question and the places of its right passages in the testbed."""

    id: str
    type: str
    text: str
    gold: frozenset[int]
    history: tuple[Turn, ...] = ()


class Encoder(Protocol):
    """What of an embedder is used here."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """A vector for each text."""
        ...

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        ...


class Testbed:
    """Passages searched as the library searches its own, parts of it left out at will.

    Args:
        passages: what is searched.
        encoder: makes the vectors of questions, and of the passages where there are none yet.
        vectors: of the passages, shape (n, dimensions); None has them made.
        index: words and filters of the passages; None is as the program has it.
        progress: told how many passages are embedded, after each batch.
    """

    __test__ = False  # not a test, whatever its name begins with

    def __init__(
        self,
        passages: Sequence[Passage],
        encoder: Encoder,
        vectors: NDArray[np.float32] | None = None,
        index: PassageIndex | None = None,
        progress: Any = None,
    ) -> None:
        self.passages = list(passages)
        self.encoder = encoder
        self.place = {p.id: i for i, p in enumerate(self.passages)}
        texts = [embeddable(p) for p in self.passages]
        self.vectors = embedded(encoder, texts, progress) if vectors is None else vectors
        self.index = index or PassageIndex(self.passages)

    @classmethod
    def of(cls, library: Library) -> Testbed:
        """The library's passages, with its vectors."""
        return cls(library.passages(), library.embedder, library.vectors())

    def candidates(
        self,
        question: str,
        limit: int,
        officials: Collection[str] | None = None,
        years: Collection[str] | None = None,
    ) -> list[Candidate]:
        """As `Library.candidates`, without its memory of questions."""
        return self.index.candidates(question, self.near, limit, officials, years)

    def near(self, text: str) -> NDArray[np.float32]:
        """Cosine similarity of a text with every passage, shape (n passages,)."""
        return self.vectors @ np.asarray(self.encoder.embed_query(text), dtype=np.float32)


def embedded(encoder: Encoder, texts: Sequence[str], progress: Any = None) -> NDArray[np.float32]:
    """Vectors of texts, shape (n, dimensions), float32."""
    rows: list[list[float]] = []
    for start in range(0, len(texts), _BATCH):
        rows += encoder.embed_documents(list(texts[start : start + _BATCH]))
        if progress:
            progress(len(rows), len(texts))
    return np.asarray(rows, dtype=np.float32)


def queries_of(cases: Sequence[Case], passages: Sequence[Passage]) -> list[Query]:
    """The questions that have right passages, each with their places.

    Raises:
        BadQuestion: none of them has; another document was meant, or none is named.
    """
    folded = [fold_with_map(p.text)[0] for p in passages]
    made = []
    for case in cases:
        gold = [fold_with_map(words)[0] for words in case.gold_text]
        places = {i for i, text in enumerate(folded) for g in gold if g and g in text}
        if places:
            made.append(Query(case.id, case.type, case.question, frozenset(places), case.history))
    if not made:
        raise BadQuestion(
            "没有一道题的原段（gold_text）在资料库里。请先收入题目所问的文件。",
            "The library holds no question's paragraphs (gold_text). Ingest their documents first.",
        )
    return made


def has_pairs(path: Path) -> bool:
    """Whether a file holds questions with their passages, not questions on a library.

    Raises:
        BadQuestion: it cannot be read.
    """
    first = next((line for line in _lines(path) if line.strip()), "")
    return '"passage"' in first


def read_pairs(path: Path, sources: Collection[str] = ()) -> tuple[list[Passage], list[Query]]:
    """Passages and questions of a JSONL file of pairs: ``question, passage[, source]``.

    A line without a question adds to what is searched. Questions of the same words are one.

    Args:
        sources: only these; () takes all.

    Raises:
        BadQuestion: the file cannot be read, a line is not a pair, or no question is left.
    """
    places: dict[str, int] = {}
    asked: dict[tuple[str, str], set[int]] = {}
    for row in _rows(path):
        if sources and row.get("source") not in sources:
            continue
        at = places.setdefault(row["passage"], len(places))
        if row.get("question"):
            asked.setdefault((row.get("source") or "pairs", row["question"]), set()).add(at)
    if not asked:
        raise BadQuestion(
            f"“{path.name}”里没有所选来源的问题。请检查文件与 --source。",
            f"{path.name} holds no question of the sources chosen. Check the file and --source.",
        )
    nobody = Official("", "", "")
    passages = [
        Passage(str(at), path.name, path.name, nobody, "", "", at + 1, text)
        for text, at in places.items()
    ]
    queries = [
        Query(str(n), source, text, frozenset(gold))
        for n, ((source, text), gold) in enumerate(asked.items(), 1)
    ]
    return passages, queries


def sampled(queries: Sequence[Query], count: int | None, seed: int = 0) -> list[Query]:
    """At most `count` of the questions, the same ones for the same seed, in their order."""
    if count is None or count >= len(queries):
        return list(queries)
    chosen = random.Random(seed).sample(range(len(queries)), count)
    return [queries[i] for i in sorted(chosen)]


def damaged(queries: Sequence[Query], kind: str | None, seed: int = 0) -> list[Query]:
    """The questions mistyped in one way of `rag.damage.DAMAGES`; None leaves them."""
    if kind is None:
        return list(queries)
    dice = random.Random(seed)
    return [replace(q, text=DAMAGES[kind](q.text, dice)) for q in queries]


def without(passages: Sequence[Passage], field: Literal["title", "section"]) -> list[Passage]:
    """The passages with a field empty."""
    if field == "title":
        return [replace(p, title="") for p in passages]
    return [replace(p, section="") for p in passages]


def _lines(path: Path) -> list[str]:
    try:
        # Not `splitlines`: a passage may hold U+2028 and its like.
        return path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadQuestion(
            f"无法读取“{path}”。请检查路径，文件须为 UTF-8 的 JSONL。",
            f"Cannot read {path}. Check the path; it must be JSONL in UTF-8.",
        ) from error


def _rows(path: Path) -> list[dict[str, str]]:
    rows = []
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            given = [row["passage"], row.get("question") or "", row.get("source") or ""]
            if not row["passage"] or not all(isinstance(value, str) for value in given):
                raise ValueError("passage")
            rows.append(row)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BadQuestion(
                f'“{path.name}”第 {number} 行应为 {{"question": 问题, "passage": 段落}}。',
                f'Line {number} of {path.name} must be {{"question": …, "passage": …}}.',
            ) from error
    return rows
