"""Pairs of items that are nearly the same. Every item is compared with every other, in blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray

NEARLY_THE_SAME = 0.95
"""The cosine from which on two items count as near-duplicates, unless somebody says otherwise."""

_WORK = 8_000_000  # multiplications of a block: some 10 ms in a browser


class Pairs(NamedTuple):
    """Pairs of items: their cosines, and the rows of both, the first one first. Each of shape (pairs,)."""

    scores: FloatArray
    left: npt.NDArray[np.intp]
    right: npt.NDArray[np.intp]


NO_PAIRS = Pairs(np.empty(0, np.float32), np.empty(0, np.intp), np.empty(0, np.intp))


def pairs_above(vectors: FloatArray, least: float) -> Iterator[Pairs]:
    """The pairs of unit vectors, shape (n, d), whose cosine is at least so high; those of some rows at a time, in no order.

    Examples
    --------
    >>> vectors = np.array([[1, 0], [0, 1], [0.8, 0.6], [1, 0]], dtype=np.float32)
    >>> [(pairs.left.tolist(), pairs.right.tolist()) for pairs in pairs_above(vectors, 0.7)]
    [([0, 0, 2], [2, 3, 3])]
    """
    start = 0
    while start < len(vectors):
        rest = vectors[start:]
        block = vectors[start : start + max(1, _WORK // rest.size)]
        scores = np.clip(block @ rest.T, -1, 1)
        rows, columns = np.nonzero(np.triu(scores >= least, k=1))
        yield Pairs(scores[rows, columns], rows + start, columns + start)
        start += len(block)


def most_alike(parts: Iterable[Pairs], most: int | None = None) -> Pairs:
    """All pairs of some parts, or so many, the most alike first; equal ones by their rows."""
    scores, left, right = (np.concatenate(columns) for columns in zip(NO_PAIRS, *parts, strict=True))
    order = np.lexsort((right, left, -scores))[:most]
    return Pairs(scores[order], left[order], right[order])
