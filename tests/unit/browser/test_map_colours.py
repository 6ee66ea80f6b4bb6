"""Colours of the map's points."""

from __future__ import annotations

import numpy as np

from semblance.browser.pages.maps.colours import (
    RAMP,
    SERIES,
    by_category,
    by_cluster,
    by_number,
    cluster_colours,
)
from semblance.maps.clusters import Clusters
from semblance.maps.item_map import ItemMap


def map_of(places: list[tuple[float, float]]) -> ItemMap:
    """A map of clusters of one item each."""
    n = len(places)
    clusters = Clusters(np.arange(n), np.ones(n, np.float32), np.eye(n, dtype=np.float32))
    ids = [str(row) for row in range(n)]
    return ItemMap(ids, np.zeros(n, np.uint32), np.array(places, np.float32), clusters, [[]] * n)


def test_no_colour_is_used_twice_before_all_are_used() -> None:
    assert sorted(cluster_colours(map_of([(n, 0) for n in range(8)]))) == list(range(8))


def test_clusters_of_one_colour_lie_far_apart() -> None:
    colours = cluster_colours(map_of([(n, 0) for n in range(16)]))
    pairs = [(a, b) for a in range(16) for b in range(a) if colours[a] == colours[b]]
    assert len(pairs) == 8
    assert min(a - b for a, b in pairs) > 3


def test_each_item_has_the_colour_of_its_cluster() -> None:
    item_map = map_of([(0, 0), (1, 0), (2, 0)])
    assert by_cluster(item_map).groups.tolist() == cluster_colours(item_map)


def test_rare_values_share_a_colour() -> None:
    values = [f"value {n}" for n in range(12) for _ in range(12 - n)]
    colouring = by_category(values, "other")
    assert [entry.text for entry in colouring.legend] == [*(f"value {n}" for n in range(7)), "other"]
    assert sum(entry.count for entry in colouring.legend) == len(values)
    assert len(colouring.colours) == len(SERIES)


def test_numbers_are_spread_evenly_over_the_ramp() -> None:
    colouring = by_number([float(n) for n in range(700)], "{:g}".format, "none")
    assert [entry.count for entry in colouring.legend] == [100] * 7
    assert [entry.colour for entry in colouring.legend] == list(RAMP)
    assert colouring.legend[0].text == "0–99"
    assert np.array_equal(colouring.groups, np.repeat(np.arange(7), 100))


def test_what_has_no_number_is_grey() -> None:
    colouring = by_number([None, 1.0, None], "{:g}".format, "none")
    assert colouring.groups.tolist() == [7, 0, 7]
    assert [(entry.text, entry.count) for entry in colouring.legend] == [("1", 1), ("none", 2)]
    assert by_number([], "{:g}".format, "none").legend == []
