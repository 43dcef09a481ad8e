"""Training of the cross-encoder: does this passage answer this question?

Question and passage are read together (Nogueira and Cho 2019). What is judged are the last states
of the question's own pieces, their mean and their maxima: each piece that finds nothing in the
passage shows there. Binary cross-entropy, so that the result means a probability.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional

from rag.cross_encoder import layout
from training.cross_corpus import Example
from training.pace import set_rate
from training.pieces import PAD

# More at once leaves the processor's cache: four times as slow.
_TOKENS_AT_ONCE = 1000
_ROWS = 4
_STRANGER = 120  # characters
_GLUED = 0.5  # of the passages get a stranger's passage before or after

# Ids, where the question stands among them (first, last), and 1 where the passage answers.
Row = tuple[list[int], int, int, float]


@dataclass(frozen=True, slots=True)
class Phase:
    """Examples seen, how they are shared out by kind, and the learning rate at its peak."""

    seen: int
    shares: Mapping[str, float]
    rate: float = 1e-4


PHASES = (
    Phase(20_000, {"own": 0.5, "mined": 0.5}),
    Phase(20_000, {"own": 0.75, "mined": 0.25}),
    Phase(20_000, {"own": 0.35, "library": 0.65}, rate=6e-5),
)


@dataclass(frozen=True, slots=True)
class CrossPlan:
    """How long and how hard to train."""

    phases: tuple[Phase, ...] = PHASES
    batch: int = 64
    warming: int = 20


class CrossEncoder(nn.Module):
    """A `transformers.BertModel` and a linear judgement of the question's states."""

    def __init__(self, body: Any) -> None:
        super().__init__()
        self.body = body
        self.head = nn.Linear(2 * body.config.hidden_size, 1)

    def forward(self, ids: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
        """Logits, shape (n,), of `ids` (n, tokens); `asked` is 1 where the question stands."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = self.body(input_ids=ids, attention_mask=(ids != PAD).long()).last_hidden_state
        states = states.float()
        mean = (states * asked[..., None]).sum(dim=1) / asked.sum(dim=1, keepdim=True)
        most = states.masked_fill(asked[..., None] == 0, -1e4).max(dim=1).values
        judged: torch.Tensor = self.head(torch.cat([mean, most], dim=1))[:, 0]
        return judged


def train_cross_encoder(
    model: CrossEncoder,
    examples: Sequence[Example],
    tokenizer: Tokenizer,
    plan: CrossPlan,
    seed: int,
) -> None:
    """Trains `model` in place, phase after phase."""
    rng = random.Random(seed)
    model.body.embeddings.requires_grad_(False)
    learning = [weight for weight in model.parameters() if weight.requires_grad]
    pools: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        pools[example.kind].append(example)
    draws = {kind: _endless(pool, rng) for kind, pool in pools.items()}
    for phase in plan.phases:
        optimizer = torch.optim.AdamW(learning, betas=(0.9, 0.98), weight_decay=0.01)
        steps = max(1, phase.seen // plan.batch)
        running = 0.0
        for step in range(steps):
            set_rate(optimizer, phase.rate, step, steps, plan.warming)
            kinds = rng.choices(list(phase.shares), list(phase.shares.values()), k=plan.batch)
            batch = [next(draws[kind]) for kind in kinds]
            optimizer.zero_grad()
            loss = _learn(model, _rows(batch, tokenizer, examples, rng))
            torch.nn.utils.clip_grad_norm_(learning, 1.0)
            optimizer.step()
            running = 0.95 * running + 0.05 * loss if step else loss
            if step % 20 == 0 or step == steps - 1:
                print(f"step {step:5d} of {steps}  loss {running:.4f}", flush=True)


def _endless(pool: Sequence[Example], rng: random.Random) -> Iterator[Example]:
    while True:
        yield from rng.sample(pool, len(pool))


def _rows(
    batch: Sequence[Example], tokenizer: Tokenizer, examples: Sequence[Example], rng: random.Random
) -> list[Row]:
    """The batch as ids, the shortest first; some passages with a stranger's words around them."""
    rows = []
    for example in batch:
        passage = example.passage
        if rng.random() < _GLUED:
            other = rng.choice(examples).passage
            before = rng.random() < 0.5
            passage = other[-_STRANGER:] + passage if before else passage + other[:_STRANGER]
        rows.append((*layout(tokenizer, example.question, passage), float(example.answers)))
    return sorted(rows, key=lambda row: len(row[0]))


def _learn(model: CrossEncoder, rows: Sequence[Row]) -> float:
    """Gradients of one batch, in parts of about equal length; returns the mean loss."""
    total, start = 0.0, 0
    while start < len(rows):
        longest = len(rows[min(start + _ROWS, len(rows) - 1)][0])
        some = rows[start : start + max(_ROWS, _TOKENS_AT_ONCE // longest)]
        start += len(some)
        logits = model(*padded(some))
        wanted = torch.tensor([row[3] for row in some])
        loss = functional.binary_cross_entropy_with_logits(logits, wanted, reduction="sum")
        torch.autograd.backward(loss / len(rows))
        total += loss.item()
    return total / len(rows)


def padded(rows: Sequence[Row]) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids of some rows, and where their questions stand: both of shape (n, tokens)."""
    ids = torch.full((len(rows), max(len(row[0]) for row in rows)), PAD)
    asked = torch.zeros(*ids.shape)
    for line, (row, first, last, _) in enumerate(rows):
        ids[line, : len(row)] = torch.tensor(row)
        asked[line, first:last] = 1
    return ids, asked
