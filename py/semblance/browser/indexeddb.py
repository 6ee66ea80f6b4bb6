"""Collections in IndexedDB, behind the `VectorStore` port. ``static/js/store.js`` holds the schema."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import asdict
from itertools import repeat
from typing import Any

import numpy as np

from semblance.arrays import Codes
from semblance.browser import ffi
from semblance.errors import DamagedCollection
from semblance.ranking.entries import are_sound
from semblance.records import NO_CODES, CollectionInfo, Entries, PictureBytes, Record, Usage
from semblance.storage.record_json import described, pack, unpack

BLOCKS_PER_READ = (
    4  # a block has at most about a thousand items, so a read blocks the page for milliseconds only
)
WORDS_PER_READ = 250


class IndexedDBStore:
    """A `VectorStore` in the browser's database. Make one with `open`."""

    def __init__(self, database: Any, scope: ffi.Scope) -> None:
        self._db = database
        self._scope = scope

    @classmethod
    async def open(
        cls,
        name: str = "semblance",
        *,
        on_change: Callable[[str], None] | None = None,
        on_closed: Callable[[bool], None] | None = None,
    ) -> IndexedDBStore:
        """Open the database, migrating an older schema.

        Parameters
        ----------
        name : str
            The database's name.
        on_change : callable, optional
            Called with a collection's key when another tab changed it.
        on_closed : callable, optional
            Called when the database is closed; whether a newer version of the page, in another tab, took it over. If not,
            the browser cleared it.

        Raises
        ------
        StoreUnavailable, StoreBlocked, SchemaTooNew
            As their names say.
        """
        scope = ffi.Scope()
        listeners: dict[str, Any] = {}
        if on_change is not None:
            listeners["onChange"] = scope.function(on_change)
        if on_closed is not None:
            listeners["onClosed"] = scope.function(on_closed)
        try:
            database = await ffi.js_call(ffi.bridge.openStore(name, ffi.mapping(listeners)))
        except BaseException:
            scope.close()
            raise
        return cls(database, scope)

    async def collections(self) -> list[CollectionInfo]:
        infos = await ffi.js_call(self._db.collections())
        return described(infos.to_py())

    async def put_collection(self, info: CollectionInfo) -> None:
        stored = {key: value for key, value in asdict(info).items() if key not in ("count", "damage")}
        if not info.replaces:
            del stored["replaces"]  # earlier versions do not know it
        await ffi.js_call(self._db.putCollection(ffi.js_object(stored)))

    async def describe(self, key: str, **fields: Any) -> CollectionInfo:
        info = await ffi.js_call(self._db.describe(key, ffi.js_object(fields)))
        return CollectionInfo(**info.to_py())

    async def drop(self, key: str) -> None:
        await ffi.js_call(self._db.drop(key))

    async def replace(self, key: str, by: str, fingerprints: Mapping[str, str]) -> bool:
        pairs = [ffi.js_list(side) for side in (fingerprints.keys(), fingerprints.values())]
        return bool(await ffi.js_call(self._db.replace(key, by, *pairs)))

    async def entries(self, key: str) -> AsyncIterator[Entries]:
        reading = self._db.entries(key, None, BLOCKS_PER_READ)
        while (batch := await ffi.js_call(reading)).blocks.length:
            # The next batch is read while this one is handled.
            reading = self._db.entries(key, batch.last, BLOCKS_PER_READ)
            for block in batch.blocks:
                yield _entries(block)

    async def ids(self, key: str) -> list[str]:
        return [str(id) for id in await ffi.js_call(self._db.ids(key))]

    async def records(
        self,
        key: str,
        ids: Sequence[str],
        *,
        pictures: PictureBytes = "thumbnails",
        vectors: bool = True,
    ) -> list[Record]:
        stores = {"none": [], "thumbnails": ["thumbnails"], "originals": ["thumbnails", "originals"]}
        stored = await ffi.js_call(
            self._db.records(key, ffi.js_list(ids), vectors, ffi.js_list(stores[pictures]))
        )
        rows = _rows(stored) if vectors else repeat(NO_CODES, stored.items.length)
        return [_record(item, some) for item, some in zip(stored.items, rows, strict=True)]

    async def write(self, key: str, records: Sequence[Record]) -> None:
        if not records:
            return
        items = ffi.js_list([_item(record) for record in records])
        shapes = np.array([record.codes.shape for record in records], dtype=np.int32)
        codes = np.concatenate([record.codes.reshape(-1) for record in records])
        arrays = [ffi.typed_array(array) for array in (shapes[:, 0], shapes[:, 1], codes)]
        await ffi.js_call(self._db.write(key, items, *arrays))

    async def words(self, key: str) -> AsyncIterator[dict[str, bytes]]:
        after = None
        while (batch := await ffi.js_call(self._db.words(key, after, WORDS_PER_READ))).ids.length:
            ids, after = batch.ids.to_py(), batch.ids[-1]
            yield {id: ffi.array_bytes(counts) for id, counts in zip(ids, batch.counts, strict=True)}

    async def write_words(self, key: str, words: Mapping[str, tuple[str, bytes]]) -> None:
        items = [
            ffi.mapping({"id": id, "fingerprint": fingerprint, "words": ffi.byte_array(counts)})
            for id, (fingerprint, counts) in words.items()
        ]
        await ffi.js_call(self._db.writeWords(key, ffi.js_list(items)))

    async def delete(self, key: str, ids: Sequence[str]) -> None:
        await ffi.js_call(self._db.delete(key, ffi.js_list(ids)))

    async def orphans(self) -> dict[str, int]:
        return dict((await ffi.js_call(self._db.orphans())).to_py())

    async def usage(self) -> Usage:
        estimate = (await ffi.js_call(ffi.bridge.storageEstimate())).to_py()
        return Usage(**estimate)

    async def close(self) -> None:
        self._db.close()
        self._scope.close()

    async def get_setting(self, name: str) -> Any:
        """A value that the page remembers; None if there is none."""
        return await ffi.js_call(self._db.getSetting(name))

    async def put_setting(self, name: str, value: Any) -> None:
        await ffi.js_call(self._db.putSetting(name, value))

    async def delete_setting(self, name: str) -> None:
        await ffi.js_call(self._db.deleteSetting(name))

    async def settings(self, prefix: str) -> list[tuple[str, Any]]:
        """Names and values of the settings whose names begin with a prefix."""
        return [(str(name), value) for name, value in await ffi.js_call(self._db.settings(prefix))]


