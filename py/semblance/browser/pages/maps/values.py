"""The values by which a map's points can be coloured, and the colours that they get."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from semblance.browser.pages.facts import date_of
from semblance.browser.pages.listing import folder_of
from semblance.browser.pages.maps.colours import Colouring, by_category, by_cluster, by_number
from semblance.browser.pages.words import words
from semblance.collection import Collection
from semblance.filters import number
from semblance.maps.item_map import ItemMap
from semblance.pace import Pacer
from semblance.records import Entry
from semblance.wording import written

CLUSTER, FOLDER, KIND, DATE = "", "folder", "kind", "date"
FIELD = "field "  # a colouring by a field begins with this
_AT_ONCE = 50  # items whose metadata is read at once
_SAMPLE = 50  # items in which dates are looked for
_FIELDS = 12  # that are offered


async def choices(collection: Collection, entries: Sequence[Entry]) -> dict[str, str]:
    """The colourings that make sense for a collection, and what they are called."""
    offered = {CLUSTER: words("map.by_cluster")}
    if len({folder_of(entry) for entry in entries}) > 1:
        offered[FOLDER] = words("map.by_folder")
    if len({entry.is_image for entry in entries}) > 1:
        offered[KIND] = words("map.by_kind")
    fields = await collection.metadata_fields()
    some = [entry.id for entry in entries[:: max(1, len(entries) // _SAMPLE)]]
    sample = await collection.get(some, pictures="none", vectors=False)
    if any(date_of(record.document.metadata) is not None for record in sample):
        offered[DATE] = words("map.by_date")
    offered.update({FIELD + name: name for name in list(fields)[:_FIELDS]})
    return offered


class Values:
    """Colourings of a collection's map. What is read for one is kept until the collection changes."""

    def __init__(self) -> None:
        self._kept: dict[str, Colouring] = {}
        self._kept_for: ItemMap | None = None

    async def colouring(
        self, name: str, collection: Collection, item_map: ItemMap, entries: Sequence[Entry]
    ) -> Colouring:
        """The colouring of a name, as `choices` has it; by cluster for any other.

        Parameters
        ----------
        name : str
        collection : Collection
        item_map : ItemMap
        entries : sequence of Entry
            Of the map's items, in its order.
        """
        if self._kept_for is not item_map:
            self._kept, self._kept_for = {}, item_map
        if name not in self._kept:
            self._kept[name] = await self._make(name, collection, item_map, entries)
        return self._kept[name]

    async def _make(
        self, name: str, collection: Collection, item_map: ItemMap, entries: Sequence[Entry]
    ) -> Colouring:
        other = words("map.other")
        if name == FOLDER:
            return by_category([folder_of(entry) for entry in entries], other)
        if name == KIND:
            kinds = {False: words("map.texts"), True: words("map.pictures")}
            return by_category([kinds[entry.is_image] for entry in entries], other)
        if name == DATE:
            dates = [date_of(metadata) for metadata in await _metadata(collection, item_map.ids)]
            return by_number(dates, _month, words("map.undated"))
        if name.startswith(FIELD):
            field = name.removeprefix(FIELD)
            values = [metadata.get(field) for metadata in await _metadata(collection, item_map.ids)]
            described = (await collection.metadata_fields()).get(field)
            if described and described.is_number:
                return by_number([number(value) for value in values], "{:g}".format, words("map.no_value"))
            return by_category([_first(value) for value in values], other)
        return by_cluster(item_map)


async def _metadata(collection: Collection, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The metadata of items; empty for those that are gone."""
    pacer = Pacer()
    by_item: dict[str, dict[str, Any]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        for record in await collection.get(ids[start : start + _AT_ONCE], pictures="none", vectors=False):
            by_item[record.document.id] = dict(record.document.metadata)
        await pacer.breathe()
    return [by_item.get(id, {}) for id in ids]


def _first(value: Any) -> str:
    """A value as one category: the first of a list."""
    if isinstance(value, list):
        value = value[0] if value else None
    return "" if value is None else written(value)


def _month(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m")
