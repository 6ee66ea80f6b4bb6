"""From many dimensions to two, and what that costs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray

MOST_MEASURED = 1000
"""Points whose neighbours are compared; on larger maps, a sample of so many stands for all."""


def pca(vectors: FloatArray, dims: int = 2) -> tuple[FloatArray, FloatArray]:
    """Principal components (Pearson 1901), from the points' singular values.

    Parameters
    ----------
    vectors : ndarray of float, shape (n, d)
    dims : int
        How many dimensions to keep.

    Returns
    -------
    places : ndarray of float, shape (n, dims)
        Zero where there are fewer directions than `dims`.
    explained : ndarray of float, shape (dims,)
        The share of the variance along each kept direction; they sum to 1 at most.

    Examples
    --------
    >>> places, explained = pca(np.array([[0, 0], [3, 4], [6, 8]]))
    >>> places[:, 0].round(1), explained.round(1)
    (array([-5.,  0.,  5.]), array([1., 0.]))
    """
    centred = vectors - vectors.mean(axis=0)
    squares, axes = _axes(centred)
    # An axis may point either way; that its largest component is positive makes maps the same everywhere.
    signs = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])
    places = np.zeros((len(vectors), dims), dtype=centred.dtype)
    explained = np.zeros(dims, dtype=centred.dtype)
    kept = min(dims, len(axes))
    places[:, :kept] = centred @ (axes.T * signs)[:, :kept]
    explained[:kept] = squares[:kept] / max(float(squares.sum()), 1e-12)
    return places, explained


def _axes(centred: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The squares of the singular values, and the directions, (k, d), in which the points differ most."""
    count, dims = centred.shape
    # The covariance has the same directions. With it, many points take no longer than a few hundred.
    if count > dims:
        squares, axes = np.linalg.eigh(centred.T @ centred)
        return np.maximum(squares[::-1], 0), axes.T[::-1]
    _, lengths, axes = np.linalg.svd(centred, full_matrices=False)
    return lengths**2, axes


def neighbours(vectors: FloatArray, k: int, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """The `k` nearest other points of some points, by straight distance; of unit vectors, the same as by cosine.

    Parameters
    ----------
    vectors : ndarray of float, shape (n, d)
    k : int
        Fewer than n.
    rows : ndarray of int, shape (m,)
        Whose neighbours.

    Returns
    -------
    ndarray of int, shape (m, k)
    """
    squares = np.einsum("nd,nd->n", vectors, vectors)
    distances = squares - 2 * vectors[rows] @ vectors.T
    distances[np.arange(len(rows)), rows] = np.inf
    return np.argpartition(distances, k - 1, axis=1)[:, :k]


def share_kept(vectors: FloatArray, places: FloatArray, k: int) -> float:
    """The share of each point's `k` nearest neighbours that are among its `k` nearest on the map, too.

    Parameters
    ----------
    vectors : ndarray of float, shape (n, d)
    places : ndarray of float, shape (n, 2)
    k : int
        Fewer than n.

    Returns
    -------
    float
        In [0, 1]; places by chance give about k / (n - 1).
    """
    count = len(vectors)
    rows = np.linspace(0, count - 1, min(count, MOST_MEASURED)).astype(np.intp)
    before, after = neighbours(vectors, k, rows), neighbours(places, k, rows)
    return float((after[:, :, np.newaxis] == before[:, np.newaxis, :]).any(axis=2).mean())
