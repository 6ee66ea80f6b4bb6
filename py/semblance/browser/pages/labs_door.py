"""The door to the labs: their modules come when it is opened for the first time."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING

from semblance.browser import ffi
from semblance.browser.pages.address import Address
from semblance.browser.pages.dom import by_id, element
from semblance.browser.pages.session import Session
from semblance.pace import Lazy

if TYPE_CHECKING:
    from semblance.browser.pages.labs.room import Labs


class LabsDoor:
    """The room of the labs, before and after it is there."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._labs: Lazy[Labs] = Lazy(self._load)
        self._wanted = Address("labs")

    def refresh(self) -> None:
        """The labs read the collections when one of them is opened."""

    async def open(self, address: Address) -> None:
        """Show what the address names."""
        if self._labs.value is None:
            by_id("labs-page").replaceChildren(element("p", "Loading the labs…", "quiet"))
        self._wanted = address
        labs = await self._labs.get()
        if self._wanted is address:  # who asks when the labs are there overtakes who waits for them
            await labs.open(address)

    async def _load(self) -> Labs:
        await ffi.js_call(ffi.bridge.addPackage("labs"))
        for name in (
            "semblance.labs.messages",
            "semblance.labs.catalogue",
        ):  # which take the longest: one at a time
            import_module(name)
            await asyncio.sleep(0)
        from semblance.browser.pages.labs.room import Labs

        labs = Labs(self._session)
        await labs.load()
        return labs
