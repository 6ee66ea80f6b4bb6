"""The query encoder that a site teaches: one vector a token, so that a reader's browser needs no model.

A query's vector is the sum of its tokens' rows. The rows are fitted so that the same sum, for each sentence of the site,
comes near the vector that the model gives the sentence. Where the site says nothing about a token, its row is the model's
vector of the token alone, and the rarer the token, the longer the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.ranking.vectors import normalize

STRENGTH = 0.6
"""How strongly rows are drawn to their priors: lambda of the ridge regression.

Chosen on sentences of a programming blog that the table was not fitted to: their cosine with the model's vectors is 0.80
on average for 0.3 to 1.0, and 0.33 for the prior alone.
"""

STEPS = 12
"""Of conjugate gradients."""

_AT_ONCE = 32_768  # rows of a table whose sums are taken at once: some 50 MB

Ids = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """Lists of rows of a table. Those of one length stand together, so that numpy sums them all at once.

    Parameters
    ----------
    number : int
        Of the lists, n.
    alike : list of (ndarray of int, shape (m,), ndarray of int, shape (m, l))
        The numbers of lists of one length, and the rows that they have.
    """

    number: int
    alike: list[tuple[Ids, Ids]]

    @classmethod
    def of(cls, lengths: Ids, rows: Ids) -> Lists:
        """Lists of these lengths, one after the other in `rows`; none is empty."""
        starts = np.cumsum(lengths) - lengths
        alike = []
        for length in np.unique(lengths):
            numbers = np.flatnonzero(lengths == length)
            for part in np.array_split(numbers, 1 + len(numbers) * length // _AT_ONCE):
                alike.append((part, rows[starts[part][:, np.newaxis] + np.arange(length)]))
        return cls(len(lengths), alike)

    def sums(self, table: FloatArray) -> FloatArray:
        """The sum of each list's rows, shape (n, d)."""
        sums = np.empty((self.number, table.shape[1]), np.float32)
        for numbers, rows in self.alike:
            sums[numbers] = table[rows].sum(axis=1)
        return sums


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Which tokens sentences have: a sparse matrix of n sentences and v tokens.

    Each number is a token's count divided by the square root of the number of tokens in its sentence.

    Parameters
    ----------
    tokens : Lists
        Of each sentence.
    sentences : Lists
        Of each token.
    weights : ndarray of float32, shape (n, 1)
    """

    tokens: Lists
    sentences: Lists
    weights: FloatArray

    @classmethod
    def of(cls, lengths: Ids, tokens: Ids) -> Counts:
        """The counts of sentences of these lengths, one after the other in `tokens`. None is empty; each token occurs."""
        holders = np.repeat(np.arange(len(lengths)), lengths)[np.argsort(tokens, kind="stable")]
        weights = (1 / np.sqrt(lengths)).astype(np.float32)[:, np.newaxis]
        return cls(Lists.of(lengths, tokens), Lists.of(np.bincount(tokens), holders), weights)

    def times(self, rows: FloatArray) -> FloatArray:
        """The product of the matrix with `rows`, shape (n, d)."""
        return self.tokens.sums(rows) * self.weights

    def transposed_times(self, rows: FloatArray) -> FloatArray:
        """The product of the transposed matrix with `rows`, shape (v, d)."""
        return self.sentences.sums(rows * self.weights)


def fit(sentences: Sequence[Ids], vectors: FloatArray, prior: FloatArray) -> FloatArray:
    r"""The table, by ridge regression: minimises :math:`||A W - Y||^2 + \lambda ||W - W_0||^2`.

    Conjugate gradients on the normal equations (Hestenes and Stiefel 1952), each column for itself, preconditioned by
    their diagonal.

    Parameters
    ----------
    sentences : sequence of ndarray of int, length n
        Token numbers of each sentence; none is empty.
    vectors : ndarray of float32, shape (n, d)
        The model's unit vectors of the sentences, Y.
    prior : ndarray of float32, shape (v, d)
        See `prior_rows`; W0 up to a factor, which is fitted, too.

    Returns
    -------
    ndarray of float32, shape (v, d)

    Examples
    --------
    >>> table = fit([np.array([0]), np.array([1])] * 50, np.tile(np.eye(2, dtype=np.float32), (50, 1)), np.ones((2, 2)))
    >>> table.round(1).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    used, numbers = np.unique(np.concatenate(sentences), return_inverse=True)
    counts = Counts.of(np.array([len(sentence) for sentence in sentences]), numbers)
    scale = np.float32(_best_scale(counts.times(prior[used]), vectors))
    table = np.asarray(prior * scale, dtype=np.float32)
    table[used] = _solve(counts, vectors, table[used])
    return table


def _best_scale(sums: FloatArray, vectors: FloatArray) -> float:
    """The factor of `sums` that brings them nearest to the vectors."""
    return float((sums * vectors).sum()) / max(float((sums * sums).sum()), 1e-9)


def _solve(counts: Counts, vectors: FloatArray, start: FloatArray) -> FloatArray:
    """The table: the change of `start` that the normal equations ask for."""
    strength = np.float32(STRENGTH)
    diagonal = counts.sentences.sums(counts.weights**2) + strength
    residual = counts.transposed_times(vectors - counts.times(start))
    change = np.zeros_like(start)
    scaled = residual / diagonal
    direction = scaled.copy()
    product = (residual * scaled).sum(axis=0)
    for _ in range(STEPS):
        image = counts.transposed_times(counts.times(direction)) + strength * direction
        step = product / np.maximum((direction * image).sum(axis=0), 1e-12)
        change += step * direction
        residual -= step * image
        scaled = residual / diagonal
        following = (residual * scaled).sum(axis=0)
        direction = scaled + following / np.maximum(product, 1e-12) * direction
        product = following
    return np.asarray(start + change, dtype=np.float32)


def prior_rows(alone: FloatArray, document_counts: npt.NDArray[np.intp], documents: int) -> FloatArray:
    """What rows are before the site has taught them: the vector of each token alone, longer for rare tokens.

    Parameters
    ----------
    alone : ndarray of float32, shape (v, d)
        The model's vectors of single tokens.
    document_counts : ndarray of int, shape (v,)
        In how many sentences each token stands.
    documents : int
        Number of sentences.
    """
    rarity = np.log((documents + 1) / (document_counts + 1.0)).astype(np.float32)
    return alone * rarity[:, np.newaxis]


def encode(tokens: Ids, table: FloatArray) -> FloatArray:
    """The vector of a query, of length 1, as the reader's script sums it."""
    return normalize(table[tokens].sum(axis=0))
