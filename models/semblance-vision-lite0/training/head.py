"""From the backbone's pooled features into the text model's space."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

FEATURES, HIDDEN, DIMS = 1280, 1024, 384


class Head(nn.Module):
    """Two layers: (b, 1280) -> unit vectors (b, 384)."""

    def __init__(self, dropout: float = 0.3) -> None:
        super().__init__()
        self.hidden = nn.Linear(FEATURES, HIDDEN)
        self.project = nn.Linear(HIDDEN, DIMS)
        self.drop_features, self.drop_hidden = nn.Dropout(dropout / 2), nn.Dropout(dropout)

    def forward(self, features: Tensor) -> Tensor:
        hidden = functional.gelu(self.hidden(self.drop_features(features)))
        return functional.normalize(self.project(self.drop_hidden(hidden)), dim=1)
