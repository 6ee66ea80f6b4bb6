"""Vectors in few bits: rows of the table at 4 bits a number, passages at 1 bit, in groups of which few are read.

Groups grow with the index, and their number, too, but less: a query reads about as many groups of a million passages as of
a thousand. Where there are so many groups that their centres alone are much to load, groups that are near one another form
an area, and a query reads the centres of the nearest areas. A query then reads a small part of all passages. So that it
seldom misses one, each stands in two groups.

A passage is coded as its difference from the centre of its group: a sign for each number, and one length. The estimate of
a product with a query is that of RaBitQ (Gao and Long 2024), without its rotation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.ranking.vectors import normalize

FEWEST_A_GROUP = 36
"""Passages of a group in a small index."""
MOST_CENTRES = 512
"""So many centres of groups are in the catalogue."""
_ROUNDS = 12  # of k-means; later ones move few passages
_TAUGHT_BY = 64  # vectors a centre
_BLOCK = 8192  # vectors that are compared at once
_SHARES = np.linspace(0.5, 1.0, 11)  # of the greatest number, as the end of the scale
_LEVELS = 16
_STEPS_A_HALF = 16  # of a length

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

    def __len__(self) -> int:
        return len(self.scales)

    def __getitem__(self, rows: slice) -> Rows:
        return Rows(self.levels[rows], self.scales[rows])

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
    steps : ndarray of uint8, shape (m,)
        The signs, as 1 and -1, are multiplied with 2 to the power of -step / 16.
    """

    passages: Numbers
    signs: npt.NDArray[np.uint8]
    steps: npt.NDArray[np.uint8]

    @property
    def differences(self) -> FloatArray:
        """The differences from the centre that the bits stand for, shape (m, d)."""
        signs = np.unpackbits(self.signs, axis=1, bitorder="little").astype(np.float32) * 2 - 1
        return signs * np.exp2(self.steps.astype(np.float32) / -_STEPS_A_HALF)[:, np.newaxis]


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """All passages in groups, and the groups in areas where they are many.

    Parameters
    ----------
    centres : Rows
        Of the areas; of the groups where there are no areas.
    areas : list of Rows
        The centres of each area's groups, in the order of `groups`.
    groups : list of Group
    """

    centres: Rows
    areas: list[Rows]
    groups: list[Group]


def grouped(vectors: FloatArray) -> Grouped:
    """Put passages into groups and code them; the same vectors always give the same groups.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, d)
        Unit rows; d is a multiple of 8.
    """
    number = _number_of_groups(len(vectors))
    is_large = number > MOST_CENTRES
    members = _k_means(vectors, 2 * number if is_large else number)
    centres = _means(vectors, members)
    if not is_large:
        rows = rounded(centres)
        return Grouped(rows, [], _groups(members, vectors, rows))
    members = _twice(members, vectors, centres)
    areas = _k_means(normalize(centres), round(len(members) ** 0.5))
    rows_of = [rounded(centres[area]) for area in areas]
    groups = [
        _groups([members[group] for group in area], vectors, rows)
        for area, rows in zip(areas, rows_of, strict=True)
    ]
    return Grouped(rounded(_means(centres, areas)), rows_of, list(chain.from_iterable(groups)))


def _number_of_groups(passages: int) -> int:
    """Ten times the cube root, or fewer, so that a group has some passages.

    Examples
    --------
    >>> [_number_of_groups(number) for number in (12, 3_600, 1_000_000)]
    [1, 100, 1000]
    """
    return max(1, min(passages // FEWEST_A_GROUP, round(10 * math.cbrt(passages))))


def _k_means(vectors: FloatArray, number: int) -> list[Numbers]:
    """The members of so many groups (Lloyd 1982), or of fewer: none is empty. Some of many vectors teach the centres."""
    random = np.random.default_rng(0)
    number = min(number, len(vectors))
    some = vectors
    if len(vectors) > _TAUGHT_BY * number:
        some = vectors[np.sort(random.choice(len(vectors), _TAUGHT_BY * number, replace=False))]
    centres = some[np.sort(random.choice(len(some), number, replace=False))]
    for _ in range(_ROUNDS - 1):
        centres = normalize(_means(some, _nearest(some, centres)))
    return _nearest(vectors, centres)


def _nearest(vectors: FloatArray, centres: FloatArray) -> list[Numbers]:
    """The vectors that are nearest to each centre, in their order, for each centre that has some."""
    blocks = [
        np.argmax(vectors[at : at + _BLOCK] @ centres.T, axis=1) for at in range(0, len(vectors), _BLOCK)
    ]
    nearest = np.concatenate(blocks)
    order = np.argsort(nearest, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(nearest[order])) + 1)


def _twice(members: Sequence[Numbers], vectors: FloatArray, centres: FloatArray) -> list[Numbers]:
    """The members of groups if each vector stands in a second one, too (SOAR, Sun and others 2023).

    That is a near one whose centre lies on another side: a query that is far from the first centre is often near it.
    """
    first, second = np.empty(len(vectors), np.intp), np.empty(len(vectors), np.intp)
    for group, own in enumerate(members):
        first[own] = group
    squares = np.square(centres).sum(axis=1)
    for at in range(0, len(vectors), _BLOCK):
        block, groups = vectors[at : at + _BLOCK], first[at : at + _BLOCK]
        differences = block - centres[groups]
        sides = differences / np.maximum(np.linalg.norm(differences, axis=1, keepdims=True), 1e-9)
        along = (block * sides).sum(axis=1, keepdims=True) - sides @ centres.T
        costs = squares - 2 * (block @ centres.T) + np.square(along)
        costs[np.arange(len(block)), groups] = np.inf
        second[at : at + _BLOCK] = costs.argmin(axis=1)
    return [np.union1d(own, np.flatnonzero(second == group)) for group, own in enumerate(members)]


def _means(vectors: FloatArray, members: Sequence[Numbers]) -> FloatArray:
    return np.stack([vectors[own].mean(axis=0) for own in members])


def _groups(members: Sequence[Numbers], vectors: FloatArray, centres: Rows) -> list[Group]:
    return [_group(own, vectors, centre) for own, centre in zip(members, centres.vectors, strict=True)]


def _group(passages: Numbers, vectors: FloatArray, centre: FloatArray) -> Group:
    differences = vectors[passages] - centre
    signs = np.packbits(differences > 0, axis=1, bitorder="little")
    lengths = np.square(differences).sum(axis=1) / np.maximum(np.abs(differences).sum(axis=1), 1e-9)
    steps = np.clip(np.rint(np.log2(np.maximum(lengths, 1e-9)) * -_STEPS_A_HALF), 0, 255)
    return Group(passages, signs, steps.astype(np.uint8))


def estimates(group: Group, centre: FloatArray, query: FloatArray) -> FloatArray:
    """About the products of a group's passages with a query, shape (m,), as the reader's script estimates them."""
    return np.asarray(centre @ query + group.differences @ query, dtype=np.float32)
