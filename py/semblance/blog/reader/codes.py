"""Vectors in few bits: rows of the table at 4 bits a number, passages at 1 bit, in groups of which few are read.

A passage is coded as its difference from the centre of its group: a sign for each number, and one length. The estimate of
a product with a query is that of RaBitQ (Gao and Long 2024), without its rotation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.ranking.vectors import normalize

PASSAGES_A_GROUP = 32
MOST_GROUPS = 512
_ROUNDS = 12  # of k-means; later ones move few passages
_SHARES = np.linspace(0.5, 1.0, 11)  # of the greatest number, as the end of the scale
_LEVELS = 16

Nibbles = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Vectors at 4 bits a number: ``(level - 7.5) * scale``.

    Parameters
    ----------
    levels : ndarray of uint8, shape (n, d)
        From 0 to 15.
    scales : ndarray of float32, shape (n,)
    """

    levels: Nibbles
    scales: FloatArray

    @property
    def vectors(self) -> FloatArray:
        """The vectors that the levels stand for."""
        return (self.levels.astype(np.float32) - np.float32(7.5)) * self.scales[:, np.newaxis]

    def packed(self) -> npt.NDArray[np.uint8]:
        """Two numbers a byte, the first in the low half, shape (n, d / 2)."""
        return self.levels[:, ::2] | np.left_shift(self.levels[:, 1::2], 4, dtype=np.uint8)


def rounded(vectors: FloatArray) -> Rows:
    """Vectors at 4 bits a number, each with the scale that loses least.

    Examples
    --------
    >>> rows = rounded(np.array([[15.0, -15.0, 1.0, 3.0]], dtype=np.float32))
    >>> rows.vectors.tolist()
    [[15.0, -15.0, 1.0, 3.0]]
    """
    greatest = np.maximum(np.abs(vectors).max(axis=1), 1e-9)
    best = np.zeros(len(vectors), np.float32)
    least = np.full(len(vectors), np.inf)
    for share in _SHARES:
        scales = (greatest * share / 7.5).astype(np.float32)
        error = np.square(_levelled(vectors, scales).vectors - vectors).sum(axis=1)
        best = np.where(error < least, scales, best).astype(np.float32)
        least = np.minimum(least, error)
    return _levelled(vectors, best)


def _levelled(vectors: FloatArray, scales: FloatArray) -> Rows:
    levels = np.clip(np.rint(vectors / scales[:, np.newaxis] + 7.5), 0, _LEVELS - 1)
    return Rows(levels.astype(np.uint8), scales)


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Passages near one centre.

    Parameters
    ----------
    passages : ndarray of int, shape (m,)
        Numbers of the passages, in order.
    signs : ndarray of uint8, shape (m, d / 8)
        A bit for each number of a passage's difference from the centre, 1 if it is positive; the first in the lowest bit.
    lengths : ndarray of float32, shape (m,)
        What the signs, as 1 and -1, are multiplied with.
    """

    passages: Numbers
    signs: npt.NDArray[np.uint8]
    lengths: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """All passages in groups, and the centres of these."""

    centres: Rows
    groups: list[Group]


def grouped(vectors: FloatArray) -> Grouped:
    """Put passages into groups and code them; the same vectors always give the same groups.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, d)
        Unit rows; d is a multiple of 8.
    """
    number = min(MOST_GROUPS, max(1, len(vectors) // PASSAGES_A_GROUP))
    centres, nearest = _k_means(vectors, number)
    rows = rounded(centres)
    decoded = rows.vectors
    groups = [
        _group(np.flatnonzero(nearest == centre), vectors, decoded[centre]) for centre in range(len(centres))
    ]
    return Grouped(rows, groups)


def _k_means(vectors: FloatArray, number: int) -> tuple[FloatArray, Numbers]:
    """Centres and the nearest centre of each vector (Lloyd 1982). No group is empty."""
    random = np.random.default_rng(0)
    centres = vectors[np.sort(random.choice(len(vectors), number, replace=False))]
    nearest = np.zeros(len(vectors), np.intp)
    for _ in range(_ROUNDS):
        nearest = np.argmax(vectors @ centres.T, axis=1)
        kept = np.unique(nearest)
        nearest = np.searchsorted(kept, nearest)
        sums = np.zeros((len(kept), vectors.shape[1]), np.float32)
        np.add.at(sums, nearest, vectors)
        centres = normalize(sums)
    sizes = np.bincount(nearest)
    return np.asarray(sums / sizes[:, np.newaxis], dtype=np.float32), nearest


def _group(passages: Numbers, vectors: FloatArray, centre: FloatArray) -> Group:
    differences = vectors[passages] - centre
    signs = np.packbits(differences > 0, axis=1, bitorder="little")
    sizes = np.maximum(np.abs(differences).sum(axis=1), 1e-9)
    return Group(passages, signs, np.asarray(np.square(differences).sum(axis=1) / sizes, dtype=np.float32))


def estimates(group: Group, centre: FloatArray, query: FloatArray) -> FloatArray:
    """About the products of a group's passages with a query, shape (m,), as the reader's script estimates them."""
    signs = np.unpackbits(group.signs, axis=1, bitorder="little").astype(np.float32) * 2 - 1
    return np.asarray(centre @ query + group.lengths * (signs @ query), dtype=np.float32)
