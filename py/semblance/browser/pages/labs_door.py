"""The door to the labs. Their modules are loaded when the room is opened for the first time."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING

from semblance.browser import ffi
from semblance.browser.pages.address import Address
from semblance.browser.pages.dom import by_id, element
from semblance.browser.pages.session import Session
from semblance.browser.pages.words import words
from semblance.errors import SemblanceError
from semblance.pace import Lazy

if TYPE_CHECKING:
    from semblance.browser.pages.labs.room import Labs


class LabsDoor:
    """The room of the labs, before and after its modules are loaded."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._labs: Lazy[Labs] = Lazy(self._load)
        self._latest = Address("labs")

    def refresh(self) -> None:
        """Do nothing: a lab reads the collections when it is opened."""

    def speak(self) -> None:
        """Show the open lab again, in the page's language."""
        if self._labs.value is not None and self._session.address.room == "labs":
            self._session.run(self._labs.value.speak())

    async def open(self, address: Address) -> None:
        """Show what the address names."""
        if self._labs.value is None:
            by_id("labs-page").replaceChildren(element("p", words("labs.loading"), "quiet"))
        self._latest = address
        try:
            labs = await self._labs.get()
        except SemblanceError as error:
            if self._latest is address:
                problem = element("p", error.said(), "lab-error")
                problem.setAttribute("role", "alert")
                by_id("labs-page").replaceChildren(problem)
            return
        # Meanwhile the user may have gone to another lab, or to another room.
        if self._latest is address and self._session.address.room == "labs":
            await labs.open(address)

    async def _load(self) -> Labs:
        await ffi.js_call(ffi.bridge.addPackage("labs"))
        for name in ("semblance.labs.messages", "semblance.labs.catalogue"):  # these take the longest
            import_module(name)
            await asyncio.sleep(0)
        from semblance.browser.pages.labs.room import Labs

        labs = Labs(self._session)
        await labs.load()
        return labs
