"""Training of the table: a question must lie nearer to its passage than to all others.

In-batch negatives, and mined ones where there are any (InfoNCE, van den Oord et al. 2018), at
several lengths of the vector at once (Matryoshka, Kusupati et al. 2022), and where a teacher's
vectors are given, closeness to them (as in Tokenlearn, MinishLab 2024).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from training.samples import Sampler

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how hard to train.

    `lengths`: the prefixes of the vector that must serve alone. `scale`: inverse temperature.
    `rate`: learning rate of Adam at its peak, falling to nothing by a cosine. `pull`: weight of
    the teacher's vectors.
    """

    steps: int = 1500
    batch: int = 768
    rate: float = 0.01
    scale: float = 20.0
    lengths: tuple[int, ...] = (256, 64)
    pull: float = 1.0
    pulled: int = 512


@dataclass(frozen=True, slots=True)
class Taught:
    """Texts as token ids, and the vectors a teacher gives them: shape (n texts, dimensions)."""

    rows: Sequence[Sequence[int]]
    vectors: Vectors


def train(
    table: Vectors,
    parts: Sequence[Sequence[int]],
    sampler: Sampler,
    plan: Plan,
    seed: int,
    taught: Taught | None = None,
) -> Vectors:
    """The trained table, same shape as `table`.

    The table is its start plus, for each token, a learned change of its own and those of the
    tokens inside it (`parts`), so that rare words learn from their characters.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(seed)
    start = torch.from_numpy(table)
    mixing = _mixing(parts, len(table))
    change = torch.zeros_like(start, requires_grad=True)
    optimizer = torch.optim.Adam([change], lr=plan.rate, betas=(0.9, 0.98), eps=1e-8)
    running = 0.0
    for step in range(plan.steps):
        progress = step / plan.steps
        for group in optimizer.param_groups:
            group["lr"] = (
                plan.rate * min(1.0, (step + 1) / 50) * 0.5 * (1 + math.cos(math.pi * progress))
            )
        weights = start + torch.sparse.mm(mixing, change)
        loss = _contrast(weights, sampler, plan)
        if taught is not None:
            chosen = rng.integers(len(taught.rows), size=plan.pulled)
            own = _encode(weights, [taught.rows[n] for n in chosen])
            wanted = torch.from_numpy(taught.vectors[chosen])
            loss = loss + plan.pull * (1 - functional.cosine_similarity(own, wanted)).mean()
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        running = 0.98 * running + 0.02 * loss.item() if step else loss.item()
        if step % 100 == 0 or step == plan.steps - 1:
            print(f"step {step:5d}  loss {running:.4f}", flush=True)
    with torch.no_grad():
        trained: Vectors = (start + torch.sparse.mm(mixing, change)).numpy()
    return trained


def _contrast(weights: torch.Tensor, sampler: Sampler, plan: Plan) -> torch.Tensor:
    """The loss of one batch, averaged over the lengths of `plan`."""
    batch = sampler.batch(plan.batch)
    queries = _encode(weights, batch.queries)
    passages = _encode(weights, [*batch.passages, *batch.negatives])
    wanted = torch.arange(len(queries))
    # A passage that stands in the batch twice is no negative of its own question.
    numbers: dict[tuple[int, ...], int] = {}
    keys = [
        numbers.setdefault(tuple(row), len(numbers)) for row in (*batch.passages, *batch.negatives)
    ]
    key = torch.tensor(keys)
    same = key[: len(queries), None] == key[None, :]
    same[wanted, wanted] = False
    losses = []
    for length in plan.lengths:
        scores = plan.scale * (
            functional.normalize(queries[:, :length], dim=1)
            @ functional.normalize(passages[:, :length], dim=1).T
        )
        losses.append(functional.cross_entropy(scores.masked_fill(same, -1e4), wanted))
    return torch.stack(losses).mean()


def _encode(weights: torch.Tensor, rows: Sequence[Sequence[int]]) -> torch.Tensor:
    """Mean vectors of `rows` of token ids: shape (n rows, dimensions)."""
    offsets = torch.from_numpy(np.cumsum([0, *(len(row) for row in rows[:-1])]))
    flat = torch.tensor([token for row in rows for token in row], dtype=torch.long)
    return functional.embedding_bag(flat, weights, offsets, mode="mean")


def _mixing(parts: Sequence[Sequence[int]], size: int) -> torch.Tensor:
    """Sparse matrix (size, size): one on the diagonal, a share for each part of a token."""
    rows = [*range(size), *(n for n, inner in enumerate(parts) for _ in inner)]
    columns = [*range(size), *(part for inner in parts for part in inner)]
    values = [1.0] * size + [0.7 / math.sqrt(len(inner)) for inner in parts for _ in inner]
    return torch.sparse_coo_tensor(
        torch.tensor([rows, columns]),
        torch.tensor(values),
        (size, size),
        check_invariants=False,
    ).coalesce()
