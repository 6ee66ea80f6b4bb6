"""The user's choices, and what else the page remembers, if the browser lets it."""

from __future__ import annotations

from typing import Any

from semblance.browser import ffi
from semblance.browser.indexeddb import IndexedDBStore

KEEP_ORIGINALS = "keep original pictures"  # name of a setting
BACKUP_FOLDER = "folder of the backup: "  # begins the name of one; a collection's key follows


class Settings:
    """Values by name: texts, and JavaScript's objects where the browser can keep them.

    Parameters
    ----------
    store : IndexedDBStore, optional
        Without a store nothing is remembered.
    """

    def __init__(self, store: IndexedDBStore | None) -> None:
        self._store = store

    async def get(self, name: str) -> Any:
        """The value of a setting; None if there is none."""
        return await self._store.get_setting(name) if self._store else None

    async def put(self, name: str, value: Any) -> None:
        """Remember something."""
        if self._store:
            await self._store.put_setting(name, value)

    async def remove(self, name: str) -> None:
        """Forget something."""
        if self._store:
            await self._store.delete_setting(name)

    async def beginning_with(self, prefix: str) -> list[tuple[str, Any]]:
        """Names and values of the settings whose names begin with a prefix."""
        return await self._store.settings(prefix) if self._store else []

    async def keeps_originals(self) -> bool:
        """Whether the user wants the files of pictures kept."""
        return await self.get(KEEP_ORIGINALS) == "yes"

    async def has_been_asked_for_originals(self) -> bool:
        """Whether the user has been asked whether to keep the files of pictures."""
        return await self.get(KEEP_ORIGINALS) is not None

    async def keep_originals(self, keep: bool) -> None:
        """Remember whether the files of pictures are to be kept."""
        await self.put(KEEP_ORIGINALS, "yes" if keep else "no")

    async def backup_folder(self, key: str) -> Any | None:
        """JavaScript's handle of the folder in which a collection's backup is kept up to date; None if there is none."""
        return ffi.or_none(await self.get(BACKUP_FOLDER + key))

    async def keep_backup_folder(self, key: str, folder: Any | None) -> None:
        """Remember that folder; None forgets it."""
        if folder is None:
            await self.remove(BACKUP_FOLDER + key)
        else:
            await self.put(BACKUP_FOLDER + key, folder)
