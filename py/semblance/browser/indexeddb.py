"""Collections in IndexedDB, behind the `VectorStore` port. ``static/js/store.js`` holds the schema."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

import numpy as np

from semblance.browser import ffi
from semblance.packing import pack, unpack
from semblance.ports import CollectionInfo, Entries, FloatArray, PictureBytes, Record, Usage
from semblance.vectors import dequantize, quantize

ENTRIES_PER_BATCH = 250  # small enough that one batch holds up the page for a few milliseconds only


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
        on_closed: Callable[[], None] | None = None,
    ) -> IndexedDBStore:
        """Open the database, migrating an older schema.

        Parameters
        ----------
        name : str
            Of the database.
        on_change : callable, optional
            Called with a collection's key when another tab changed it.
        on_closed : callable, optional
            Called when a newer version of the page, in another tab, took the database over.

        Raises
        ------
        StoreUnavailable, StoreBlocked, SchemaTooNew
            As their names say; each tells the user what to do.
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
        return [CollectionInfo(**info) for info in infos.to_py()]

    async def put_collection(self, info: CollectionInfo) -> None:
        stored = {key: value for key, value in asdict(info).items() if key != "count"}
        await ffi.js_call(self._db.putCollection(ffi.js_object(stored)))

    async def drop(self, key: str) -> None:
        await ffi.js_call(self._db.drop(key))

    async def entries(self, key: str) -> AsyncIterator[Entries]:
        after = None
        while True:
            batch = await ffi.js_call(self._db.entries(key, after, ENTRIES_PER_BATCH))
            ids = batch.ids.to_py()
            if not ids:
                return
            columns = (
                batch.titles.to_py(),
                batch.sources.to_py(),
                batch.fingerprints.to_py(),
                batch.images.to_py(),
            )
            items = zip(ids, *columns, _rows(batch), strict=True)
            for _, alike in groupby(items, key=lambda item: item[-1].shape[1]):
                ids_, titles, sources, fingerprints, images, rows = map(list, zip(*alike, strict=True))
                passages = np.array([len(vectors) for vectors in rows], dtype=np.int32)
                codes = quantize(np.concatenate(rows))
                yield Entries(ids_, titles, sources, fingerprints, images, passages, codes)
            after = ids[-1]

    async def records(
        self, key: str, ids: Sequence[str], *, pictures: PictureBytes = "thumbnails"
    ) -> list[Record]:
        stores = {"none": [], "thumbnails": ["thumbnails"], "originals": ["thumbnails", "originals"]}
        found = await ffi.js_call(self._db.records(key, ffi.js_list(ids), ffi.js_list(stores[pictures])))
        return [_record(item, vectors) for item, vectors in zip(found.items, _rows(found), strict=True)]

    async def write(self, key: str, records: Sequence[Record]) -> None:
        if not records:
            return
        items = ffi.js_list([_item(record) for record in records])
        passages = np.array([len(record.vectors) for record in records], dtype=np.int32)
        lengths = np.array([record.vectors.size for record in records], dtype=np.int32)
        flat = np.concatenate([dequantize(quantize(record.vectors)).reshape(-1) for record in records])
        arrays = [ffi.typed_array(array) for array in (passages, lengths, flat)]
        await ffi.js_call(self._db.write(key, items, *arrays))

    async def delete(self, key: str, ids: Sequence[str]) -> None:
        await ffi.js_call(self._db.delete(key, ffi.js_list(ids)))

    async def usage(self) -> Usage:
        told = (await ffi.js_call(ffi.bridge.storageEstimate())).to_py()
        return Usage(**told)

    async def close(self) -> None:
        self._db.close()
        self._scope.close()

    async def get_setting(self, name: str) -> Any:
        """A value that the page remembers; None where there is none."""
        return await ffi.js_call(self._db.getSetting(name))

    async def put_setting(self, name: str, value: str) -> None:
        await ffi.js_call(self._db.putSetting(name, value))


def _rows(batch: Any) -> list[FloatArray]:
    """Each item's (p, d) rows, from the flat array of a batch."""
    flat = ffi.numpy_array(batch.flat, np.float32)
    ends = np.cumsum(ffi.numpy_array(batch.lengths, np.int32))
    passages = ffi.numpy_array(batch.passages, np.int32).tolist()
    return [rows.reshape(p, -1) for rows, p in zip(np.split(flat, ends[:-1]), passages, strict=False)]


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
    if picture:
        fields["thumbnails"] = ffi.byte_array(picture.thumbnail)
    if picture and picture.original:
        fields["originals"] = ffi.byte_array(picture.original)
    return ffi.mapping(fields)


def _record(item: Any, vectors: FloatArray) -> Record:
    pixels = [ffi.array_bytes(data) if data else b"" for data in (item.thumbnail, item.original)]
    light = (item.id, item.title, item.source, item.fingerprint)
    return unpack(*light, vectors, item.content, item.rest, *pixels)