def _entries(block: Any) -> Entries:
    try:
        passages = ffi.numpy_array(block.passages, np.int32)
        codes = ffi.numpy_array(block.codes, np.int8, (-1, block.dims))
        entries = Entries(**json.loads(block.light), passages=passages, codes=codes)
        sound = are_sound(entries)
    except Exception as error:  # damaged data can be anything
        raise _damage() from error
    if not sound:
        raise _damage()
    return entries


def _damage() -> DamagedCollection:
    return DamagedCollection("collections.damaged")


def _rows(stored: Any) -> list[Codes]:
    """Each item's (p, d) rows."""
    codes = ffi.numpy_array(stored.codes, np.int8)
    passages, dims = (ffi.numpy_array(shape, np.int32) for shape in (stored.passages, stored.dims))
    ends = np.cumsum(passages * dims)
    parts = zip(np.split(codes, ends[:-1]), passages.tolist(), dims.tolist(), strict=False)
    return [part.reshape(p, d) for part, p, d in parts]


def _item(record: Record) -> Any:
    doc, picture = record.document, record.picture
    fields = {
        "id": doc.id,
        "title": doc.title,
        "source": doc.source,
        "fingerprint": record.fingerprint,
        "content": doc.content,
        "rest": pack(record),
        "image": picture is not None,
    }
    if record.words:
        fields["words"] = ffi.byte_array(record.words)
    if picture:
        fields["thumbnails"] = ffi.byte_array(picture.thumbnail)
    if picture and picture.original:
        fields["originals"] = ffi.byte_array(picture.original)
    return ffi.mapping(fields)


def _record(item: Any, codes: Codes) -> Record:
    pixels = [ffi.array_bytes(data) if data else b"" for data in (item.thumbnail, item.original)]
    light = (item.id, item.title, item.source, item.fingerprint)
    return unpack(*light, codes, item.content, item.rest, *pixels)
