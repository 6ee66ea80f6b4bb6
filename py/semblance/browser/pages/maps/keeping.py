"""Keeps maps in the browser's database, as settings beside the collections."""

from __future__ import annotations

from typing import Any

import numpy as np

from semblance.browser import ffi
from semblance.browser.pages.settings import Settings
from semblance.library import Library
from semblance.maps.item_map import ItemMap

PREFIX = "map of "  # of a setting's name; the collection's key follows
_TYPES = {
    "marks": np.uint32,
    "places": np.float32,
    "labels": np.int32,
    "closeness": np.float32,
    "centres": np.float32,
}


async def read_map(settings: Settings, key: str) -> ItemMap | None:
    """The map that is kept of a collection; None if there is none that can be read."""
    kept = await settings.get(PREFIX + key)
    if not ffi.has(kept, "light"):
        return None
    try:
        arrays = {name: ffi.numpy_array(getattr(kept, name), dtype) for name, dtype in _TYPES.items()}
    except Exception:  # what is damaged can be anything; the map is made anew
        return None
    return ItemMap.unpack(str(kept.light), arrays)


async def keep_map(settings: Settings, key: str, item_map: ItemMap) -> None:
    """Keep the map of a collection."""
    light, arrays = item_map.pack()
    kept: dict[str, Any] = {name: ffi.typed_array(array) for name, array in arrays.items()}
    await settings.put(PREFIX + key, ffi.mapping({"light": light, **kept}))


async def forget_maps(settings: Settings, library: Library) -> None:
    """Forget the maps of collections that are there no longer."""
    keys = {info.key for info in await library.collections()}
    for name, _ in await settings.beginning_with(PREFIX):
        if name.removeprefix(PREFIX) not in keys:
            await settings.remove(name)
