"""Train the small transformer that reads both sides of a cut at once.

    python -m training.seam text.jsonl pairs.jsonl --output store/seam_model \
        --held-out one.jsonl --folds 7 8 9

It starts from the encoder's first layers and its words, which stay. A batch has chains of stretches
that do not follow each other (`training.chains`): wherever they meet, the state of the pieces on
both sides is to say so, and everywhere else that the text goes on. So each text teaches as many
true continuations as it has pieces. A cut may go through a piece; then both sides are that piece.
Texts in ``--held-out`` files and in ``--folds`` are left out.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from store.encoder import MODEL as ENCODER
from store.seam import GRAPH, MODEL
from training.chains import ENDS, Chain, Chains, read_texts
from training.continuity import shingles
from training.layers import first_layers, write_layers
from training.pace import set_rate
from training.pieces import PAD

_TOKENS_AT_ONCE = 1000  # more at once leaves the processor's cache
_NEAR = 6  # characters about a seam where nothing is asked: it may be felt early or late


@dataclass(frozen=True, slots=True)
class SeamPlan:
    """How long and how hard to train, with so many chains a step."""

    steps: int = 1000
    rate: float = 2.5e-4
    chains: int = 30
    layers: int = 4
    warming: int = 50


@dataclass(frozen=True, slots=True)
class Judged:
    """Two pieces (maybe the same), whether the text goes on between them, and what it counts."""

    left: int
    right: int
    goes_on: float
    weight: float


class SeamNet(nn.Module):
    """A `transformers.BertModel` and a linear judgement of two pieces' states."""

    def __init__(self, body: Any) -> None:
        super().__init__()
        self.body = body
        self.head = nn.Linear(2 * body.config.hidden_size, 1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, ids: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
        """Logits, shape (n,), of `ids` (rows, tokens); `asked` is (n, 3): row, left, right."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = self.body(input_ids=ids, attention_mask=(ids != PAD).long()).last_hidden_state
        states = states.float()
        pair = [states[asked[:, 0], asked[:, side]] for side in (1, 2)]
        judged: torch.Tensor = self.head(torch.cat(pair, dim=1))[:, 0]
        return judged


def judged_pieces(tokenizer: Any, chain: Chain) -> tuple[list[int], list[Judged]]:
    """Ids of a chain, and what is asked about its pieces."""
    frame = tokenizer.encode("").ids
    read = tokenizer.encode(chain.text, add_special_tokens=False)
    shift, spans = len(frame) - 1, read.offsets
    asked = []
    for n, (first, last) in enumerate(spans):
        at = shift + n
        if any(first < seam < last for seam in chain.seams):
            asked.append(Judged(at, at, 0.0, 1.0))
            continue
        if last - first > 1 and not any(first - _NEAR < s < last + _NEAR for s in chain.seams):
            asked.append(Judged(at, at, 1.0, float(last - first - 1)))
        if n + 1 < len(spans):
            if any(last <= seam <= spans[n + 1][0] for seam in chain.seams):
                asked.append(Judged(at, at + 1, 0.0, 1.0))
            elif chain.text[last - 1] not in ENDS and not any(
                last - _NEAR < seam < last + _NEAR for seam in chain.seams
            ):
                asked.append(Judged(at, at + 1, 1.0, 1.0))
    return [*frame[:-1], *read.ids, frame[-1]], asked


def train_seam(net: SeamNet, chains: Chains, tokenizer: Any, plan: SeamPlan) -> None:
    """Trains `net` in place; seams and the rest of the text weigh the same."""
    net.train()
    net.body.embeddings.requires_grad_(False)
    learning = [weight for weight in net.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=plan.rate, betas=(0.9, 0.98), weight_decay=0.01)
    running = math.log(2)
    for step in range(plan.steps):
        set_rate(optimizer, plan.rate, step, plan.steps, plan.warming, least=0.02)
        batch = [judged_pieces(tokenizer, chains.draw()) for _ in range(plan.chains)]
        optimizer.zero_grad()
        loss = _learn(net, batch)
        nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        running += 0.02 * (loss - running)
        if step % 50 == 49:
            print(f"step {step + 1} of {plan.steps}, loss {running:.3f}", flush=True)


def _learn(net: SeamNet, batch: Sequence[tuple[list[int], list[Judged]]]) -> float:
    """Gradients of one batch; returns the loss."""
    every = [asked for _, some in batch for asked in some]
    torn = max(1.0, sum(asked.weight for asked in every if not asked.goes_on))
    whole = max(1.0, sum(asked.weight for asked in every if asked.goes_on))
    total = 0.0
    for ids, rows in _parts(batch):
        if not rows:
            continue
        asked = torch.tensor([(row, a.left, a.right) for row, a in rows])
        wanted = torch.tensor([a.goes_on for _, a in rows])
        weight = torch.tensor([0.5 * a.weight / (whole if a.goes_on else torn) for _, a in rows])
        logits = net(ids, asked)
        losses = functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
        loss = (losses * weight).sum()
        torch.autograd.backward(loss)
        total += loss.item()
    return total


def _parts(
    batch: Sequence[tuple[list[int], list[Judged]]],
) -> Iterator[tuple[torch.Tensor, list[tuple[int, Judged]]]]:
    """Chains of about equal length, padded, and what is asked about each row."""
    rest = sorted(batch, key=lambda chain: len(chain[0]))
    while rest:
        longest = len(rest[min(len(rest), 15) - 1][0])
        some = rest[: max(4, _TOKENS_AT_ONCE // longest)]
        rest = rest[len(some) :]
        ids = torch.full((len(some), max(len(row) for row, _ in some)), PAD)
        for line, (row, _) in enumerate(some):
            ids[line, : len(row)] = torch.tensor(row)
        yield ids, [(line, one) for line, (_, asked) in enumerate(some) for one in asked]


def make_seam(chains: Chains, plan: SeamPlan, out: Path, encoder: Path = ENCODER) -> None:
    """Trains from the encoder's first layers and writes the model's folder."""
    torch.manual_seed(0)
    tokenizer, body = first_layers(encoder, plan.layers)
    net = SeamNet(body)
    train_seam(net, chains, tokenizer, plan)
    write_layers(out, GRAPH, net)


def main() -> None:
    """Command line; see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, default=MODEL)
    parser.add_argument("--held-out", nargs="*", type=Path, default=[])
    parser.add_argument("--folds", nargs="*", type=int, default=[])
    parser.add_argument("--steps", type=int, default=SeamPlan().steps)
    options = parser.parse_args()
    torch.set_num_threads(1)
    held: set[str] = set()
    for path in options.held_out:
        held |= shingles(path)
    kinds = read_texts(options.inputs, held, options.folds)
    print({kind: len(found) for kind, found in kinds.items()}, flush=True)
    make_seam(Chains(kinds, 1), SeamPlan(options.steps), options.output)


if __name__ == "__main__":
    main()
