"""The user's choices, and what else the page remembers, if the browser lets it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from semblance.browser import ffi
from semblance.browser.indexeddb import IndexedDBStore
from semblance.records import CollectionInfo

RELATIONS = (
    "relations:"  # the names of what users say of pairs of items begin with it; a collection's key follows
)
KEEP_ORIGINALS = "keep original pictures"  # name of a setting
BACKUP_FOLDER = "folder of the backup: "  # begins the name of one; a collection's key follows


class Settings:
    """Values by name: texts, and JavaScript's objects where the browser can keep them.

    Parameters
    ----------
    store : IndexedDBStore, optional
        Without a store all is forgotten when the page is closed.
    """

    def __init__(self, store: IndexedDBStore | None) -> None:
        self._store = store
        self._values: dict[str, Any] = {}  # without a store

    async def get(self, name: str) -> Any:
        """The value of a setting; None if there is none."""
        return await self._store.get_setting(name) if self._store else self._values.get(name)

    async def put(self, name: str, value: Any) -> None:
        """Remember something."""
        if self._store:
            await self._store.put_setting(name, value)
        else:
            self._values[name] = value

    async def remove(self, name: str) -> None:
        """Forget something."""
        if self._store:
            await self._store.delete_setting(name)
        self._values.pop(name, None)

    async def beginning_with(self, prefix: str) -> list[tuple[str, Any]]:
        """Names and values of the settings whose names begin with a prefix."""
        if self._store:
            return await self._store.settings(prefix)
        return [(name, value) for name, value in self._values.items() if name.startswith(prefix)]

    async def relations(self, info: CollectionInfo) -> dict[str, Any]:
        """What the user says of pairs of items of a collection, as plain data: see `semblance.relations`."""
        kept = await self.get(RELATIONS + info.key)
        if kept is None and info.replaces:  # it was embedded again since
            kept = await self.get(RELATIONS + info.replaces)
        return dict(json.loads(kept)) if kept else {}

    async def relate(self, key: str, relations: Mapping[str, Any]) -> None:
        """Remember what the user says of pairs of items of a collection, by its key."""
        if relations:
            await self.put(RELATIONS + key, json.dumps(dict(relations)))

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
