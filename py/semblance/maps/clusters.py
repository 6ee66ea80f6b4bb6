"""The clusters of a map's items, in steps that let a page respond in between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from semblance.arrays import FloatArray
from semblance.pace import Pacer
from semblance.ranking.clusters import Labels, k_means_steps
from semblance.ranking.vectors import normalize

_SAMPLE = 1_000  # items by which the centres are found
_STARTS = 2
_GROWTH = (
    0.4  # the number of clusters is the number of items to this power: 7 of 100, 16 of 1,000, 40 of 10,000
)
_BLOCK = 500  # items whose nearest centre is looked for at once


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Which cluster each of n items belongs to.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
        From 0, the largest cluster first.
    closeness : ndarray of float32, shape (n,)
        Cosine of each item with the centre of its cluster.
    centres : ndarray of float32, shape (k, d)
        Unit rows.
    """

    labels: Labels
    closeness: FloatArray
    centres: FloatArray

    def members(self, label: int) -> Labels:
        """The rows of a cluster's items, the most typical first."""
        rows = np.flatnonzero(self.labels == label)
        return rows[np.argsort(-self.closeness[rows], kind="stable")]


async def clusters_of(vectors: FloatArray, pacer: Pacer) -> Clusters:
    """Clusters of unit vectors by k-means. The centres are found by a sample where there are many.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, d)
    pacer : Pacer

    Examples
    --------
    >>> import asyncio
    >>> vectors = np.repeat(np.eye(2, dtype=np.float32), [3, 2], axis=0)
    >>> asyncio.run(clusters_of(vectors, Pacer())).labels.tolist()
    [0, 0, 0, 1, 1]
    """
    if not len(vectors):
        return Clusters(np.empty(0, np.intp), np.empty(0, np.float32), vectors[:0])
    sample = vectors[:: max(1, len(vectors) // _SAMPLE)]
    number = max(1, round(len(vectors) ** _GROWTH))
    steps = k_means_steps(sample, number, _STARTS)
    labels = next(steps)
    for better in steps:
        labels = better
        await pacer.breathe()
    centres = normalize(np.stack([sample[labels == label].sum(axis=0) for label in range(labels.max() + 1)]))
    clusters = await nearest_clusters(vectors, centres, pacer)
    sizes = np.bincount(clusters.labels, minlength=len(centres))
    order = np.argsort(-sizes, kind="stable")
    kept = centres[order][: np.count_nonzero(sizes)]  # without those of no item
    return Clusters(np.argsort(order)[clusters.labels], clusters.closeness, kept)


async def nearest_clusters(vectors: FloatArray, centres: FloatArray, pacer: Pacer) -> Clusters:
    """The clusters whose centres are nearest to unit vectors, shape (n, d)."""
    labels, closeness = np.zeros(len(vectors), np.intp), np.zeros(len(vectors), np.float32)
    for start in range(0, len(vectors), _BLOCK):
        some = slice(start, start + _BLOCK)
        cosines = vectors[some] @ centres.T
        labels[some], closeness[some] = cosines.argmax(axis=1), cosines.max(axis=1)
        await pacer.breathe()
    return Clusters(labels, closeness, centres)
