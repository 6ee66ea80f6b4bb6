"""The door to the map. Its modules are loaded when the room is opened for the first time."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING

from semblance.browser import ffi
from semblance.browser.pages.address import Address
from semblance.browser.pages.dom import by_id
from semblance.browser.pages.session import Session
from semblance.browser.pages.words import words
from semblance.errors import SemblanceError
from semblance.pace import Lazy

if TYPE_CHECKING:
    from semblance.browser.pages.maps.room import MapRoom

# Imported one after another, so that the page responds in between.
PARTS = (
    "semblance.maps.layout",
    "semblance.ranking.clusters",
    "semblance.maps.clusters",
    "semblance.maps.item_map",
    "semblance.maps.naming",
    "semblance.maps.table",
    "semblance.browser.pages.maps.colours",
    "semblance.browser.pages.maps.values",
    "semblance.browser.pages.maps.cluster_list",
)


class MapDoor:
    """The room of the map, before and after its modules are loaded."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._room: Lazy[MapRoom] = Lazy(self._load)
        self._latest = Address("map")

    def refresh(self) -> None:
        """Show the collection as it is now."""
        if self._room.value is not None:
            self._room.value.refresh()

    def speak(self) -> None:
        """Say again what the room says."""
        if self._room.value is not None:
            self._room.value.speak()

    def light(self, query: str) -> None:
        """Light up what fits a text."""
        if self._room.value is not None:
            self._room.value.light(query)

    async def open(self, address: Address) -> None:
        """Show the map as the address says."""
        self._latest = address
        if self._room.value is None:
            by_id("map-status").textContent = words("map.loading")
        try:
            room = await self._room.get()
        except SemblanceError as error:
            by_id("map-status").textContent = error.said()
            return
        # Meanwhile the user may have gone to a later address of the map, or to another room.
        if self._latest is address and self._session.address.room == "map":
            await room.open(address)

    async def _load(self) -> MapRoom:
        await ffi.js_call(ffi.bridge.addPackage("maps"))
        for name in PARTS:
            import_module(name)
            await asyncio.sleep(0)
        from semblance.browser.pages.maps.room import MapRoom

        return MapRoom(self._session, await ffi.js_call(ffi.bridge.maps()))
