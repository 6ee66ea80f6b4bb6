"""Items compared less what all of them have in common.

Some models put all texts close together: nearly all cosines of multilingual-e5-small lie between 0.7 and 1. Most of
each vector is then the same for all items of a collection, and hides what tells them apart. Taking off the mean of all
vectors before they are compared is known from word vectors (Mu and Viswanath 2018, "All-but-the-Top", which takes off
more) and from data that are centred before their principal components are looked for. What is left is mapped by a metric,
a matrix that comes with the model and brings out what texts are about: see models/multilingual-e5-small/README.md.
docs/models.md has the figures.

A cosine is then about 0 for items that are as alike as any two of the collection are on average.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.pace import Pacer
from semblance.ranking.distribution import CLOSE
from semblance.ranking.index import Index
from semblance.ranking.vectors import normalize

_SHARE = 0.95  # of the mean is taken off. What little is left decides where all items are the same
_FEWEST = 10  # of fewer items nobody can tell what they have in common by the model, and what by their topic
_SHORTEST = 1e-9  # an item that awaits its vector has the length 0
_SAMPLE = 1_000  # items whose mean stands for that of all
_AT_ONCE = 250  # a few milliseconds of work in a browser


async def no_metric() -> None:
    """Stands for the metric of a model that has none."""


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
    metric : ndarray of float32, shape (d, k), optional
        What the rest is multiplied by, if anything is taken off.
    """

    of_texts: FloatArray
    of_pictures: FloatArray
    metric: FloatArray | None = None

    @classmethod
    async def of(
        cls, index: Index, load_metric: Callable[[], Awaitable[FloatArray | None]] = no_metric
    ) -> Contrast:
        """The contrast of an index as it is now, from an even sample of it. The metric is loaded if it is needed."""
        rows, pacer = index.embedded_rows, Pacer()
        rows = rows[:: max(1, len(rows) // _SAMPLE)]
        are_pictures = index.are_pictures[rows]
        of_texts = await _common(rows[~are_pictures], index.means, pacer)
        of_pictures = await _common(rows[are_pictures], index.means, pacer)
        contrast = cls(*np.broadcast_arrays(of_texts, of_pictures))  # there may be none of a kind yet
        metric = await load_metric() if contrast.is_any else None
        if metric is None:
            return contrast
        await index.measure(metric)
        return replace(contrast, metric=metric)

    @property
    def is_any(self) -> bool:
        """Whether anything is taken off."""
        return bool(self.of_texts.any() or self.of_pictures.any())

    def vectors(self, index: Index, rows: npt.NDArray[np.intp]) -> FloatArray:
        """The items at some rows as they are compared: unit vectors, shape (m, d) or (m, k)."""
        means = index.means(rows)
        if not self.is_any:
            return means
        of_pictures = index.are_pictures[rows, None]
        return mapped(means - np.where(of_pictures, self.of_pictures, self.of_texts), self.metric)

    def alike(self, index: Index, row: int) -> FloatArray:
        """The cosine of each item with the one at a row, shape (n,).

        With x an item, m what is taken off it, M the metric and q the mapped query, that is ``(x - m) @ M @ q`` by the
        length of ``(x - m) @ M``. Both follow from products of x with vectors, and from the length of ``x @ M``, which
        `Index` keeps. So no vector is computed anew for any item.
        """
        (query,) = self.vectors(index, np.array([row]))
        direction = query if self.metric is None else self.metric @ query
        scores, are_pictures = _products(index, direction), index.are_pictures
        for taken_off, own in ((self.of_texts, ~are_pictures), (self.of_pictures, are_pictures)):
            if own.any() and (taken_off.any() or self.metric is not None):
                scores[own] = ((scores - taken_off @ direction) / self._lengths(index, taken_off))[own]
        return np.clip(scores, -1, 1)

    def _lengths(self, index: Index, taken_off: FloatArray) -> FloatArray:
        """The length of each item, mapped, that something is taken off; shape (n,)."""
        if self.metric is None:
            whole, folded = np.ones(len(index), np.float32), taken_off
        else:
            whole, folded = index.squares(self.metric), self.metric @ (taken_off @ self.metric)
        squares = whole - 2 * _products(index, folded) + taken_off @ folded
        least = np.maximum(whole, _SHORTEST) * ((1 - _SHARE) ** 2 / 2)  # rounding must not make them 0
        return np.asarray(np.sqrt(np.maximum(squares, least)), dtype=np.float32)


AS_THEY_ARE = Contrast(np.zeros(1, np.float32), np.zeros(1, np.float32))
"""Nothing is taken off."""


def mapped(vectors: FloatArray, metric: FloatArray | None) -> FloatArray:
    """Unit vectors, mapped by a metric of shape (d, k) if there is one; shape (n, d) or (n, k).

    Examples
    --------
    >>> mapped(np.array([[3, 4]], np.float32), None), mapped(np.array([[3, 4]], np.float32), np.eye(2)[:, :1])
    (array([[0.6, 0.8]], dtype=float32), array([[1.]], dtype=float32))
    """
    return normalize(vectors if metric is None else vectors @ metric)


def _products(index: Index, vector: FloatArray) -> FloatArray:
    """The product of each item with a vector of any length; shape (n,)."""
    length = max(float(np.linalg.norm(vector)), _SHORTEST)
    return index.alike(np.asarray(vector / length, dtype=np.float32)) * np.float32(length)


async def _common(
    rows: npt.NDArray[np.intp], means: Callable[[npt.NDArray[np.intp]], FloatArray], pacer: Pacer
) -> FloatArray:
    total = np.zeros(means(rows[:1]).shape[1:] if len(rows) else 1)
    for start in range(0, len(rows), _AT_ONCE):
        total += means(rows[start : start + _AT_ONCE]).sum(axis=0, dtype=np.float64)
        await pacer.breathe()
    return common(total, len(rows))
