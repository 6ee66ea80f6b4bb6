"""Vectors less what all vectors of a model share.

Some models put all texts into a narrow cone: those of E5 have cosines of 0.7 and more with each other. What they share says
nothing about a text, but drowns what does, in few bits and in the sum of tokens.
"""

from __future__ import annotations

import numpy as np

from semblance.arrays import FloatArray
from semblance.ranking.vectors import normalize

SAMPLES = 64
"""Groups of words whose mean tells what is shared."""

NARROW = 0.5
"""The length of that mean from which a cone is narrow: multilingual-e5-small has 0.93, all-MiniLM-L6-v2 far less."""

WEIGHT = 20
"""For how many of a site's own vectors the mean of the samples counts: of a site of one post, its own mean is the post."""


def shared_by(samples: FloatArray) -> FloatArray:
    """What vectors of unrelated texts share: their mean, shape (d,), or zeros if there is little.

    Examples
    --------
    >>> bool(shared_by(np.eye(9, dtype=np.float32)).any())
    False
    >>> shared_by(np.array([[1.0, 0.0], [0.5, 0.5]], np.float32)).tolist()
    [0.75, 0.25]
    """
    mean = samples.mean(axis=0, dtype=np.float32) if len(samples) else np.zeros(samples.shape[1], np.float32)
    return mean if np.linalg.norm(mean) >= NARROW else np.zeros_like(mean)


def common_part(own: FloatArray, shared: FloatArray) -> FloatArray:
    """What a site's own vectors share, shape (d,); zeros if the model's cone is wide."""
    if not shared.any():
        return shared
    return np.asarray((own.sum(axis=0) + WEIGHT * shared) / (len(own) + WEIGHT), dtype=np.float32)


def centred(vectors: FloatArray, common: FloatArray) -> FloatArray:
    """Unit vectors less their common part, of length 1 again."""
    return normalize(vectors - common) if common.any() else vectors
