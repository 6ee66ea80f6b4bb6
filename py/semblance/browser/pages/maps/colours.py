"""Colours of a map's points by cluster, category or number, with what they stand for. No browser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semblance.maps.item_map import ItemMap

# Names of colours in tokens.css: of categories, of numbers from the least to the greatest, and of all that is neither.
SERIES = tuple(f"--series-{number}" for number in range(1, 9))
RAMP = tuple(f"--ramp-{number}" for number in range(1, 8))
OTHER = "--series-other"


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A colour and what it stands for."""

    colour: str
    text: str
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Colouring:
    """The colours of n points.

    Parameters
    ----------
    groups : ndarray of uint8, shape (n,)
        The place of each point's colour among `colours`.
    colours : sequence of str
        Names in ``tokens.css``.
    legend : sequence of LegendEntry
        None where the list beside the map says it.
    """

    groups: npt.NDArray[np.uint8]
    colours: Sequence[str]
    legend: Sequence[LegendEntry] = ()


def by_cluster(item_map: ItemMap) -> Colouring:
    """A colour for each cluster. Where there are more clusters than colours, those of one colour lie far apart."""
    of_clusters = np.array(cluster_colours(item_map), dtype=np.uint8)
    return Colouring(of_clusters[item_map.clusters.labels], SERIES)


def cluster_colours(item_map: ItemMap) -> list[int]:
    """The place in `SERIES` of each cluster's colour."""
    middles = middles_of(item_map)
    chosen: list[int] = []
    for number, middle in enumerate(middles):
        nearest = [
            min(
                (
                    float(np.linalg.norm(middle - middles[other]))
                    for other in range(number)
                    if chosen[other] == colour
                ),
                default=np.inf,
            )
            for colour in range(len(SERIES))
        ]
        chosen.append(nearest.index(max(nearest)))
    return chosen


def middles_of(item_map: ItemMap) -> npt.NDArray[np.float32]:
    """Where each cluster has its middle: the median of its items' places; shape (k, 2)."""
    labels = item_map.clusters.labels
    middles = [np.median(item_map.places[labels == label], axis=0) for label in range(len(item_map.names))]
    return np.array([np.nan_to_num(middle) for middle in middles], dtype=np.float32).reshape(-1, 2)


def by_category(values: Sequence[str], other: str) -> Colouring:
    """A colour for each of the most frequent values; the rest, and points without a value, share one.

    Parameters
    ----------
    values : sequence of str, length n
        Empty for a point that has none.
    other : str
        What the rest is called.

    Examples
    --------
    >>> colouring = by_category(["sea", "sky", "sea", ""], "other")
    >>> colouring.groups.tolist(), [(entry.text, entry.count) for entry in colouring.legend]
    ([0, 1, 0, 7], [('sea', 2), ('sky', 1), ('other', 1)])
    """
    counts = Counter(value for value in values if value)
    frequent = sorted(counts, key=lambda value: (-counts[value], value))[: len(SERIES) - 1]
    places = {value: place for place, value in enumerate(frequent)}
    last = len(SERIES) - 1
    groups = np.array([places.get(value, last) for value in values], dtype=np.uint8)
    legend = [LegendEntry(SERIES[place], value, counts[value]) for value, place in places.items()]
    rest = int(np.count_nonzero(groups == last))
    legend += [LegendEntry(OTHER, other, rest)] if rest else []
    return Colouring(groups, [*SERIES[:last], OTHER], legend)


def by_number(values: Sequence[float | None], write: Callable[[float], str], other: str) -> Colouring:
    """Colours from the least number to the greatest. Each stands for about as many points.

    Parameters
    ----------
    values : sequence of float or None, length n
        None for a point that has none.
    write : callable
        A number as the legend has it.
    other : str
        What points without a number are called.

    Examples
    --------
    >>> colouring = by_number([1, 1, 2, None, 9], "{:g}".format, "none")
    >>> [(entry.text, entry.count) for entry in colouring.legend]
    [('1', 2), ('2', 1), ('9', 1), ('none', 1)]
    """
    numbers = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    known = np.sort(numbers[~np.isnan(numbers)])
    groups = np.full(len(numbers), len(RAMP), dtype=np.uint8)
    legend = []
    if len(known):
        starts = np.unique(known[[len(known) * step // len(RAMP) for step in range(len(RAMP))]])
        groups[~np.isnan(numbers)] = np.searchsorted(starts, numbers[~np.isnan(numbers)], side="right") - 1
        # Few colours are spread over the ramp.
        spread = np.linspace(0, len(RAMP) - 1, len(starts)).round().astype(np.uint8)
        for place, ramp in enumerate(spread):
            own = numbers[groups == place]
            ends = dict.fromkeys([write(float(own.min())), write(float(own.max()))])
            legend.append(LegendEntry(RAMP[ramp], "–".join(ends), len(own)))
        groups = np.append(spread, np.full(len(RAMP) + 1 - len(spread), len(RAMP), np.uint8))[groups]
    rest = int(np.count_nonzero(np.isnan(numbers)))
    legend += [LegendEntry(OTHER, other, rest)] if rest else []
    return Colouring(groups, [*RAMP, OTHER], legend)
