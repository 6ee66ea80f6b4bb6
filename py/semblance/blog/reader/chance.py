"""Which cosines are chance on a site: those that its passages have with queries without a meaning.

They differ from model to model, language to language and site to site, so each index tells its own.
"""

from __future__ import annotations

import numpy as np

from semblance.arrays import FloatArray

QUERIES = 256
"""Groups of words, drawn by lot, that are looked for as a reader's words are."""

LEVEL = 0.05
"""The share of passages that may be as near to such a query: statistics' usual level.

It gives 0.17 to 0.22 in English, 0.04 to 0.10 in Chinese and French. Of the sections of a manual that are among the first
ten for their headings, 0.997 and more are nearer. On sites of four posts, what has nothing to do with them is not.
"""


def least_cosine(queries: FloatArray, passages: FloatArray) -> float:
    """The least cosine of a passage that is shown.

    Parameters
    ----------
    queries : ndarray of float32, shape (n, d)
        Unit vectors of groups of words without a meaning.
    passages : ndarray of float32, shape (m, d)
        Unit vectors.

    Examples
    --------
    >>> angles = np.linspace(0, np.pi, 101)
    >>> passages = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    >>> round(least_cosine(np.array([[1.0, 0.0]]), passages), 3), round(float(np.cos(0.05 * np.pi)), 3)
    (0.988, 0.988)
    >>> least_cosine(np.empty((0, 2)), passages)
    0.0
    """
    cosines = queries @ passages.T
    return max(0.0, float(np.quantile(cosines, 1 - LEVEL))) if cosines.size else 0.0
