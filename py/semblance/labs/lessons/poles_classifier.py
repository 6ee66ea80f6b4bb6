"""Classify by average positions: a scale between two poles, and the nearest of several centroids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.ranking.vectors import normalize


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """A line from one pole's average position to another's.

    Parameters
    ----------
    axis : ndarray of float, shape (d,)
        The second pole's mean less the first one's.
    middle : ndarray of float, shape (d,)
        Half-way between them.
    """

    axis: FloatArray
    middle: FloatArray

    @classmethod
    def between(cls, first: FloatArray, second: FloatArray) -> Scale:
        """The scale between the means of examples, of shapes (n, d) and (m, d)."""
        low, high = first.mean(axis=0), second.mean(axis=0)
        return cls(high - low, (high + low) / 2)

    def scores(self, vectors: FloatArray) -> FloatArray:
        """Where vectors lie along it, shape (n,): -1 at the first pole's mean, 1 at the second's; not bounded.

        Examples
        --------
        >>> scale = Scale.between(np.array([[0.0, 1.0]]), np.array([[1.0, 0.0]]))
        >>> scale.scores(np.array([[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]]))
        array([-1.,  0.,  1.])
        """
        half = float(self.axis @ self.axis) / 2
        return np.asarray((vectors - self.middle) @ self.axis / (half or 1))


def centroids(vectors: FloatArray, labels: Sequence[int], count: int) -> FloatArray:
    """The direction of the mean of each label's vectors, shape (count, d); zeros for a label without any."""
    members = np.asarray(labels) == np.arange(count)[:, np.newaxis]
    return normalize(members.astype(vectors.dtype) @ vectors)


def leave_one_out(vectors: FloatArray, labels: Sequence[int], count: int) -> npt.NDArray[np.intp]:
    """The answer of a nearest-centroid classifier for each example, without having seen it.

    Parameters
    ----------
    vectors : ndarray of float, shape (n, d)
        Unit rows.
    labels : sequence of int, length n
        In [0, count). An example that is the only one of its label can't be classified correctly.
    count : int

    Returns
    -------
    ndarray of int, shape (n,)
    """
    given = np.asarray(labels)
    predicted = []
    for i in range(len(vectors)):
        others = np.arange(len(vectors)) != i
        predicted.append(
            int((centroids(vectors[others], given[others].tolist(), count) @ vectors[i]).argmax())
        )
    return np.array(predicted, dtype=np.intp)


def confusion(labels: Sequence[int], predicted: npt.NDArray[np.intp], count: int) -> npt.NDArray[np.intp]:
    """How often each label (row) was classified as each label (column), shape (count, count)."""
    table = np.zeros((count, count), dtype=np.intp)
    np.add.at(table, (np.asarray(labels, dtype=np.intp), predicted), 1)
    return table
