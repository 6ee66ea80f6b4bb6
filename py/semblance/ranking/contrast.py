"""Items compared less what all of them have in common.

Some models put all texts close together: nearly all cosines of multilingual-e5-small lie between 0.7 and 1. Most of
each vector is then the same for all items of a collection, and hides what tells them apart. Taking off the mean of all
vectors before they are compared is known from word vectors (Mu and Viswanath 2018, "All-but-the-Top", which takes off
more) and from data that are centred before their principal components are looked for. docs/models.md has the figures.

A cosine is then about 0 for items that are as alike as any two of the collection are on average.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.pace import Pacer
from semblance.ranking.distribution import CLOSE
from semblance.ranking.index import Index
from semblance.ranking.vectors import normalize

_SHARE = 0.95  # of the mean is taken off. What little is left decides where all items are the same
_FEWEST = 10  # of fewer items nobody can tell what they have in common by the model, and what by their topic
_SAMPLE = 1_000  # items whose mean stands for that of all
_AT_ONCE = 250  # a few milliseconds of work in a browser


def common(total: npt.NDArray[np.float64], number: int) -> FloatArray:
    """What is taken off the vectors of items before they are compared.

    Parameters
    ----------
    total : ndarray of float64, shape (d,)
        The sum of the items' unit vectors.
    number : int
        How many items these are.

    Returns
    -------
    ndarray of float32, shape (d,)
        Zeros, unless there are enough items and they lie close together.

    Examples
    --------
    >>> rows = normalize([[9, side, up] for side in (2, 1, 0, -1, -2) for up in (1, -1)])
    >>> (rows @ rows.T)[0, [1, 2, -1]].round(2)
    array([0.98, 0.99, 0.88], dtype=float32)
    >>> apart = normalize(rows - common(rows.sum(axis=0, dtype=np.float64), 10))
    >>> (apart @ apart.T)[0, [1, 2, -1]].round(2)
    array([ 0.61,  0.94, -0.95], dtype=float32)
    """
    # The square of the sum's length is the sum of the cosines of all pairs, and of each item with itself.
    are_close = number >= _FEWEST and (total @ total - number) / (number * (number - 1)) > CLOSE
    return np.asarray(total * (_SHARE / number if are_close else 0), dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Contrast:
    """How the items of an index are compared as wholes.

    Parameters
    ----------
    of_texts, of_pictures : ndarray of float32, shape (d,)
        What is taken off: texts have something in common, pictures something else.
    """

    of_texts: FloatArray
    of_pictures: FloatArray

    @classmethod
    async def of(cls, index: Index) -> Contrast:
        """The contrast of an index as it is now, from an even sample of it."""
        rows, pacer = index.embedded_rows, Pacer()
        rows = rows[:: max(1, len(rows) // _SAMPLE)]
        are_pictures = index.are_pictures[rows]
        return cls(
            await _common(rows[~are_pictures], index.means, pacer),
            await _common(rows[are_pictures], index.means, pacer),
        )

    @property
    def is_any(self) -> bool:
        """Whether anything is taken off."""
        return bool(self.of_texts.any() or self.of_pictures.any())

    def vectors(self, index: Index, rows: npt.NDArray[np.intp]) -> FloatArray:
        """The items at some rows as they are compared: unit vectors, shape (m, d)."""
        means = index.means(rows)
        if not self.is_any:
            return means
        of_pictures = index.are_pictures[rows, None]
        return normalize(means - np.where(of_pictures, self.of_pictures, self.of_texts))

    def alike(self, index: Index, row: int) -> FloatArray:
        """The cosine of each item with the one at a row, shape (n,)."""
        (query,) = self.vectors(index, np.array([row]))
        scores, are_pictures = index.alike(query), index.are_pictures
        for taken_off, own in ((self.of_texts, ~are_pictures), (self.of_pictures, are_pictures)):
            if taken_off.any():
                scores[own] = _less(taken_off, index, query, scores)[own]
        return scores


AS_THEY_ARE = Contrast(np.zeros(1, np.float32), np.zeros(1, np.float32))
"""Nothing is taken off."""


def _less(taken_off: FloatArray, index: Index, query: FloatArray, scores: FloatArray) -> FloatArray:
    """Cosines with a query of vectors that something is taken off, from the cosines before; shape (n,).

    ``(x - m) @ q = x @ q - m @ q``, and the square of the length of ``x - m`` is ``1 - 2 * x @ m + m @ m``. So no vector is
    computed anew for any item.
    """
    length = float(np.linalg.norm(taken_off))
    squares = 1 - 2 * length * index.alike(taken_off / length) + length**2
    lengths = np.sqrt(np.maximum(squares, (1 - _SHARE) ** 2 / 2))  # rounding must not make them 0
    return np.asarray(np.clip((scores - taken_off @ query) / lengths, -1, 1), dtype=np.float32)


async def _common(
    rows: npt.NDArray[np.intp], means: Callable[[npt.NDArray[np.intp]], FloatArray], pacer: Pacer
) -> FloatArray:
    total = np.zeros(means(rows[:1]).shape[1:] if len(rows) else 1)
    for start in range(0, len(rows), _AT_ONCE):
        total += means(rows[start : start + _AT_ONCE]).sum(axis=0, dtype=np.float64)
        await pacer.breathe()
    return common(total, len(rows))
