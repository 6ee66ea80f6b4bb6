"""Collections in memory, behind the `VectorStore` port. They are gone when the page or the program ends.

For a browser that keeps nothing (private mode), and for trying things out.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from semblance.errors import NameTaken, UnknownCollection
from semblance.ranking.entries import entries_of
from semblance.records import NO_CODES, CollectionInfo, Entries, PictureBytes, Record, Usage

_BATCH = 250


class MemoryStore:
    """A `VectorStore` that keeps nothing.

    Examples
    --------
    >>> import asyncio
    >>> asyncio.run(MemoryStore().collections())
    []
    """

    def __init__(self) -> None:
        self._infos: dict[str, CollectionInfo] = {}
        self._items: dict[str, dict[str, Record]] = {}

    async def collections(self) -> list[CollectionInfo]:
        infos = [replace(info, count=len(self._items.get(info.key, {}))) for info in self._infos.values()]
        return sorted(infos, key=lambda info: info.created)

    async def put_collection(self, info: CollectionInfo) -> None:
        self._require_free(info)
        self._infos[info.key] = info

    async def describe(self, key: str, **fields: Any) -> CollectionInfo:
        info = replace(self._described(key), **fields)
        self._require_free(info)
        self._infos[key] = info
        return replace(info, count=len(self._items.get(key, {})))

    async def drop(self, key: str) -> None:
        self._infos.pop(key, None)
        self._items.pop(key, None)

    async def replace(self, key: str, by: str, fingerprints: Mapping[str, str]) -> bool:
        before, info = self._described(key), self._described(by)
        held = {id: record.fingerprint for id, record in self._items.get(key, {}).items()}
        if held != fingerprints:
            return False
        self._infos[by] = replace(info, name=before.name, created=before.created, replaces=key)
        await self.drop(key)
        return True

    async def entries(self, key: str) -> AsyncIterator[Entries]:
        records = list(self._items.get(key, {}).values())
        for start in range(0, len(records), _BATCH):
            for entries in entries_of(records[start : start + _BATCH]):
                yield entries

    async def ids(self, key: str) -> list[str]:
        return list(self._items.get(key, {}))

    async def records(
        self,
        key: str,
        ids: Sequence[str],
        *,
        pictures: PictureBytes = "thumbnails",
        vectors: bool = True,
    ) -> list[Record]:
        items = self._items.get(key, {})
        records = [_with_bytes(items[id], pictures) for id in ids if id in items]
        records = [replace(record, words=b"") for record in records]
        return records if vectors else [replace(record, codes=NO_CODES) for record in records]

    async def write(self, key: str, records: Sequence[Record]) -> None:
        if not records:
            return
        self._described(key)
        kept = [_own(record) for record in records]
        self._items.setdefault(key, {}).update((record.document.id, record) for record in kept)

    async def words(self, key: str) -> AsyncIterator[dict[str, bytes]]:
        words = {id: record.words for id, record in self._items.get(key, {}).items() if record.words}
        if words:
            yield words

    async def write_words(self, key: str, words: Mapping[str, tuple[str, bytes]]) -> None:
        items = self._items.get(key, {})
        for id, (fingerprint, counts) in words.items():
            if id in items and items[id].fingerprint == fingerprint:
                items[id] = replace(items[id], words=counts)

    async def delete(self, key: str, ids: Sequence[str]) -> None:
        self._described(key)
        for id in ids:
            self._items.get(key, {}).pop(id, None)

    async def orphans(self) -> dict[str, int]:
        return {key: len(items) for key, items in self._items.items() if key not in self._infos}

    async def usage(self) -> Usage:
        used = sum(
            record.codes.nbytes + len(record.document.content) + _picture_bytes(record)
            for items in self._items.values()
            for record in items.values()
        )
        return Usage(used=used, quota=None, persisted=False)

    async def close(self) -> None:
        return None

    def _described(self, key: str) -> CollectionInfo:
        if key not in self._infos:
            raise UnknownCollection("collections.deleted")
        return self._infos[key]

    def _require_free(self, info: CollectionInfo) -> None:
        """Raise `NameTaken` if a collection is to get the name that another has."""
        before = self._infos.get(info.key)
        names = [other.name for other in self._infos.values()]
        if info.name in names and not (before and before.name == info.name):
            raise NameTaken("collections.name_taken", where=info.name)


def _picture_bytes(record: Record) -> int:
    return len(record.picture.thumbnail) + len(record.picture.original) if record.picture else 0


def _with_bytes(record: Record, wanted: PictureBytes) -> Record:
    picture = record.picture
    if picture is None or wanted == "originals":
        return record
    thumbnail = picture.thumbnail if wanted == "thumbnails" else b""
    return replace(record, picture=replace(picture, thumbnail=thumbnail, original=b""))


def _own(record: Record) -> Record:
    """A record that shares nothing with the caller's.

    As in any other store, its metadata must be JSON.
    """
    metadata = json.loads(json.dumps(dict(record.document.metadata)))
    return replace(record, document=replace(record.document, metadata=metadata), codes=record.codes.copy())
