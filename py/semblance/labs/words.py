"""Vectors of single words: what word2vec showed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semblance.ports import Codes, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class WordVectors:
    """n English words, the commonest first.

    Parameters
    ----------
    words : list of str
    codes : ndarray of int8, shape (n, d)
        Each row over its `scales` is a unit vector.
    scales : ndarray of float32, shape (n,)
    """

    words: list[str]
    codes: Codes
    scales: npt.NDArray[np.float32]

    def vectors(self) -> FloatArray:
        """Unit rows, shape (n, d)."""
        return self.codes * self.scales[:, np.newaxis]
