"""Training: first the head on pooled features, then head and tail together on the trunk's feature maps."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from training.backbone import Conv
from training.loss import Criterion

Log = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast to train.

    Parameters
    ----------
    epochs : int
    batch : int
    head_rate, tail_rate : float
        Highest learning rates; they rise for a few steps and then fall along a cosine.
    decay : float
        Weight decay.
    average : float
        Of the moving average of the weights that is kept in the end: how much remains of it at each step.
    """

    epochs: int
    batch: int
    head_rate: float
    tail_rate: float = 0.0
    decay: float = 0.05
    average: float = 0.97


def fit(
    inputs: Sequence[np.ndarray],
    forward: Callable[[np.ndarray], Tensor],
    criterion: Criterion,
    groups: Sequence[tuple[list[nn.Parameter], float]],
    schedule: Schedule,
    log: Log,
) -> None:
    """Train, and leave the averaged weights in place.

    Parameters
    ----------
    inputs : sequence of ndarray
        Views of the same n photos, each (n, ...); a photo's view is drawn anew in each epoch.
    forward : callable
        From a batch of inputs to unit vectors.
    criterion : Criterion
    groups : sequence of (parameters, rate)
    schedule : Schedule
    log : callable
    """
    optimizer = torch.optim.AdamW(
        [{"params": parameters, "lr": rate} for parameters, rate in groups], weight_decay=schedule.decay
    )
    count = len(inputs[0])
    steps = schedule.epochs * (count // schedule.batch)
    rates = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps))
    trained = [parameter for parameters, _ in groups for parameter in parameters]
    average = [parameter.detach().clone() for parameter in trained]
    rng = np.random.default_rng(0)
    for step, rows in enumerate(_batches(count, schedule.batch, steps, rng), start=1):
        loss = criterion(forward(_draw(inputs, rows, rng)), rows)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        rates.step()
        kept = min(schedule.average, step / (step + 9))
        torch._foreach_lerp_(average, [parameter.detach() for parameter in trained], 1 - kept)
        if step % 10 == 0 or step == steps:
            log(f"step {step} of {steps}: loss {loss.item():.3f}")
    for parameter, value in zip(trained, average, strict=True):
        parameter.data.copy_(value)


def trainable(tail: nn.Module) -> list[nn.Parameter]:
    """All but the depthwise weights: they are few, and their gradients are slow to compute."""
    convs = [module for module in tail.modules() if isinstance(module, Conv)]
    for conv in convs:
        conv.weight.requires_grad_(conv.groups == 1)
    return [parameter for parameter in tail.parameters() if parameter.requires_grad]


def to_maps(stored: np.ndarray) -> Tensor:
    """Stored float16 (b, 14, 14, c) as float32 (b, c, 14, 14), channels last in memory."""
    return torch.from_numpy(stored.astype(np.float32)).permute(0, 3, 1, 2)


def pooled(tail: nn.Module, maps: np.ndarray, path: Path) -> np.ndarray:
    """Features (n, 1280) of all maps; kept in a file."""
    if not path.exists():
        device = next(tail.parameters()).device
        with torch.no_grad():
            parts = [
                tail(to_maps(maps[start : start + 64]).to(device)).mean((2, 3)).cpu().numpy()
                for start in range(0, len(maps), 64)
            ]
        np.save(path, np.concatenate(parts))
    return np.asarray(np.load(path))


def _rate(step: int, steps: int) -> float:
    return min(1.0, (step + 1) / 20) * (0.02 + 0.49 * (1 + math.cos(math.pi * step / steps)))


def _batches(count: int, size: int, steps: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    order = np.empty(0, np.int64)
    for _ in range(steps):
        if len(order) < size:
            order = rng.permutation(count)
        yield np.sort(order[:size])
        order = order[size:]


def _draw(inputs: Sequence[np.ndarray], rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    chosen = rng.integers(0, len(inputs), len(rows))
    batch = np.empty((len(rows), *inputs[0].shape[1:]), inputs[0].dtype)
    for index, view in enumerate(inputs):
        here = chosen == index
        batch[here] = view[rows[here]]
    return batch
