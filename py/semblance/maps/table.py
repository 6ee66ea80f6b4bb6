"""A map as a table, for other programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from semblance.maps.item_map import ItemMap


def as_csv(item_map: ItemMap, titles: Sequence[str]) -> str:
    r"""A line for each item: its id and title, where it lies, and its cluster with the words that tell it from others.

    Parameters
    ----------
    item_map : ItemMap
    titles : sequence of str, length n
    """
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["id", "title", "x", "y", "cluster", "words"])
    places, labels = item_map.places.tolist(), item_map.clusters.labels.tolist()
    for id, title, (x, y), label in zip(item_map.ids, titles, places, labels, strict=True):
        writer.writerow([id, title, f"{x:.5f}", f"{y:.5f}", label + 1, ", ".join(item_map.names[label])])
    return file.getvalue()
