"""The nearest posts of each post: exact cosines of their mean vectors, each list without repetitions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semblance.arrays import Codes

LEAST = 0.25
"""Lowest cosine of a related post, unless the author says another one."""
LEAST_CONTRASTED = 0.1
"""The same where what all posts have in common is taken off first, so that 0 is as alike as any two are on average."""
ALIKE = 0.6
"""Posts with a smaller cosine than this can't say the same, so their texts are not compared."""

_BLOCK = 128  # posts whose cosines with all others are in memory at once
_POOL = 50  # a list is chosen among at least so many nearest posts

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A near post, by its row, and the cosine with it."""

    row: int
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Which posts may stand in which lists.

    Parameters
    ----------
    groups : ndarray of int, shape (n,)
        Posts of different groups, such as languages, never list each other.
    series : ndarray of int, shape (n,)
        A post with a number other than 0 lists only posts with the same number.
    listed : ndarray of bool, shape (n,)
        The posts that may stand in a list at all. Every post gets a list.
    works : ndarray of int, shape (n,)
        Posts with the same number other than 0 are one work in several languages, and never list each other.
    same : callable
        Whether two posts, by their rows, say the same.
    """

    groups: npt.NDArray[np.intp]
    series: npt.NDArray[np.intp]
    listed: Mask
    works: npt.NDArray[np.intp]
    same: Callable[[int, int], bool]

    @classmethod
    def all(cls, count: int) -> Candidates:
        """Candidates without restriction: any post may stand in any list."""
        none = np.zeros(count, np.intp)
        return cls(none, none, np.ones(count, np.bool_), none, lambda one, other: False)

    def allowed(self, rows: slice) -> Mask:
        """Which posts may stand in the lists of some posts, shape (rows, n)."""
        count = len(self.groups)
        series = self.series[rows, None]
        allowed: Mask = (self.groups[rows, None] == self.groups) & self.listed
        allowed &= (series == 0) | (series == self.series)
        works = self.works[rows, None]
        allowed &= (works == 0) | (works != self.works)
        own = np.arange(count)[rows]
        allowed[np.arange(len(own)), own] = False
        return allowed


def neighbours(
    codes: Codes,
    number: int,
    *,
    candidates: Candidates,
    threshold: npt.ArrayLike = 0.0,
    diversity: float = 0.0,
) -> Iterator[list[Neighbour]]:
    """For each post the nearest others, best first.

    Scores are computed from whole numbers, so they don't depend on the machine. A list never has its own post, nor a post
    that says the same as that post or as another in the list.

    Parameters
    ----------
    codes : ndarray of int8, shape (n, d)
        Mean vectors as `semblance.ranking.vectors.quantize` rounds them; at most 1,040 dimensions.
    number : int
        Most posts of a list.
    candidates : Candidates
    threshold : float, or array_like of float, shape (n,)
        Lowest cosine that is listed: of all lists, or of each post's.
    diversity : float
        In [0, 1). Maximal marginal relevance (Carbonell and Goldstein 1998): a post counts
        ``(1 - diversity) * cosine - diversity * (its greatest cosine with those listed already)``.

    Yields
    ------
    list of Neighbour

    Examples
    --------
    >>> codes = np.array([[127, 0], [127, 60], [127, 61], [60, 127]], dtype=np.int8)
    >>> lists = neighbours(codes, 3, candidates=Candidates.all(4))
    >>> [[neighbour.row for neighbour in listed] for listed in lists]
    [[1, 2, 3], [2, 0, 3], [1, 0, 3], [2, 1, 0]]
    """
    rows = codes.astype(np.float32)
    lengths = np.sqrt(np.maximum(np.einsum("nd,nd->n", rows, rows), 1).astype(np.float64))
    pool = min(len(rows), max(_POOL, 4 * number))
    thresholds = np.broadcast_to(np.asarray(threshold), len(rows))
    for start in range(0, len(rows), _BLOCK):
        block = slice(start, start + _BLOCK)
        # Products and sums of whole numbers below 2 ** 24 are exact in float32, in whatever order they are taken.
        scores = (rows[block] @ rows.T) / lengths[block, None] / lengths
        scores[~candidates.allowed(block)] = -np.inf
        for own, cosines in enumerate(scores, start):
            nearest = _nearest(cosines, pool)
            nearest = nearest[cosines[nearest] >= thresholds[own]]
            chosen = _choose(
                own,
                nearest,
                cosines[nearest],
                rows[nearest],
                lengths[nearest],
                candidates.same,
                number,
                diversity,
            )
            yield [Neighbour(int(nearest[at]), float(cosines[nearest[at]])) for at in chosen]


def _nearest(scores: npt.NDArray[np.float64], number: int) -> npt.NDArray[np.intp]:
    """Rows of the best scores, best first. Equal scores keep their order, also at the edge of the pool."""
    if number < len(scores):
        edge = np.partition(scores, len(scores) - number)[len(scores) - number]
        above = np.flatnonzero(scores > edge)
        rows = np.concatenate([above, np.flatnonzero(scores == edge)[: number - len(above)]])
    else:
        rows = np.arange(len(scores))
    return rows[np.argsort(-scores[rows], kind="stable")]


def _choose(
    own: int,
    nearest: npt.NDArray[np.intp],
    scores: npt.NDArray[np.float64],
    rows: npt.NDArray[np.float32],
    lengths: npt.NDArray[np.float64],
    same: Callable[[int, int], bool],
    number: int,
    diversity: float,
) -> Sequence[int]:
    """Positions of a list's posts in a pool of nearest posts, in the order of the pool."""
    free = np.ones(len(scores), np.bool_)
    greatest = np.zeros(len(scores))
    chosen: list[int] = []
    while len(chosen) < number and free.any():
        worth = (1 - diversity) * scores - diversity * greatest
        best = int(np.argmax(np.where(free, worth, -np.inf)))
        free[best] = False
        # Not by BLAS: its threads take longer to wake up than this little work takes.
        alike = np.einsum("nd,d->n", rows, rows[best]) / lengths / lengths[best]
        others = [own] if scores[best] >= ALIKE else []
        others += [int(nearest[at]) for at in chosen if alike[at] >= ALIKE]
        if any(same(other, int(nearest[best])) for other in others):
            continue
        chosen.append(best)
        greatest = np.maximum(greatest, alike)
    return sorted(chosen)
