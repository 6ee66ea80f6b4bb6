"""Vectors and their similarity, with numpy only.

A vector of zeros has no direction. It stays zero when it is normalised, and its cosine with any vector is 0. Functions
that take vectors refuse NaN and infinity; functions that take scores never rank NaN.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from semblance.arrays import Codes, FloatArray


def normalize(vectors: npt.ArrayLike) -> FloatArray:
    """Rows scaled to length 1.

    Parameters
    ----------
    vectors : array_like of float, shape (..., d)

    Returns
    -------
    ndarray of float32, shape (..., d)
        A row of zeros stays as it is.

    Raises
    ------
    ValueError
        If a row holds NaN or infinity.

    Examples
    --------
    >>> normalize([[3, 4], [0, 0]])
    array([[0.6, 0.8],
           [0. , 0. ]], dtype=float32)
    """
    array = np.asarray(vectors, dtype=np.float32)
    if not np.isfinite(array).all():
        rows = np.flatnonzero(~np.isfinite(array).all(axis=-1)).tolist()
        raise ValueError(f"cannot normalise: NaN or infinity in row(s) {rows[:10]} of shape {array.shape}")
    # Dividing by the largest component first keeps the squares from overflowing or vanishing.
    largest = np.abs(array).max(axis=-1, keepdims=True, initial=0)
    scaled = array / np.where(largest > 0, largest, 1)
    lengths = np.linalg.norm(scaled, axis=-1, keepdims=True)
    return np.asarray(scaled / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def cosine(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Cosine of the angle between two vectors, in [-1, 1].

    It measures the similarity of two directions. It is not a probability.

    Parameters
    ----------
    a, b : array_like of float, shape (d,)

    Examples
    --------
    >>> cosine([1, 0], [2, 0]), cosine([1, 0], [0, 5]), cosine([1, 0], [0, 0])
    (1.0, 0.0, 0.0)
    >>> cosine([1, 0], [1, 0, 0])
    Traceback (most recent call last):
    ValueError: cannot compare vectors of shapes (2,) and (3,): they need the same length
    """
    left, right = np.asarray(a), np.asarray(b)
    if left.ndim != 1 or left.shape != right.shape:
        raise ValueError(
            f"cannot compare vectors of shapes {left.shape} and {right.shape}: they need the same length"
        )
    return float(np.clip(normalize(left) @ normalize(right), -1, 1))


def cosine_matrix(a: npt.ArrayLike, b: npt.ArrayLike | None = None) -> FloatArray:
    """Cosine of every row of `a` with every row of `b`.

    Parameters
    ----------
    a : array_like of float, shape (n, d)
    b : array_like of float, shape (m, d), optional
        `a` itself if left out.

    Returns
    -------
    ndarray of float32, shape (n, m)

    Examples
    --------
    >>> cosine_matrix([[1, 0], [0, 2]], [[3, 0]])
    array([[1.],
           [0.]], dtype=float32)
    """
    left = normalize(a)
    right = left if b is None else normalize(b)
    if left.ndim != 2 or right.ndim != 2 or left.shape[1] != right.shape[1]:
        raise ValueError(f"cannot compare rows of {left.shape} and {right.shape}: want (n, d) and (m, d)")
    return np.asarray(np.clip(left @ right.T, -1, 1), dtype=np.float32)


def softmax(scores: npt.ArrayLike, scale: float) -> FloatArray:
    """Shares of several texts in each picture, as CLIP computes them: the softmax of scaled cosines.

    Parameters
    ----------
    scores : array_like of float, shape (n, k)
        Cosines of n pictures with k texts.
    scale : float
        The model's factor for cosines (Radford et al. 2021, "logit scale").

    Returns
    -------
    ndarray of float32, shape (n, k)
        Rows that sum to 1. They depend on the choice of texts, so they are no probabilities that a text is true.

    Examples
    --------
    >>> softmax([[0.3, 0.2]], scale=10).round(2)
    array([[0.73, 0.27]], dtype=float32)
    """
    logits = np.asarray(scores, dtype=np.float32) * np.float32(scale)
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True), dtype=np.float32)


