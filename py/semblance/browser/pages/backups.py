"""Backups: saved after they were read back, offered after much was added, or kept up to date in a folder."""

from __future__ import annotations

from typing import Any

from semblance.browser import ffi
from semblance.browser.pages.dialogs import Subject
from semblance.browser.pages.session import Session
from semblance.browser.pages.settings import Settings
from semblance.browser.pages.words import counted, words
from semblance.collection import Collection
from semblance.errors import StoreError
from semblance.library import Library
from semblance.records import CollectionInfo
from semblance.restore import read_backup

SUFFIX = ".semblance"
MANY = 500  # items that were added since the last backup
SAVED = "items in the last backup: "  # begins the name of a setting, before a collection's key


class Backups:
    """Makes backups of the collections of a session, and remembers what of them is in one."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._reminded: set[str] = set()  # keys of collections

    async def save(self, name: str) -> None:
        """Let the browser save a backup of a collection."""
        collection = await self._session.library.collection(name, create=False)
        ffi.download([await self._made(collection)], _file_name(collection))
        await self._note(collection)
        self._session.dialogs.settle(_matter(collection))
        self._session.dialogs.toast(counted("backups.saved", collection.count(), name=name))

    async def pieces(self, info: CollectionInfo) -> list[bytes]:
        """A backup, with what the user says of pairs of items."""
        relations = await self._session.settings.relations(info)
        return [piece async for piece in self._session.library.backup(info.name, relations)]

    async def _made(self, collection: Collection) -> bytes:
        """A backup that was read back: each hash, each vector and each item of it is right."""
        data = b"".join(await self.pieces(collection.info))
        await read_backup(data, _file_name(collection))
        return data

    async def _note(self, collection: Collection) -> None:
        await self._session.settings.put(SAVED + collection.info.key, collection.count())

    async def after_change(self, collection: Collection) -> None:
        """Bring the backup in a folder up to date, or offer a backup if much was added since the last."""
        folder = await self._session.settings.backup_folder(collection.info.key)
        if folder is not None:
            return await self._update(collection, folder)
        key = collection.info.key
        added = collection.count() - int(await self._session.settings.get(SAVED + key) or 0)
        if added < MANY or key in self._reminded:
            return
        self._reminded.add(key)
        text = counted("backups.remind", added, name=collection.name)
        name, run = collection.name, self._session.run
        actions = {words("backups.save"): lambda: run(self.save(name))}
        self._session.dialogs.notice(text, actions, Subject(_matter(collection), collection=key))

    # --- in a folder ---

    async def keep(self, name: str) -> None:
        """Ask for a folder, and keep a backup up to date in it from now on."""
        module = await ffi.js_call(ffi.bridge.backupFolder())
        folder = ffi.or_none(await ffi.js_call(module.chooseFolder()))
        if folder is None:
            return
        collection = await self._session.library.collection(name, create=False)
        await self._session.settings.keep_backup_folder(collection.info.key, folder)
        await self._update(collection, folder, ask=True)
        await self._session.changed()

    async def keep_no_more(self, name: str) -> None:
        """Leave the backup in the folder as it is from now on."""
        collection = await self._session.library.collection(name, create=False)
        await self._session.settings.keep_backup_folder(collection.info.key, None)
        self._session.dialogs.settle(_matter(collection))
        await self._session.changed()

    async def _update(self, collection: Collection, folder: Any, ask: bool = False) -> None:
        module = await ffi.js_call(ffi.bridge.backupFolder())
        file, key = _file_name(collection), collection.info.key
        if not await ffi.js_call(module.mayWrite(folder, ask)):
            text = words("backups.not_allowed", name=collection.name, folder=str(folder.name))
            again = {
                words("backups.update"): lambda: self._session.run(self._update(collection, folder, True))
            }
            return self._session.dialogs.notice(text, again, Subject(_matter(collection), collection=key))
        data = await self._made(collection)
        written = await ffi.js_call(module.replaceFile(folder, file, ffi.blob([data])))
        if ffi.array_bytes(written) != data:
            raise StoreError("browser.backup_not_written", where=f"{folder.name}/{file}")
        await self._note(collection)
        self._session.dialogs.settle(_matter(collection))
        self._session.dialogs.toast(words("backups.updated", name=collection.name, folder=str(folder.name)))


async def take_over(library: Library, settings: Settings, data: bytes, file_name: str = "") -> CollectionInfo:
    """Read a backup into a new collection."""
    backup = await read_backup(data, file_name)
    info = await library.take_over(backup.info, backup.records())
    await settings.relate(info.key, backup.relations)
    return info


def _file_name(collection: Collection) -> str:
    return f"{collection.name.replace('/', '-')}{SUFFIX}"


def _matter(collection: Collection) -> str:
    return f"backup: {collection.info.key}"
