"""A collection's items in the store and in memory. Both always hold the same items."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from semblance.embedding.recipe import title_of
from semblance.errors import DamagedCollection, StaleCollection, StoreError, UnknownCollection
from semblance.pace import Pacer, uninterrupted
from semblance.ports import VectorStore
from semblance.ranking.entries import entries_of
from semblance.ranking.index import Index
from semblance.ranking.words.counts import WordCounts, count_words
from semblance.ranking.words.index import WordIndex
from semblance.records import CollectionInfo, PictureBytes, Record

OnWritten = Callable[[Sequence[Record]], None]

_COUNTED_AT_ONCE = 32


class Shelf:
    """One collection of a store, with its vectors in memory.

    Changes are made one at a time. Each goes to the store first, and to memory once it is stored. A change is
    finished even if the task that asked for it is cancelled.

    Parameters
    ----------
    info : CollectionInfo
        As the store holds it.
    store : VectorStore
    """

    def __init__(self, info: CollectionInfo, store: VectorStore) -> None:
        self._info = info
        self._store = store
        self._changing = asyncio.Lock()
        self._counting = asyncio.Lock()
        self._words: WordIndex | None = None  # None until a search needs it
        self.index = Index()

    @property
    def info(self) -> CollectionInfo:
        return replace(self._info, count=len(self.index))

    async def load(self, on_progress: Callable[[int], None] | None = None) -> None:
        """Read all from the store; `on_progress` is told how many items there are so far.

        Raises
        ------
        DamagedCollection
            If it can't be read; memory stays as it was.
        """
        async with self._changing:
            info = await self._stored_info()
            if info.damage:
                raise DamagedCollection(info.damage, where=info.name)
            try:
                index = await self._read(on_progress)
            except StoreError as error:
                error.where = error.where or info.name
                raise
            index.version += self.index.version
            self.index, self._info, self._words = index, info, None

    async def _read(self, on_progress: Callable[[int], None] | None) -> Index:
        index, pacer = Index(), Pacer()
        async for entries in self._store.entries(self._info.key):
            index.put(entries)
            if on_progress:
                on_progress(len(index))
            await pacer.breathe()
        await index.sort(pacer)
        return index

    async def words(self) -> WordIndex:
        """The words of all items.

        They are read when they are first needed. Items of an earlier version have none: these are counted, and kept.
        """
        async with self._counting:  # one reader is enough
            while self._words is None:
                # Not alone: a search would wait for a write. What memory lacks by then is read again.
                version = self.index.version
                words = await self._read_words()
                if self.index.version == version:
                    self._words = words
            await self._count_missing()
            words = self._words or WordIndex()
            await words.prepare()
            return words

    async def _read_words(self) -> WordIndex:
        words, pacer = WordIndex(), Pacer()
        async for batch in self._store.words(self._info.key):
            for id, packed in batch.items():
                counts = WordCounts.unpack(packed)
                if counts and id in self.index:
                    words.put(id, counts)
            await pacer.breathe()
        await words.prepare()
        return words

    async def _count_missing(self) -> None:
        """Count the words of items that have none yet."""
        pacer = Pacer()
        missing = [id for id in self.index.ids if self._words is not None and id not in self._words]
        for start in range(0, len(missing), _COUNTED_AT_ONCE):
            records = await self.records(
                missing[start : start + _COUNTED_AT_ONCE], pictures="none", vectors=False
            )
            counted = {record.document.id: (record, await _counts(record, pacer)) for record in records}
            async with self._changing:
                await self._store.write_words(
                    self._info.key,
                    {id: (record.fingerprint, counts.pack()) for id, (record, counts) in counted.items()},
                )
                for id, (record, counts) in counted.items():
                    entry = self.index.get(id)
                    if self._words is not None and entry and entry.fingerprint == record.fingerprint:
                        self._words.put(id, counts)

    async def records(
        self, ids: Sequence[str], *, pictures: PictureBytes = "thumbnails", vectors: bool = True
    ) -> list[Record]:
        """The items asked for, in the order asked; unknown ids are left out."""
        return await self._store.records(self._info.key, ids, pictures=pictures, vectors=vectors)

    async def write(
        self,
        records: Sequence[Record],
        *,
        replace_only: bool = False,
        count: bool = True,
        then: OnWritten = lambda _: None,
    ) -> None:
        """Insert or replace items.

        Parameters
        ----------
        records : sequence of Record
        replace_only : bool
            Leave out items that are no longer there.
        count : bool
            Count their words now, and not when they are first needed.
        then : callable
            Called with the written records once they are stored, and before memory shows them.
        """
        pacer, counts = Pacer(), dict[str, WordCounts]()
        if count:
            counts = {record.document.id: await _counts(record, pacer) for record in records}
            records = [replace(record, words=counts[record.document.id].pack()) for record in records]

        async def change() -> None:
            kept = [r for r in records if not replace_only or r.document.id in self.index]
            await self._store.write(self._info.key, kept)
            then(kept)
            for entries in entries_of(kept):
                self.index.put(entries)
            if self._words is not None:
                self._words.remove(record.document.id for record in kept)
                for record in kept if count else ():
                    self._words.put(record.document.id, counts[record.document.id])

        await self._change(change)

    async def put_back(self, records: Sequence[Record]) -> None:
        """Insert items that were deleted.

        Raises
        ------
        StaleCollection
            If their vectors can't be those of this collection.
        """
        dims = self._info.dims
        if dims and any(record.codes.shape[1] != dims for record in records):
            raise StaleCollection("collections.of_another_model", where=self._info.name)
        await self.write(records)

    async def delete(self, ids: Sequence[str]) -> list[Record]:
        """Remove items and return them; unknown ids are ignored."""
        removed: list[Record] = []

        async def change() -> None:
            removed.extend(await self.records(ids, pictures="originals"))
            await self._store.delete(self._info.key, ids)
            self.index.remove(ids)
            if self._words is not None:
                self._words.remove(ids)

        await self._change(change)
        return removed

    async def describe(self, **fields: Any) -> None:
        """Change fields of the description."""

        async def change() -> None:
            self._info = await self._store.describe(self._info.key, **fields)

        await self._change(change)

    async def give_way(self, successor: Shelf, fingerprints: Mapping[str, str]) -> bool:
        """Let another collection take this one's place, if this one still holds these items: see `VectorStore.replace`."""
        is_done = await self._store.replace(self._info.key, successor._info.key, fingerprints)
        if is_done:
            successor._info = await successor._stored_info()
            successor.index.version += self.index.version + 1
        return is_done

    async def drop(self) -> None:
        """Remove the collection. Later writes to it raise `UnknownCollection`."""

        async def change() -> None:
            await self._store.drop(self._info.key)
            self.index, self._words = Index(), None

        await self._change(change)

    async def require_stored(self) -> None:
        """Raise `UnknownCollection` if it has been deleted, here or in another tab. For runs that had nothing to write."""
        await self._stored_info()

    async def _stored_info(self) -> CollectionInfo:
        for info in await self._store.collections():
            if info.key == self._info.key:
                return info
        raise UnknownCollection("collections.deleted", where=self._info.name)

    async def _change(self, change: Callable[[], Awaitable[None]]) -> None:
        async def alone() -> None:
            async with self._changing:
                try:
                    await change()
                except UnknownCollection as error:
                    error.where = self._info.name  # the store knows its key only
                    raise

        await uninterrupted(alone())


async def _counts(record: Record, pacer: Pacer) -> WordCounts:
    return await count_words(record.document, title_of(record.document), pacer)
