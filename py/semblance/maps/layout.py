"""From vectors to places in the plane, in steps that let a page respond in between."""

from __future__ import annotations

from random import Random

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.pace import Pacer

_SAMPLE = 2_000  # items by which the principal axes are found
_ROUNDS = 12  # of the power iteration
_SPARE = 6  # directions beyond the two, with which it converges sooner
_PAIRS = 20_000  # cosines that are computed at once: some milliseconds in a browser
_NEAREST = 5  # items among which a new one is put
_STEEPNESS = 4  # power of the cosine, so that the nearest of them counts most


async def principal_places(vectors: FloatArray, pacer: Pacer) -> FloatArray:
    """Places along the two directions in which unit vectors differ most (PCA): a first map that is there at once.

    The axes are found by power iteration on a block of directions (Halko, Martinsson and Tropp 2011), of a sample where
    there are many items. The decomposition of all takes a browser too long.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, d)
    pacer : Pacer

    Returns
    -------
    ndarray of float32, shape (n, 2)
        Around the origin, at a mean square distance of 1. Zeros where all vectors are the same.

    Examples
    --------
    >>> import asyncio
    >>> square = np.array([[1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0]], dtype=np.float32)
    >>> places = asyncio.run(principal_places(square, Pacer()))
    >>> np.linalg.norm(places, axis=1).round(3)
    array([1., 1., 1., 1.], dtype=float32)
    """
    if not len(vectors):
        return np.empty((0, 2), np.float32)
    mean = vectors.mean(axis=0)
    sample = vectors[:: max(1, len(vectors) // _SAMPLE)] - mean
    await pacer.breathe()
    # Not by numpy's generators, which take a page a quarter of a second to import.
    random, directions = Random(0), 2 + _SPARE
    start = [[random.gauss(0, 1) for _ in range(directions)] for _ in range(vectors.shape[1])]
    axes, _ = np.linalg.qr(np.array(start, dtype=np.float32))
    for _ in range(_ROUNDS):
        axes, _ = np.linalg.qr(sample.T @ (sample @ axes))
        await pacer.breathe()
    small = sample @ axes
    _, turns = np.linalg.eigh(small.T @ small)
    axes = axes @ turns[:, ::-1][:, :2]
    if axes.shape[1] < 2:  # vectors of one dimension
        axes = np.pad(axes, ((0, 0), (0, 2 - axes.shape[1])))
    # An axis may point either way. That its largest component is positive makes maps the same everywhere.
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(2)])
    await pacer.breathe()
    places = centred(vectors @ axes - mean @ axes)
    await pacer.breathe()
    return places


def centred(places: FloatArray) -> FloatArray:
    """Places around the origin, at a mean square distance of 1 from it.

    Examples
    --------
    >>> centred(np.array([[1, 1], [3, 1]], dtype=np.float32))
    array([[-1.,  0.],
           [ 1.,  0.]], dtype=float32)
    """
    moved = places - places.mean(axis=0)
    return np.asarray(moved / max(float(np.sqrt((moved**2).sum(axis=1).mean())), 1e-9), dtype=np.float32)


def aligned(places: FloatArray, with_places: FloatArray, common: npt.NDArray[np.bool_]) -> FloatArray:
    """A map turned, mirrored and sized so that its items lie as near as can be to where they lay on another.

    This is the orthogonal Procrustes problem (Schönemann 1966).

    Parameters
    ----------
    places : ndarray of float, shape (n, 2)
    with_places : ndarray of float, shape (n, 2)
        Places on the other map.
    common : ndarray of bool, shape (n,)
        Which items the other map has. The rows of the rest are not looked at.

    Examples
    --------
    >>> before = centred(np.array([[0, 0], [4, 0], [0, 1]], dtype=np.float32))
    >>> turned = 7 * before @ np.array([[0, 1], [1, 0]], dtype=np.float32)
    >>> np.allclose(aligned(turned, before, np.array([True, True, True])), before, atol=1e-6)
    True
    """
    if np.count_nonzero(common) < 3:
        return centred(places)
    own, other = places[common], with_places[common]
    own_middle, middle = own.mean(axis=0), other.mean(axis=0)
    left, _, right = np.linalg.svd((own - own_middle).T @ (other - middle))
    turned = (places - own_middle) @ (left @ right)
    size = np.linalg.norm(other - middle) / max(float(np.linalg.norm(own - own_middle)), 1e-9)
    return np.asarray(size * turned + middle, dtype=np.float32)


async def places_among(
    vectors: FloatArray, placed: FloatArray, places: FloatArray, pacer: Pacer
) -> FloatArray:
    """Places for new items among those that have one, which stay where they are.

    A new item lies in the middle of the items that are most like it, nearest to the one most like it.

    Parameters
    ----------
    vectors : ndarray of float32, shape (m, d)
        Unit vectors of the new items.
    placed : ndarray of float32, shape (n, d)
        Those of the others.
    places : ndarray of float32, shape (n, 2)
    pacer : Pacer

    Returns
    -------
    ndarray of float32, shape (m, 2)

    Examples
    --------
    >>> import asyncio
    >>> placed = np.eye(2, dtype=np.float32)
    >>> new = np.array([[0.8, 0.6]], dtype=np.float32)
    >>> asyncio.run(places_among(new, placed, np.array([[0, 0], [10, 0]], dtype=np.float32), Pacer())).round(1)
    array([[2.4, 0. ]], dtype=float32)
    """
    nearest = min(_NEAREST, len(placed))
    together = max(1, _PAIRS // len(placed))
    parts = [np.empty((0, 2), np.float32)]
    for start in range(0, len(vectors), together):
        cosines = vectors[start : start + together] @ placed.T
        rows = np.argpartition(-cosines, nearest - 1, axis=1)[:, :nearest]
        weights = np.maximum(np.take_along_axis(cosines, rows, axis=1), 1e-3) ** _STEEPNESS
        weights /= weights.sum(axis=1, keepdims=True)
        parts.append(np.einsum("mk,mkd->md", weights, places[rows]))
        await pacer.breathe()
    return np.concatenate(parts).astype(np.float32)
