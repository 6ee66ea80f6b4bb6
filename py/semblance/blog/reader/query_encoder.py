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

_COLUMNS = 48  # fitted at once: products of a column block and all counts stay in some 50 MB

Sums = npt.NDArray[np.float32]
Ids = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Which tokens sentences have: a sparse matrix of n sentences and v tokens, row after row.

    Each number is a token's count divided by the square root of the number of tokens in its sentence.

    Parameters
    ----------
    starts : ndarray of int, shape (n,)
        Where each sentence begins in `tokens`; each has at least one.
    tokens : ndarray of int, shape (t,)
        Rows of the table.
    values : ndarray of float32, shape (t,)
    """

    starts: Ids
    tokens: Ids
    values: FloatArray

    @classmethod
    def of(cls, sentences: Sequence[Ids]) -> Counts:
        """The counts of sentences that are given as token numbers; none is empty."""
        lengths = np.array([len(sentence) for sentence in sentences], dtype=np.intp)
        values = np.repeat(1 / np.sqrt(lengths, dtype=np.float32), lengths)
        return cls(np.cumsum(lengths) - lengths, np.concatenate(sentences), values.astype(np.float32))

    def transposed(self, tokens: int) -> Counts:
        """The sentences of each token that occurs, in the order of `numpy.unique`."""
        lengths = np.diff(np.append(self.starts, len(self.tokens)))
        sentences = np.repeat(np.arange(len(lengths)), lengths)
        order = np.argsort(self.tokens, kind="stable")
        starts = np.unique(self.tokens[order], return_index=True)[1]
        return Counts(starts, sentences[order], self.values[order])

    def times(self, rows: FloatArray) -> Sums:
        """The product of the matrix with `rows`."""
        products = rows[self.tokens] * self.values[:, np.newaxis]
        return np.asarray(np.add.reduceat(products, self.starts, axis=0), dtype=np.float32)


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
    counts = Counts.of(sentences)
    used = np.unique(counts.tokens)
    transposed = counts.transposed(len(prior))
    renumbered = Counts(counts.starts, np.searchsorted(used, counts.tokens), counts.values)
    start = prior[used].astype(np.float32)
    scale = _best_scale(renumbered.times(start), vectors)
    table = np.asarray(prior * np.float32(scale), dtype=np.float32)
    for first in range(0, prior.shape[1], _COLUMNS):
        columns = slice(first, first + _COLUMNS)
        table[used, columns] = _solve(renumbered, transposed, vectors[:, columns], table[used, columns])
    return table


def _best_scale(sums: FloatArray, vectors: FloatArray) -> float:
    """The factor of `sums` that brings them nearest to the vectors."""
    return float((sums * vectors).sum()) / max(float((sums * sums).sum()), 1e-9)


def _solve(counts: Counts, transposed: Counts, vectors: FloatArray, start: FloatArray) -> FloatArray:
    """Columns of the table: the change of `start` that the normal equations ask for."""
    strength = np.float32(STRENGTH)
    diagonal = np.add.reduceat(transposed.values**2, transposed.starts)[:, np.newaxis] + strength
    residual = transposed.times(vectors - counts.times(start))
    change = np.zeros_like(start)
    scaled = residual / diagonal
    direction = scaled.copy()
    product = (residual * scaled).sum(axis=0)
    for _ in range(STEPS):
        image = transposed.times(counts.times(direction)) + strength * direction
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
    rarity = np.log((documents + 1) / (document_counts + 1.0))
    return np.asarray(alone * rarity[:, np.newaxis], dtype=np.float32)


def encode(tokens: Ids, table: FloatArray) -> FloatArray:
    """The vector of a query, of length 1, as the reader's script sums it."""
    return normalize(table[tokens].sum(axis=0))
