"""The recipe from data to model folder, one step after another."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from training.contrastive import Plan, Taught, train
from training.corpus import Corpus, read_corpus
from training.export import write_model
from training.initial import context_vectors, frequency_weights
from training.negatives import mine_negatives
from training.samples import Sampler
from training.teacher import ask_teacher
from training.vocabulary import build_tokenizer, choose_tokens, count_words, parts

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides how the model comes out."""

    data: Path
    out: Path
    seed: int = 0
    size: int = 30_000
    dimensions: int = 256
    steps: int = 900
    batch: int = 512
    without: tuple[str, ...] = ()
    teacher: str = ""
    lessons: int = 6_000


def run(recipe: Recipe) -> None:
    """Makes the model that `recipe` describes and writes it to its folder."""
    began = time.monotonic()

    def say(what: str) -> None:
        print(f"[{time.monotonic() - began:7.1f} s] {what}", flush=True)

    corpus = read_corpus(recipe.data, recipe.seed, recipe.without)
    say(
        f"{len(corpus.pairs)} pairs, {len(corpus.passages)} passages, {len(corpus.english)} English"
        f" sentences; {corpus.dropped} texts left out as they share words with what is held out"
    )
    texts = list(texts_of(corpus))
    counts = count_words(texts)
    tokens = choose_tokens(counts, recipe.size)
    tokenizer = build_tokenizer(tokens, counts)
    rows = _encode(tokenizer, texts)
    say(f"{len(tokens)} tokens, {sum(map(len, rows))} in the texts")
    start, taught = _start(recipe, corpus, tokens, tokenizer, rows)
    start[0] = 0
    say("start of the table")
    negatives = mine_negatives(corpus.pairs, recipe.seed)
    say("wrong passages mined")
    ids = {token: n for n, token in enumerate(tokens)}
    inner = [parts(token, ids) for token in tokens]
    sampler = Sampler(corpus, tokenizer, negatives, recipe.seed)
    lengths = tuple(n for n in (recipe.dimensions, 64) if n <= recipe.dimensions)
    plan = Plan(steps=recipe.steps, batch=recipe.batch, lengths=lengths, pulled=recipe.batch // 2)
    table = train(start, inner, sampler, plan, recipe.seed, taught)
    table[0] = 0  # what has no token has no meaning
    write_model(recipe.out, tokenizer, table)
    say(f"written to {recipe.out}")


def _start(
    recipe: Recipe,
    corpus: Corpus,
    tokens: Sequence[str],
    tokenizer: Tokenizer,
    rows: Sequence[Sequence[int]],
) -> tuple[Vectors, Taught | None]:
    """The table before training, and what the teacher says, if there is one."""
    weights = frequency_weights(rows, len(tokens))[:, None]
    if not recipe.teacher:
        vectors = context_vectors(rows, len(tokens), recipe.dimensions, recipe.seed)
        return vectors * weights, None
    lesson = ask_teacher(
        recipe.teacher, tokens, corpus, recipe.lessons, recipe.dimensions, recipe.seed
    )
    known = [(n, row) for n, row in enumerate(_encode(tokenizer, lesson.texts)) if row]
    taught = Taught([row for _, row in known], lesson.vectors[[n for n, _ in known]])
    return lesson.tokens * weights, taught


def texts_of(corpus: Corpus) -> Iterator[str]:
    """Everything whose words are counted; a translation stands beside its original."""
    yield from corpus.passages
    yield from dict.fromkeys(pair.passage for pair in corpus.pairs)
    yield from (pair.question for pair in corpus.pairs)
    for english, chinese in corpus.english:
        yield f"{chinese} {english}"


def _encode(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
    """The token ids of each text."""
    return [
        encoding.ids
        for start in range(0, len(texts), 4096)
        for encoding in tokenizer.encode_batch_fast(
            texts[start : start + 4096], add_special_tokens=False
        )
    ]
