"""Cosines of rounded rows with a query: the loop that takes the time of ranking many items.

numpy computes them everywhere. Where a faster kernel is available, `use` installs it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from semblance.arrays import Codes, FloatArray

Kernel = Callable[[Codes, FloatArray, FloatArray], None]
"""Fills the last argument, (n,) with n at least 1, for codes of (n, d) and a query of (d,), all contiguous."""

_BLOCK = 1000  # rows that are converted to float64 at once


def cosines(codes: Codes, query: FloatArray) -> FloatArray:
    """Cosine of each row with a query, in float32 or better. Equal rows get equal cosines.

    Parameters
    ----------
    codes : ndarray of int8, shape (n, d)
    query : ndarray of float32, shape (d,)
        A unit vector.

    Returns
    -------
    ndarray of float32, shape (n,)
        In [-1, 1]; 0 for a row of zeros.

    Examples
    --------
    >>> codes = np.array([[127, 0], [127, 127], [0, 0]], dtype=np.int8)
    >>> cosines(codes, np.array([1, 0], dtype=np.float32)).round(3)
    array([1.   , 0.707, 0.   ], dtype=float32)
    """
    if codes.shape[1:] != query.shape:
        raise ValueError(f"cannot compare rows of {codes.shape} with a query of {query.shape}")
    scores = np.empty(len(codes), dtype=np.float32)
    if len(codes):
        _kernel(np.ascontiguousarray(codes), np.ascontiguousarray(query, dtype=np.float32), scores)
    return scores


def with_numpy(codes: Codes, query: FloatArray, scores: FloatArray) -> None:
    """The `Kernel` that runs anywhere."""
    # In float64, once rounded to float32, a row's sum does not depend on the rows beside it.
    wide = query.astype(np.float64)
    for start in range(0, len(codes), _BLOCK):
        rows = codes[start : start + _BLOCK].astype(np.float64)
        lengths = np.maximum(np.sqrt(np.einsum("nd,nd->n", rows, rows)), 1)
        scores[start : start + _BLOCK] = np.clip(rows @ wide / lengths, -1, 1)


_kernel: Kernel = with_numpy


def use(kernel: Kernel) -> None:
    """Compute with this kernel from now on, in the whole program."""
    global _kernel
    _kernel = kernel
