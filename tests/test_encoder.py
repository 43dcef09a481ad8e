import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from store.encoder import MODEL, Encoder, cores, read_tensors
from store.errors import EmbedderUnavailable

TEXTS = [
    "老百姓打官司难怎么办",
    "畅通群众诉讼渠道，健全便民诉讼服务机制。",
    "大力发展冷链物流产业。",
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


def test_equals_sentence_transformers(encoder: Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(MODEL), device="cpu").encode([*TEXTS, "How do courts work?"])
    ours = encoder.encode_documents([*TEXTS, "How do courts work?"])
    assert (ours * theirs).sum(axis=1).min() > 0.98


def test_a_vector_does_not_depend_on_its_neighbours(encoder: Encoder) -> None:
    together = encoder.encode_documents(TEXTS * 5)
    alone = np.concatenate([encoder.encode_documents([text]) for text in TEXTS])
    assert (together[: len(TEXTS)] == alone).all()
    assert not encoder.encode_queries(["", "，。！"]).any()


def test_meaning_and_script(encoder: Encoder) -> None:
    asked, right, wrong = encoder.encode_documents(TEXTS)
    assert asked @ right > asked @ wrong + 0.1
    assert encoder.encode_queries(["糧食產量"]) == pytest.approx(
        encoder.encode_queries(["粮食产量"])
    )


def test_eight_bit_floats_are_torchs() -> None:
    from safetensors.torch import load_file

    ours = read_tensors(MODEL / "model.safetensors")
    for name, theirs in load_file(MODEL / "model.safetensors").items():
        assert (ours[name] == theirs.float().numpy()).all(), name


def test_small() -> None:
    assert sum(p.stat().st_size for p in MODEL.rglob("*") if p.is_file()) < 32 * 2**20


def test_a_damaged_model_says_the_remedy(damaged: Callable[[Path], Path]) -> None:
    with pytest.raises(EmbedderUnavailable) as caught:
        Encoder(damaged(MODEL))
    assert "YANJU_EMBEDDER=static" in caught.value.zh


def test_processors_are_counted_where_the_system_has_no_affinity(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if hasattr(os, "sched_getaffinity"):
        assert cores() == len(os.sched_getaffinity(0))
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)  # macOS, Windows
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert cores() == 3 and Encoder(threads=0)._threads == 3
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cores() == 1
