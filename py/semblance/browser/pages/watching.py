"""Folders whose handles the browser gave: they are looked at again whenever the page is, and what has changed is added.

Loaded once the page is usable. What is gone from a folder stays until the user says so: the report asks.
"""

from __future__ import annotations

from typing import Any

from semblance.browser import ffi
from semblance.browser.pages.dialogs import Subject
from semblance.browser.pages.session import Session
from semblance.browser.pages.words import words

PREFIX = "watched folder "  # names of settings begin with it; a collection's key and the folder's name follow
GRANTED, ASK = "granted", "prompt"
TOLD = "told that folders are not watched"  # name of a setting


class Watching:
    """Looks at the folders of the open collection when the page comes to the front."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._looking = False
        session.scope.listen(ffi.document, "visibilitychange", lambda _: self.look())
        session.scope.listen(ffi.window, "focus", lambda _: self.look())

    def look(self) -> None:
        """Look whether anything has changed."""
        if not ffi.document.hidden and not self._looking and self._session.expected_items is None:
            self._session.run(self._look())

    async def begin(self, key: str, handles: Any) -> None:
        """Watch folders that were added to a collection, as they are now."""
        for folder in handles:
            state = ffi.or_none(await ffi.js_call(ffi.bridge.folderState(folder.handle)))
            if state is not None:
                await self._keep(key, folder.handle, str(state))

    async def say_not_watched(self, folder: str) -> None:
        """Say, once, that the browser does not let the page look at a folder again."""
        if not ffi.has(ffi.window, "showDirectoryPicker") and await self._session.settings.get(TOLD) is None:
            await self._session.settings.put(TOLD, "yes")
            self._session.dialogs.notice(words("watching.not_watched", name=folder), about=Subject(TOLD))

    async def _keep(self, key: str, handle: Any, state: str) -> None:
        kept = ffi.mapping({"handle": handle, "state": state})
        await self._session.settings.put(f"{PREFIX}{key} {handle.name}", kept)

    async def _look(self) -> None:
        self._looking = True
        try:
            key = self._session.collection.info.key
            for _, kept in await self._session.settings.beginning_with(f"{PREFIX}{key} "):
                await self._look_at(key, kept.handle, str(kept.state))
        finally:
            self._looking = False

    async def _look_at(self, key: str, handle: Any, state: str) -> None:
        allowed = str(await ffi.js_call(ffi.bridge.folderPermission(handle)))
        if allowed == GRANTED:
            now = ffi.or_none(await ffi.js_call(ffi.bridge.folderState(handle)))
            if now is not None and now != state and key == self._session.collection.info.key:
                await self._keep(key, handle, now)
                ffi.bridge.giveFolder(handle)
        elif allowed == ASK:
            self._offer(key, handle)

    def _offer(self, key: str, handle: Any) -> None:
        """After a new start the browser asks again, but only once the user does something."""
        name, run = str(handle.name), self._session.run
        about = Subject(f"watched: {name}", collection=key)

        async def read() -> None:
            if await ffi.js_call(ffi.bridge.askForFolder(handle)):
                self.look()

        self._session.dialogs.notice(
            words("watching.ask", name=name), {words("watching.look"): lambda: run(read())}, about
        )
