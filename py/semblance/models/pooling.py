"""Pooling: from the vectors of a text's tokens to one vector, as sentence-transformers does it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from semblance.arrays import AnyArray, FloatArray


def mean(tokens: AnyArray, mask: AnyArray) -> FloatArray:
    """Mean over the tokens that count.

    Parameters
    ----------
    tokens : ndarray of float, shape (b, t, d)
    mask : ndarray of int, shape (b, t)
        1 where a token counts, 0 where it does not.

    Returns
    -------
    ndarray of float32, shape (b, d)
        Zeros where no token counts.

    Examples
    --------
    >>> mean(np.array([[[1, 2], [3, 4], [9, 9]]]), np.array([[1, 1, 0]]))
    array([[2., 3.]], dtype=float32)
    """
    weights = mask.astype(np.float32)
    total = np.einsum("btd,bt->bd", tokens.astype(np.float32), weights)
    return np.asarray(total / np.maximum(weights.sum(axis=1, keepdims=True), 1), np.float32)


def cls(tokens: AnyArray, mask: AnyArray) -> FloatArray:
    """The first token that counts; parameters and result as for `mean`.

    Examples
    --------
    >>> cls(np.array([[[9, 9], [1, 2], [3, 4]]]), np.array([[0, 1, 1]]))
    array([[1., 2.]], dtype=float32)
    """
    return _pick(tokens, mask.argmax(axis=1))


def last_token(tokens: AnyArray, mask: AnyArray) -> FloatArray:
    """The last token that counts; parameters and result as for `mean`.

    Examples
    --------
    >>> last_token(np.array([[[1, 2], [3, 4], [9, 9]]]), np.array([[1, 1, 0]]))
    array([[3., 4.]], dtype=float32)
    """
    return _pick(tokens, mask.shape[1] - 1 - mask[:, ::-1].argmax(axis=1))


def _pick(tokens: AnyArray, places: AnyArray) -> FloatArray:
    return np.asarray(tokens[np.arange(len(tokens)), places], np.float32)


POOLINGS: dict[str, Callable[[AnyArray, AnyArray], FloatArray]] = {
    "mean": mean,
    "cls": cls,
    "lasttoken": last_token,
}
"""The ways of pooling by their names in ``1_Pooling/config.json``."""
