"""The map of a collection: where its items lie, and in which clusters. It follows the collection, and it can be kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.maps.clusters import Clusters, clusters_of, nearest_clusters
from semblance.maps.layout import aligned, centred, places_among, principal_places
from semblance.pace import Pacer

FEWEST = 3
"""Items that make a map."""

_FORM = 1  # of what is kept; another form is made anew
_GROWTH = 0.25  # share of new items up to which they find their places among the others


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """What a map is made of.

    Parameters
    ----------
    ids : list of str
        The n items.
    marks : ndarray of uint32, shape (n,)
        Each changes whenever its item does: see `mark`.
    vectors : ndarray of float32, shape (n, d)
        Unit rows.
    """

    ids: list[str]
    marks: npt.NDArray[np.uint32]
    vectors: FloatArray = field(repr=False)


def mark(fingerprint: str) -> int:
    """A number of 32 bits that changes whenever an item's fingerprint does."""
    return crc32(fingerprint.encode())


@dataclass(frozen=True, slots=True, eq=False)
class ItemMap:
    """Where n items lie, and in which of k clusters.

    Parameters
    ----------
    ids : list of str
    marks : ndarray of uint32, shape (n,)
    places : ndarray of float32, shape (n, 2)
        Around the origin, at a mean square distance of about 1.
    clusters : Clusters
    names : list of list of str
        The telling words of each cluster; none if it has no name (yet).
    settled : int
        How many items were laid out together when the map was last made as a whole; 0 for a first map, by PCA.

    Examples
    --------
    >>> import asyncio
    >>> vectors = np.repeat(np.eye(2, dtype=np.float32), [3, 2], axis=0)
    >>> items = Items(list("abcde"), np.arange(5, dtype=np.uint32), vectors)
    >>> first = asyncio.run(ItemMap.first(items, Pacer()))
    >>> first.clusters.labels.tolist(), first.settled
    ([0, 0, 0, 1, 1], 0)
    """

    ids: list[str]
    marks: npt.NDArray[np.uint32]
    places: FloatArray
    clusters: Clusters
    names: list[list[str]]
    settled: int = 0

    @classmethod
    async def first(cls, items: Items, pacer: Pacer) -> ItemMap:
        """A map by PCA, whose clusters have no names yet."""
        places = await principal_places(items.vectors, pacer)
        clusters = await clusters_of(items.vectors, pacer)
        return cls(items.ids, items.marks, places, clusters, [[] for _ in clusters.centres])

    def laid_out(self, places: FloatArray) -> ItemMap:
        """The map with other places, turned so that items are as near to where they were as can be."""
        common = np.ones(len(places), np.bool_)
        near = aligned(centred(places), self.places, common)
        return replace(self, places=centred(near), settled=len(places))

    def turned_like(self, before: ItemMap) -> ItemMap:
        """The map turned so that items are as near as can be to where they were on an earlier one."""
        rows = {id: row for row, id in enumerate(before.ids)}
        common = np.array([id in rows for id in self.ids], np.bool_)
        there = np.zeros_like(self.places)
        there[common] = before.places[[rows[id] for id in self.ids if id in rows]]
        return replace(self, places=centred(aligned(self.places, there, common)))

    def is_outgrown_by(self, items: Items) -> bool:
        """Whether so many items are new that the whole is to be laid out anew."""
        return abs(len(items.ids) - self.settled) > _GROWTH * self.settled

    def is_of(self, items: Items) -> bool:
        """Whether it shows just these items."""
        return self.ids == items.ids and np.array_equal(self.marks, items.marks)

    async def following(self, items: Items, pacer: Pacer) -> ItemMap:
        """The map of other items. Those that it has stay where they are, and the new ones lie among their like.

        Raises
        ------
        ValueError
            If it has none of them.
        """
        rows = {pair: row for row, pair in enumerate(zip(self.ids, self.marks.tolist(), strict=True))}
        before = np.array([rows.get(pair, -1) for pair in zip(items.ids, items.marks.tolist(), strict=True)])
        is_old = before >= 0
        if not is_old.any():
            raise ValueError("a map can't follow items of which it has none")
        await pacer.breathe()
        places = np.zeros((len(items.ids), 2), np.float32)
        places[is_old] = self.places[before[is_old]]
        new, old = items.vectors[~is_old], items.vectors[is_old]
        places[~is_old] = await places_among(new, old, places[is_old], pacer)
        labels, closeness = np.zeros(len(before), np.intp), np.zeros(len(before), np.float32)
        labels[is_old] = self.clusters.labels[before[is_old]]
        closeness[is_old] = self.clusters.closeness[before[is_old]]
        nearest = await nearest_clusters(new, self.clusters.centres, pacer)
        labels[~is_old], closeness[~is_old] = nearest.labels, nearest.closeness
        clusters = Clusters(labels, closeness, self.clusters.centres)
        return replace(self, ids=items.ids, marks=items.marks, places=places, clusters=clusters)

    # --- keeping it ---

    def pack(self) -> tuple[str, dict[str, npt.NDArray[Any]]]:
        """What is kept: a text, and arrays by name. `unpack` reads them."""
        light = {"form": _FORM, "ids": self.ids, "names": self.names, "settled": self.settled}
        arrays = {
            "marks": self.marks,
            "places": self.places,
            "labels": self.clusters.labels.astype(np.int32),
            "closeness": self.clusters.closeness,
            "centres": self.clusters.centres,
        }
        return json.dumps(light, ensure_ascii=False), arrays

    @classmethod
    def unpack(cls, text: str, arrays: Mapping[str, npt.NDArray[Any]]) -> ItemMap | None:
        """What `pack` wrote; None if it is of another form, or damaged.

        The arrays may be flat.
        """
        try:
            light = json.loads(text)
            ids, names = light["ids"], light["names"]
            clusters = Clusters(
                arrays["labels"].astype(np.intp),
                arrays["closeness"],
                arrays["centres"].reshape(len(names), -1),
            )
            places = arrays["places"].reshape(len(ids), 2)
            unpacked = cls(ids, arrays["marks"], places, clusters, names, int(light["settled"]))
            return unpacked if light["form"] == _FORM and unpacked._is_sound() else None
        except (KeyError, TypeError, ValueError):  # what is damaged can be anything
            return None

    def _is_sound(self) -> bool:
        n, labels = len(self.ids), self.clusters.labels
        lengths = {n, len(self.marks), len(labels), len(self.clusters.closeness)}
        in_range = not n or (labels.min() >= 0 and labels.max() < len(self.names))
        return len(lengths) == 1 and bool(in_range) and bool(np.isfinite(self.places).all())
