"""The user's choices, which the browser remembers if it can."""

from __future__ import annotations

from semblance.browser.indexeddb import IndexedDBStore

KEEP_ORIGINALS = "keep original pictures"  # name of a setting


class Settings:
    """Texts by name.

    Parameters
    ----------
    store : IndexedDBStore, optional
        Without a store nothing is remembered.
    """

    def __init__(self, store: IndexedDBStore | None) -> None:
        self._store = store

    async def get(self, name: str) -> str | None:
        """The value of a setting; None if there is none."""
        return await self._store.get_setting(name) if self._store else None

    async def put(self, name: str, value: str) -> None:
        """Remember something."""
        if self._store:
            await self._store.put_setting(name, value)

    async def keeps_originals(self) -> bool:
        """Whether the user wants the files of pictures kept."""
        return await self.get(KEEP_ORIGINALS) == "yes"

    async def keep_originals(self, keep: bool) -> None:
        """Remember whether the files of pictures are to be kept."""
        await self.put(KEEP_ORIGINALS, "yes" if keep else "no")
