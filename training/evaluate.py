"""How well the held-out questions are found: `python -m training.evaluate --data PATH`.

`--embedder` names another one, as `YANJU_EMBEDDER` does (`static`, a model's folder).

Each held-out set is searched by BM25 with several kinds of tokens, by the vectors alone, and by
both: scores brought to 0..1 per question, then a weighted sum, with a fixed share for the vectors
and with the program's, which goes by the question.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.share import LOOKED_AT, dense_share
from store.embedder import Embedder, load_embedder
from store.folding import fold
from store.lexical import LexicalIndex
from store.settings import Settings
from store.vocabulary import tokenize
from training.corpus import HeldOutSet, read_corpus

Scores = npt.NDArray[np.floating]
WEIGHTS = (0.5, 0.75)
BASE = "BM25 characters + pairs"
RECALL_AT = 5
NDCG_AT = 10


def ndcg(scores: Scores, gold: Sequence[Sequence[int]], k: int = NDCG_AT) -> Scores:
    """nDCG@k of each question, by scikit-learn; `scores` has shape (questions, passages)."""
    from sklearn.metrics import ndcg_score

    relevant = np.zeros(scores.shape[1])
    values = []
    for row, places in zip(scores, gold, strict=True):
        relevant[:] = 0
        relevant[list(places)] = 1
        values.append(ndcg_score(relevant[None], row[None], k=k))
    return np.array(values)


def recall(scores: Scores, gold: Sequence[Sequence[int]], k: int = RECALL_AT) -> Scores:
    """Share of each question's right passages (at most `k`) among its first `k`."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return np.array(
        [
            len(set(row.tolist()) & set(places)) / min(k, len(places))
            for row, places in zip(best, gold, strict=True)
        ]
    )


def interval(values: Scores, seed: int = 0, draws: int = 2000) -> tuple[float, float]:
    """95 % interval of the mean of `values`, by the bootstrap over questions."""
    rng = np.random.default_rng(seed)
    means = values[rng.integers(len(values), size=(draws, len(values)))].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def spread(scores: Scores) -> Scores:
    """Each question's scores brought to 0..1 (min–max)."""
    low = scores.min(axis=1, keepdims=True)
    unit: Scores = (scores - low) / np.maximum(scores.max(axis=1, keepdims=True) - low, 1e-9)
    return unit


def fuse(weight: float | Scores, lexical: Scores, dense: Scores) -> Scores:
    """Lexical and dense scores as one; `weight` is the dense share, or one a question, (n, 1)."""
    return (1 - weight) * spread(lexical) + weight * spread(dense)


def shares(held: HeldOutSet, lexical: Scores) -> Scores:
    """The vectors' share by question: shape (questions, 1)."""
    first = np.argsort(-lexical, axis=1)[:, :LOOKED_AT]
    rows = zip(held.questions, first, strict=True)
    return np.array([[dense_share(q, [held.passages[n] for n in near])] for q, near in rows])


def words_only(text: str) -> list[str]:
    """Tokens as jieba's search mode cuts them."""
    from rjieba import cut_for_search

    return [word for word in cut_for_search(fold(text)) if word[0].isalnum()]


def words_too(text: str) -> list[str]:
    """The program's tokens and jieba's words of three characters and more."""
    return tokenize(text) + [word for word in words_only(text) if len(word) > 2]


def measure(held: HeldOutSet, embedder: Embedder) -> dict[str, Scores]:
    """The scores of every way of searching `held`: name → shape (questions, passages)."""
    ways: dict[str, Scores] = {}
    for name, cut in (
        ("BM25 words", words_only),
        ("BM25 words + characters + pairs", words_too),
        (BASE, tokenize),
    ):
        index = LexicalIndex(held.passages, cut=cut)
        ways[name] = np.stack([index.scores(question) for question in held.questions])
    lexical = ways[BASE]
    questions = np.array([embedder.embed_query(question) for question in held.questions])
    dense = ways["vectors"] = questions @ np.array(embedder.embed_documents(held.passages)).T
    for weight in WEIGHTS:
        ways[f"fused, dense share {weight}"] = fuse(weight, lexical, dense)
    ways["fused as the program does"] = fuse(shares(held, lexical), lexical, dense)
    return ways


def report(sets: Sequence[HeldOutSet], embedder: Embedder) -> None:
    """Prints one table a set; the gain is in nDCG@10 over `BASE`, question by question."""
    for held in sets:
        print(f"\n{held.name}: {len(held.questions)} questions, {len(held.passages)} passages")
        print(f"{'':32}{'nDCG@10':>9}{'95 %':>17}{'recall@5':>9}{'95 %':>17}{'gain':>23}")
        ways = measure(held, embedder)
        base = ndcg(ways[BASE], held.gold)
        for name, scores in ways.items():
            found = ndcg(scores, held.gold)
            line = f"{name:32}"
            for values in (found, recall(scores, held.gold)):
                low, high = interval(values)
                line += f"{values.mean():9.3f}{f'{low:.3f}–{high:.3f}':>17}"
            low, high = interval(found - base)
            print(f"{line}{f'{(found - base).mean():+.3f} ({low:+.3f} … {high:+.3f})':>26}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training data")
    parser.add_argument("--embedder", default="builtin", help="as the setting names it")
    parser.add_argument("--only", nargs="*", default=[], help="these held-out sets alone")
    parser.add_argument("--seed", type=int, default=0, help="seed of the split, as in training")
    options = parser.parse_args()
    corpus = read_corpus(options.data, options.seed)
    sets = [h for h in corpus.held_out if not options.only or h.name in options.only]
    report(sets, load_embedder(Settings(_env_file=None, embedder=options.embedder)))


if __name__ == "__main__":
    main()
