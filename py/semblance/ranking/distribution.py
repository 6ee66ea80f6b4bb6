"""The cosines among the items of one collection, as a scale to read a score on.

Cosines have no absolute scale: with one model nearly all lie between 0.6 and 0.9, with another unrelated texts are near
0. The other pairs of the same collection show what a score means.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.pace import Pacer

PAIRS = 20_000
CLOSE = 0.6
"""Where three quarters of the pairs are more alike than this, the model puts all texts close together, as E5 does.

With all-MiniLM-L6-v2 a quarter of the pairs of one manual's sections end at 0.24, with multilingual-e5-small at 0.82.
"""
_BLOCK = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """Cosines of pairs of items.

    Parameters
    ----------
    scores : ndarray of float32, shape (m,)
        Sorted, lowest first; empty where there are fewer than two items.
    exact : bool
        Whether these are all pairs, rather than a sample.
    is_contrasted : bool
        Whether what all items have in common was taken off before; see `semblance.ranking.contrast`.
    is_mapped : bool
        Whether the rest was multiplied by the model's metric.

    Examples
    --------
    >>> spread = Distribution(np.array([0.1, 0.2, 0.2, 0.9], dtype=np.float32), exact=True)
    >>> spread.percentile(0.5), spread.percentile(-1), spread.percentile(1)
    (75.0, 0.0, 100.0)
    >>> spread.quartiles
    (0.175, 0.2, 0.375)
    """

    scores: FloatArray
    exact: bool
    is_contrasted: bool = False
    is_mapped: bool = False

    def percentile(self, score: float) -> float | None:
        """Percentage of pairs with a cosine below `score`, in [0, 100]; None if there are no pairs.

        Pairs with exactly this cosine count half.
        """
        if not len(self.scores):
            return None
        value = np.float32(score)
        below = np.searchsorted(self.scores, value, "left") + np.searchsorted(self.scores, value, "right")
        return float(50 * below / len(self.scores))

    @property
    def quartiles(self) -> tuple[float, float, float] | None:
        """Scores below which a quarter, half and three quarters of the pairs lie."""
        if not len(self.scores):
            return None
        # The result equals that of np.percentile, whose first call would block the page for a tenth of a second.
        places = np.array([0.25, 0.5, 0.75]) * (len(self.scores) - 1)
        low, middle, high = np.interp(places, np.arange(len(self.scores)), self.scores).round(6).tolist()
        return low, middle, high

    @property
    def least(self) -> float:
        """The score at which something in common begins: 0, or where a quarter of the pairs ends if all lie close together.

        Examples
        --------
        >>> Distribution(np.array([0.1, 0.2, 0.4], dtype=np.float32), exact=True).least
        0.0
        >>> Distribution(np.array([0.8, 0.82, 0.84], dtype=np.float32), exact=True).least
        0.81
        """
        quartiles = self.quartiles
        return quartiles[0] if quartiles and CLOSE < quartiles[0] < 1 else 0.0

    def histogram(self, bins: int = 40) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
        """Counts of pairs, shape (bins,), and the edges between them, shape (bins + 1,), over all scores."""
        span = (float(self.scores[0]), float(self.scores[-1])) if len(self.scores) else (-1.0, 1.0)
        counts, edges = np.histogram(self.scores, bins=bins, range=span)
        return counts, edges


async def sample(
    n: int, items: Callable[[npt.NDArray[np.intp]], FloatArray], pairs: int = PAIRS, seed: int = 0
) -> Distribution:
    """Cosines of at most `pairs` pairs of different items. It takes the same pairs each time.

    Parameters
    ----------
    n : int
        Number of items.
    items : callable
        Gives the unit vectors, shape (m, d), of the items with given numbers below `n`.
    pairs : int
        If there are no more pairs than this, all are taken.
    seed : int
    """
    exact = n * (n - 1) // 2 <= pairs
    left, right = np.triu_indices(n, k=1) if exact else _random_pairs(n, pairs, seed)
    scores, pacer = np.empty(len(left), dtype=np.float32), Pacer()
    for start in range(0, len(left), _BLOCK):
        block = slice(start, start + _BLOCK)
        scores[block] = np.einsum("nd,nd->n", items(left[block]), items(right[block]))
        await pacer.breathe()
    return Distribution(np.sort(np.clip(scores, -1, 1)), exact)


def _random_pairs(n: int, pairs: int, seed: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Pairs of different numbers below n, drawn with replacement."""
    # Importing numpy's generator would block the page for a tenth of a second.
    numbers = np.frombuffer(Random(seed).randbytes(2 * pairs * 8), dtype="<u8")
    left = (numbers[:pairs] % n).astype(np.int64)
    other = (numbers[pairs:] % (n - 1)).astype(np.int64)
    return left, other + (other >= left)
