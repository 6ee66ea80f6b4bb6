"""The passages of a site that answer a query best."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from semblance.arrays import Codes, FloatArray
from semblance.ranking.cosines import cosines
from semblance.ranking.vectors import top_k


def best_passages(
    codes: Codes,
    posts: npt.NDArray[np.int32],
    query: FloatArray,
    number: int,
    threshold: float = -1,
    share: float = 0,
) -> tuple[npt.NDArray[np.intp], FloatArray]:
    """The best passage of each of the best posts.

    Parameters
    ----------
    codes : ndarray of int8, shape (n, d)
        Passages, as `semblance.ranking.vectors.quantize` rounds them.
    posts : ndarray of int32, shape (n,)
        The post of each passage.
    query : ndarray of float32, shape (d,)
        A unit vector.
    number : int
        Most posts.
    threshold : float
        Least cosine.
    share : float
        Least cosine as a share of the best one, if that is above zero.

    Returns
    -------
    rows : ndarray of intp, shape (at most number,)
        Best first, one for each post.
    scores : ndarray of float32, of the same shape
        Cosines, in [-1, 1].

    Examples
    --------
    >>> codes = np.array([[127, 0], [127, 40], [0, 127]], dtype=np.int8)
    >>> rows, scores = best_passages(codes, np.array([0, 0, 1], np.int32), np.array([1, 0], np.float32), 2)
    >>> rows, scores.round(2)
    (array([0, 2]), array([1., 0.], dtype=float32))
    """
    scores = cosines(codes, query)
    threshold = max(threshold, share * scores.max(initial=-1))
    ranked = top_k(scores, int((scores >= threshold).sum()))
    _, first = np.unique(posts[ranked], return_index=True)
    rows = ranked[np.sort(first)[:number]]
    return rows, scores[rows]
