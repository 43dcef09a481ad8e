"""The learning rate over a course: up in a line, down by half a cosine."""

from __future__ import annotations

import math

from torch.optim import Optimizer


def set_rate(
    optimizer: Optimizer, peak: float, step: int, steps: int, warming: int, least: float = 0.0
) -> None:
    """Set the rate of a step.

    Args:
        warming: steps until the peak.
        least: share of the peak below which it does not fall.
    """
    warm = min(1.0, (step + 1) / warming)
    falling = 0.5 * (1 + math.cos(math.pi * step / steps))
    for group in optimizer.param_groups:
        group["lr"] = peak * warm * max(least, falling)
