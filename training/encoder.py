"""Training of the encoder: fewer layers learn from the whole transformer and from pairs.

Three things at once, on the same batch: a question must lie nearer to its passage than to all
others (InfoNCE, van den Oord et al. 2018; in-batch negatives and mined ones), the similarities
must be spread as the teacher's are (Hinton et al. 2015), and each token's last state must point
where the teacher's does (Jiao et al. 2020), which makes up for the layers left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from training.pace import set_rate
from training.pieces import BEGIN, END, PAD
from training.samples import Sampler

Vectors = npt.NDArray[np.float32]
# Ids of one text → its vector (width,) and its tokens' last states (tokens, width).
Teacher = Callable[[Sequence[int]], tuple[Vectors, Vectors]]

_TOKENS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class EncoderPlan:
    """How long and how hard to train.

    `longest`: tokens of a text that are read. `frozen`: how many of the first layers stay as they
    are. `scale`: inverse temperature. `likeness`, `states`: weights of the teacher's
    similarities and of its tokens' states.
    """

    steps: int = 300
    batch: int = 64
    longest: int = 72
    frozen: int = 3
    rate: float = 1e-4
    warming: int = 8
    scale: float = 40.0
    likeness: float = 0.5
    states: float = 2.0


def build_student(
    tensors: Mapping[str, Vectors], heads: int, kept: Sequence[int], layers: Sequence[int]
) -> Any:
    """A `transformers.BertModel` of some layers and some rows of the table of words."""
    from transformers import BertConfig, BertModel

    words = tensors["embeddings.word_embeddings.weight"][list(kept)]
    places = tensors["embeddings.position_embeddings.weight"]
    inner = tensors["encoder.layer.0.intermediate.dense.weight"].shape[0]
    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=words.shape[1],
        num_hidden_layers=len(layers),
        num_attention_heads=heads,
        intermediate_size=inner,
        max_position_embeddings=len(places),
        type_vocab_size=len(tensors["embeddings.token_type_embeddings.weight"]),
        pad_token_id=PAD,
        bos_token_id=BEGIN,
        eos_token_id=END,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    student: Any = BertModel(config, add_pooling_layer=False)
    # The backward pass of torch's fused attention takes twice as long on a CPU.
    student.set_attn_implementation("eager")
    given = {
        name: torch.from_numpy(np.array(tensor))
        for name, tensor in tensors.items()
        if not name.startswith("encoder.layer.")
    }
    given["embeddings.word_embeddings.weight"] = torch.from_numpy(np.array(words))
    for new, old in enumerate(layers):
        start = f"encoder.layer.{old}."
        for name, tensor in tensors.items():
            if name.startswith(start):
                name = f"encoder.layer.{new}.{name.removeprefix(start)}"
                given[name] = torch.from_numpy(np.array(tensor))
    student.load_state_dict(given)
    return student.eval()


def train_encoder(
    student: Any,
    teacher: Teacher,
    sampler: Sampler,
    prefix: Sequence[int],
    plan: EncoderPlan,
    seed: int,
) -> None:
    """Trains `student` in place.

    Args:
        prefix: ids that stand before every text.
    """
    torch.manual_seed(seed)
    student.embeddings.requires_grad_(False)
    for layer in student.encoder.layer[: plan.frozen]:
        layer.requires_grad_(False)
    learning = [weight for weight in student.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=plan.rate, betas=(0.9, 0.98), weight_decay=0.01)
    running = np.zeros(3)
    for step in range(plan.steps):
        set_rate(optimizer, plan.rate, step, plan.steps, plan.warming)
        losses = _losses(student, teacher, sampler, prefix, plan)
        weights = torch.tensor([1.0, plan.likeness, plan.states])
        optimizer.zero_grad()
        torch.autograd.backward((losses * weights).sum())
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        now = losses.detach().numpy()
        running = now if step == 0 else 0.9 * running + 0.1 * now
        if step % 10 == 0 or step == plan.steps - 1:
            said = "  ".join(f"{value:.4f}" for value in running)
            print(f"step {step:5d}  pairs, likeness, states {said}", flush=True)


def _losses(
    student: Any, teacher: Teacher, sampler: Sampler, prefix: Sequence[int], plan: EncoderPlan
) -> torch.Tensor:
    """The three losses of one batch."""
    batch = sampler.batch(plan.batch)
    texts = [*batch.queries, *batch.passages, *batch.negatives]
    rows = [[BEGIN, *prefix, *ids[: plan.longest], END] for ids in texts]
    lessons = [teacher(row) for row in rows]
    own, apart = _read(student, rows, [states for _, states in lessons])
    taught = torch.from_numpy(np.stack([vector for vector, _ in lessons]))
    count = len(batch.queries)
    wanted = torch.arange(count)
    # A passage that stands in the batch twice is no negative of its own question.
    numbers: dict[tuple[int, ...], int] = {}
    key = torch.tensor([numbers.setdefault(tuple(row), len(numbers)) for row in texts[count:]])
    same = key[:count, None] == key[None, :]
    same[wanted, wanted] = False
    scores, theirs = (
        (plan.scale * vectors[:count] @ vectors[count:].T).masked_fill(same, -1e4)
        for vectors in (own, taught)
    )
    likeness = functional.kl_div(
        functional.log_softmax(scores, dim=1),
        functional.softmax(theirs, dim=1),
        reduction="batchmean",
    )
    return torch.stack([functional.cross_entropy(scores, wanted), likeness, apart])


def _read(
    student: Any, rows: Sequence[Sequence[int]], wanted: Sequence[Vectors]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Unit vectors of `rows`, and how far their tokens' states point from those `wanted`."""
    order = sorted(range(len(rows)), key=lambda n: len(rows[n]))
    vectors: list[torch.Tensor] = []
    apart: list[torch.Tensor] = []
    start = 0
    while start < len(order):
        longest = len(rows[order[min(start + 4, len(order) - 1)]])
        chosen = order[start : start + max(4, _TOKENS_AT_ONCE // longest)]
        start += len(chosen)
        ids = torch.full((len(chosen), len(rows[chosen[-1]])), PAD)
        target = torch.zeros(*ids.shape, wanted[0].shape[1])
        for line, n in enumerate(chosen):
            ids[line, : len(rows[n])] = torch.tensor(rows[n])
            target[line, : len(rows[n])] = torch.from_numpy(wanted[n])
        mask = (ids != PAD).float()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = student(input_ids=ids, attention_mask=mask.long()).last_hidden_state
        states = states.float()
        means = (states * mask[..., None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)
        vectors.append(functional.normalize(means, dim=1))
        apart.append((1 - functional.cosine_similarity(states, target, dim=2))[mask > 0])
    places = torch.tensor(order).argsort()
    return torch.cat(vectors)[places], torch.cat(apart).mean()


def centre(student: Any, rows: Sequence[Sequence[int]]) -> None:
    """Moves the vectors so that their mean over `rows` is nothing.

    A transformer's vectors lie in a narrow cone, so that strangers have a high cosine too. What
    all have in common is taken off the shift of the last normalisation, which the mean over the
    tokens passes on unchanged; no reader needs a further module.
    """
    total = torch.zeros(student.config.hidden_size)
    with torch.no_grad():
        for row in rows:
            total += student(input_ids=torch.tensor([list(row)])).last_hidden_state[0].mean(dim=0)
        student.encoder.layer[-1].output.LayerNorm.bias -= total / len(rows)
