"""Vectors of a larger model to learn from, where one is at hand.

The table that ships was started from and pulled towards `intfloat/multilingual-e5-small` (MIT).
Any sentence-transformers directory or hub name serves.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.corpus import Corpus, sentences
from training.initial import unit_rows

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the teacher says: vectors of every token, and of texts, in the table's dimensions."""

    tokens: Vectors
    texts: list[str]
    vectors: Vectors


def ask_teacher(
    model: str, tokens: Sequence[str], corpus: Corpus, count: int, dimensions: int, seed: int
) -> Lesson:
    """The teacher's vectors of `tokens` and of `count` questions and sentences of `corpus`.

    Both are centred (a transformer's vectors lie in a narrow cone) and turned into the main
    axes of the tokens' vectors, the first of `dimensions` of them kept, so that prefixes of the
    vector carry most (Model2Vec, MinishLab 2024).
    """
    from sentence_transformers import SentenceTransformer

    teacher = SentenceTransformer(model, device="cpu")
    texts = choose_texts(corpus, count, seed)
    own = teacher.encode_query(list(tokens), normalize_embeddings=True, batch_size=128)
    said = teacher.encode_query(texts, normalize_embeddings=True, batch_size=64)
    # A text without a token is 0/0 to some models.
    own, said = np.nan_to_num(own), np.nan_to_num(said)
    token_vectors, text_vectors = project(own, said, dimensions, seed)
    return Lesson(token_vectors, texts, text_vectors)


def choose_texts(corpus: Corpus, count: int, seed: int) -> list[str]:
    """Questions, single sentences and a few English ones, in equal parts as far as they go."""
    rng = random.Random(seed)
    questions = sorted({pair.question for pair in corpus.pairs})
    rng.shuffle(questions)
    singles = []
    for passage in rng.sample(corpus.passages, min(count, len(corpus.passages))):
        fitting = [s for s in sentences(passage) if 10 <= len(s) <= 60]
        if fitting:
            singles.append(rng.choice(fitting))
    english = [en for en, _ in corpus.english]
    rng.shuffle(english)
    share = count * 3 // 7
    return [*questions[:share], *singles[:share], *english[: count - 2 * share]]


def project(
    tokens: npt.NDArray[np.floating],
    texts: npt.NDArray[np.floating],
    dimensions: int,
    seed: int,
) -> tuple[Vectors, Vectors]:
    """Both sets centred on their own means, in the main axes of the first, unit rows."""
    from sklearn.decomposition import PCA

    pca = PCA(dimensions, random_state=seed)
    own = pca.fit_transform(np.asarray(tokens, dtype=np.float32))
    if not len(texts):
        return unit_rows(own), np.zeros((0, dimensions), dtype=np.float32)
    said = (texts - texts.mean(axis=0)) @ pca.components_.T
    return unit_rows(own), unit_rows(said)