def mean_vector(vectors: npt.ArrayLike) -> FloatArray:
    """Direction of the mean of unit rows: one vector for the passages of a long item.

    Parameters
    ----------
    vectors : array_like of float, shape (p, d), p at least 1

    Returns
    -------
    ndarray of float32, shape (d,)

    Examples
    --------
    >>> mean_vector([[1, 0], [0, 1]])
    array([0.70710677, 0.70710677], dtype=float32)
    """
    array = np.asarray(vectors, dtype=np.float32)
    if array.ndim != 2 or not len(array):
        raise ValueError(f"cannot take the mean vector of shape {array.shape}: want (p, d) with p at least 1")
    return normalize(array.mean(axis=0))


def top_k(scores: npt.ArrayLike, k: int) -> npt.NDArray[np.intp]:
    """Positions of the `k` highest scores, best first; exact.

    Equal scores keep their order: the lower position comes first, also at the edge of the list. NaN is no score and is
    never returned.

    Parameters
    ----------
    scores : array_like of float, shape (n,)
    k : int
        Most positions.

    Returns
    -------
    ndarray of intp, shape (at most k,)

    Examples
    --------
    >>> top_k([0.1, 0.9, float("nan"), 0.9, 0.5], 3)
    array([1, 3, 4])
    >>> top_k([0.5, 0.5, 0.5], 2)
    array([0, 1])
    """
    array = np.asarray(scores)
    if array.ndim != 1 or k < 0:
        raise ValueError(f"cannot take the top {k} of shape {array.shape}: want (n,) and k at least 0")
    positions = np.flatnonzero(~np.isnan(array))
    if k == 0:
        return positions[:0]
    if k < len(positions):
        # Partitioning finds the k-th score in O(n). Scores equal to it are then taken in their order.
        kth = np.partition(array[positions], len(positions) - k)[len(positions) - k]
        above = np.flatnonzero(array > kth)
        positions = np.concatenate([above, np.flatnonzero(array == kth)[: k - len(above)]])
    return positions[np.argsort(-array[positions], kind="stable")]


def quantize(vectors: npt.ArrayLike) -> Codes:
    """The directions of rows as int8: a quarter of the size of float32.

    Each row is scaled so that its largest component is 127, and rounded. Cosines with a row of 384 components change by
    0.0003 on average. Rounding a rounded row again does not change it.

    Parameters
    ----------
    vectors : array_like of float, shape (n, d)

    Returns
    -------
    ndarray of int8, shape (n, d)
        In [-127, 127].

    Raises
    ------
    ValueError
        If a row holds NaN or infinity.

    Examples
    --------
    >>> quantize([[1.0, -0.5]])
    array([[127, -64]], dtype=int8)
    """
    array = np.asarray(vectors, dtype=np.float32)
    if array.ndim != 2 or not np.isfinite(array).all():
        raise ValueError(f"cannot quantise shape {array.shape}: want finite numbers of shape (n, d)")
    largest = np.abs(array).max(axis=1, initial=0, keepdims=True)
    return np.rint(array / np.where(largest > 0, largest, 1) * np.float32(127)).astype(np.int8)


def dequantize(codes: Codes) -> FloatArray:
    """The unit rows, float32 of shape (n, d), that `codes` stand for; a row of zeros stays one.

    Examples
    --------
    >>> dequantize(quantize([[3, 4]])).round(2)
    array([[0.6, 0.8]], dtype=float32)
    """
    rows = codes.astype(np.float32)
    # The sum of squares is a whole number below 2 ** 24 up to 1,040 dimensions: exact in float32.
    lengths = np.sqrt(np.einsum("nd,nd->n", rows, rows))
    return np.asarray(rows / np.maximum(lengths, 1)[:, None], dtype=np.float32)
