"""Makes the cohort: ``python -m training.cohort --data PATH``.

A few thousand centres of the training passages' vectors (k-means, scikit-learn): what officials,
laws and encyclopaedias speak of, without a sentence of any. `rag.cohort` tells by them whether a
question lies nearer to texts that are not in the library than to any that is. Run it again after
the encoder or the table changed; then `python -m training.decisions`.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.cohort import FILE
from store.embedder import BuiltinEmbedder
from training.corpus import PASSAGE, Corpus, read_corpus

CENTRES = 2_500
# How many passages of each kind; the kinds in which people ask count for more than their size.
_TEXTS = 6_000
_PAIRS = {
    "stard_train": 1_200,
    "lawbench_qa": 800,
    "ncp_policy_qa": 1_500,
    "cmrc2018": 900,
    "drcd": 1_600,
}


def sample(corpus: Corpus, seed: int = 0) -> list[str]:
    """The passages that stand for all others."""
    rng = random.Random(seed)
    chosen = _some(corpus.passages, _TEXTS, rng)
    for source, count in _PAIRS.items():
        own = [pair.passage[:PASSAGE] for pair in corpus.pairs if pair.source == source]
        chosen += _some(own, count, rng)
    return chosen


def _some(texts: Sequence[str], count: int, rng: random.Random) -> list[str]:
    distinct = sorted(set(texts))
    return rng.sample(distinct, min(count, len(distinct)))


def centres(
    vectors: npt.NDArray[np.float32], count: int = CENTRES, seed: int = 0
) -> npt.NDArray[np.float16]:
    """`count` unit vectors around which `vectors`, shape (n, dimensions), lie."""
    from sklearn.cluster import MiniBatchKMeans

    fitted = MiniBatchKMeans(
        min(count, len(vectors)), batch_size=2_000, n_init=1, random_state=seed
    ).fit(vectors)
    found = fitted.cluster_centers_
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    unit: npt.NDArray[np.float16] = (found / np.maximum(lengths, 1e-9)).astype(np.float16)
    return unit


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.cohort", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training data")
    parser.add_argument("--out", type=Path, default=FILE, help="file to write")
    options = parser.parse_args()
    embedder = BuiltinEmbedder()
    texts = sample(read_corpus(options.data))
    vectors = np.array(embedder.embed_documents(texts), dtype=np.float32)
    np.savez_compressed(options.out, centres=centres(vectors), embedder=embedder.name)
    print(f"{len(texts)} passages, {options.out.stat().st_size / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
