"""What the image vectors are trained for: to lie near the vectors of their own texts, and far from others'."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional


class Criterion(nn.Module):
    """Symmetric InfoNCE against frozen text vectors, and a pull towards the mean of a photo's own texts.

    Each step draws a few texts a photo. All of them are queries for their photo, and all are right answers for
    it. A text that says the same as one of another photo in the batch is neither right nor wrong for that photo.
    The pull makes cosines between photos and texts as high as those between texts can be, since the
    product ranks photos and documents in one list; without it InfoNCE only asks for differences. A third term
    keeps what the backbone knows of ImageNet's classes (see `training.knowledge`).

    Parameters
    ----------
    vectors : Tensor
        Unit vectors (m, d) of all texts.
    texts : sequence of sequence of int
        Rows of `vectors` that belong to each photo.
    classes : Tensor
        Unit vectors (c, d) of the names of ImageNet's classes.
    beliefs : Tensor
        Probabilities (n, c) of each class for each photo.
    drawn : int
        Texts a photo and step, k.
    scale : float
        What cosines are multiplied by at first; learnt, within 5 to 50.
    pull : float
        Weight of the pull.
    keep : float
        Weight of the beliefs.
    """

    def __init__(
        self,
        vectors: Tensor,
        texts: Sequence[Sequence[int]],
        classes: Tensor,
        beliefs: Tensor,
        *,
        drawn: int = 5,
        scale: float = 20.0,
        pull: float = 0.5,
        keep: float = 0.4,
    ) -> None:
        super().__init__()
        self.register_buffer("vectors", vectors)
        self.register_buffer("classes", classes)
        self.register_buffer("beliefs", beliefs)
        self.log_scale = nn.Parameter(torch.tensor(math.log(scale)))
        self._texts, self._drawn, self._pull, self._keep = texts, drawn, pull, keep
        self._rng = np.random.default_rng(1)

    @property
    def scale(self) -> Tensor:
        """The factor before the softmax."""
        return self.log_scale.exp().clamp(5, 50)

    def forward(self, images: Tensor, rows: np.ndarray) -> Tensor:
        """Loss of a batch: unit vectors (b, d) of the photos numbered `rows`."""
        count, drawn = len(rows), self._drawn
        texts = self.vectors[torch.from_numpy(np.stack([self._draw(row) for row in rows])).to(images.device)]
        flat = texts.flatten(0, 1)
        own = torch.arange(count, device=images.device).repeat_interleave(drawn)
        logits = (self.scale * flat @ images.T).masked_fill(_alike(flat, own, count), -1e4)
        to_image = functional.cross_entropy(logits, own)
        to_text = -logits.T.log_softmax(1)[own, torch.arange(count * drawn, device=images.device)].mean()
        middle = functional.normalize(texts.mean(1), dim=1)
        away = (1 - (images * middle).sum(1)).mean()
        seen = (self.scale * images @ self.classes.T).log_softmax(1)
        forgotten = functional.kl_div(
            seen, self.beliefs[torch.from_numpy(rows).to(images.device)], reduction="batchmean"
        )
        return (to_image + to_text) / 2 + self._pull * away + self._keep * forgotten

    def _draw(self, row: int) -> np.ndarray:
        own = self._texts[row]
        return self._rng.choice(own, self._drawn, replace=len(own) < self._drawn)


def _alike(flat: Tensor, own: Tensor, count: int) -> Tensor:
    """Which texts (b k, b) say the same as one of a photo that is not their own."""
    same = (flat @ flat.T > 0.95).view(len(flat), count, -1).any(2)
    return same.scatter(1, own[:, None], False)
