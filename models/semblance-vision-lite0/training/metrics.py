"""How good the vectors are, in the terms of the model card. All vectors are unit rows, float32."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]


def retrieval(images: FloatArray, captions: FloatArray) -> dict[str, float]:
    """Text to image: how often a caption's own photo is the first, or among the first 5 or 10.

    Parameters
    ----------
    images : ndarray, shape (n, d)
    captions : ndarray, shape (n, k, d)
        Each of the n * k captions is a query of its own.

    Examples
    --------
    >>> retrieval(np.eye(2, dtype=np.float32), np.eye(2, dtype=np.float32)[:, None])
    {'R@1': 1.0, 'R@5': 1.0, 'R@10': 1.0}
    """
    scores = np.einsum("nkd,md->nkm", captions, images)
    own = np.einsum("nkd,nd->nk", captions, images)
    better = (scores > own[..., None] + 1e-6).sum(axis=2)
    return {f"R@{top}": round(float((better < top).mean()), 4) for top in (1, 5, 10)}


def zero_shot(images: FloatArray, labels: Sequence[str], classes: dict[str, FloatArray]) -> float:
    """How often the nearest of all class vectors is that of the photo's own label."""
    names = list(classes)
    nearest = (images @ np.stack([classes[name] for name in names]).T).argmax(axis=1)
    return round(
        float(np.mean([names[index] == label for index, label in zip(nearest, labels, strict=True)])), 4
    )


def cosines(images: FloatArray, captions: FloatArray) -> dict[str, float]:
    """Mean cosines of what belongs together and of what does not: photo and caption, caption and caption."""
    first, second = captions[:, 0], captions[:, 1]
    others = ~np.eye(len(images), dtype=bool)
    pairs = {"photo and caption": first @ images.T, "caption and caption": first @ second.T}
    return {
        f"{name}, {kind}": round(float(value), 3)
        for name, scores in pairs.items()
        for kind, value in (("matching", scores.diagonal().mean()), ("random", scores[others].mean()))
    }


def agreement(first: FloatArray, second: FloatArray) -> dict[str, float]:
    """Cosine of the two vectors of each photo, mean and least."""
    cosine = (first * second).sum(axis=1)
    return {"mean": round(float(cosine.mean()), 5), "min": round(float(cosine.min()), 5)}
