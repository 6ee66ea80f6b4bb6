"""Collections in an SQLite database: the SQL that the stores of CPython and the file of ``llm`` share.

SQLite comes with Python, also in a page. A transaction is all or nothing even if the machine stops in the middle of it, and
two processes may use a database in turn. Vectors are int8, as in memory and in IndexedDB.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from semblance.errors import (
    NameTaken,
    QuotaExceeded,
    StoreBlocked,
    StoreError,
    StoreUnavailable,
    UnknownCollection,
)
from semblance.records import NO_CODES, CollectionInfo, Entries, PictureBytes, Record, Usage
from semblance.storage.record_json import pack, unpack

WAIT_SECONDS = 10.0
"""How long a writer waits for another one."""

_BATCH = 250
_INFO = "key, name, model, encoder_fingerprint, dims, created, image_fingerprint, replaces"
_ENTRY = "id, title, source, fingerprint, dims, vectors, is_image"
_DIMS = 4  # position of the dimensions in an entry
_ITEM = f"key, {_ENTRY}, content, rest"


class SqliteStore:
    """A `VectorStore` in one SQLite file. A subclass makes the tables.

    Parameters
    ----------
    file : Path
    where : str
        How errors name it.

    Raises
    ------
    StoreUnavailable
        If there is no such file and none can be made.
    """

    PREFIX = ""
    """What the names of the tables begin with, where others have tables in the same file."""

    CONTENT = "content"
    """The SQL for the text of an item."""

    def __init__(self, file: Path, where: str) -> None:
        self._file, self._where = file, where
        self._tables = [f"{self.PREFIX}{name}" for name in ("collections", "items", "pictures", "words")]
        self._collections, self._items, self._pictures, self._words = self._tables
        try:
            # One connection, in autocommit mode: only `_transaction` begins and ends transactions.
            self._db = sqlite3.connect(file, timeout=WAIT_SECONDS, isolation_level=None)
        except sqlite3.Error as error:
            raise StoreUnavailable("stores.unusable", reason=error, where=where) from error
        try:
            with self._transaction():
                self._migrate()
        except BaseException:
            self._db.close()
            raise

    # --- what a subclass may add, each within the transaction of the change -------------------------

    def _migrate(self) -> None:
        """Make the tables, or bring them up to date."""
        raise NotImplementedError

    def _begun(self) -> None:
        """A change begins."""

    def _wrote(self, key: str, records: Sequence[Record]) -> None:
        """Items were written."""

    def _deleted(self, key: str, ids: Sequence[str]) -> None:
        """Items were deleted, if they were there."""

    def _refresh(self) -> None:
        """Something is about to be read, outside a transaction."""

    # ------------------------------------------------------------------------------------------------

    async def collections(self) -> list[CollectionInfo]:
        self._refresh()
        with self._errors():
            return self._infos()

    def _infos(self) -> list[CollectionInfo]:
        rows = self._db.execute(
            f"SELECT {_INFO},"
            f" (SELECT count(*) FROM {self._items} AS items WHERE items.key = {self._collections}.key)"
            f" FROM {self._collections} ORDER BY created, rowid"
        )
        return [CollectionInfo(*row) for row in rows]

    async def put_collection(self, info: CollectionInfo) -> None:
        with self._transaction():
            self._put(info)

    async def describe(self, key: str, **fields: Any) -> CollectionInfo:
        with self._transaction():
            self._require(key)
            (info,) = [replace(info, **fields) for info in self._infos() if info.key == key]
            self._put(info)
            return info

    def _put(self, info: CollectionInfo) -> None:
        names = {other.key: other.name for other in self._infos()}
        if info.name in names.values() and names.get(info.key) != info.name:
            raise NameTaken("collections.name_taken", where=info.name)
        self._db.execute(
            f"INSERT INTO {self._collections} ({_INFO}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET name = excluded.name, model = excluded.model,"
            " encoder_fingerprint = excluded.encoder_fingerprint, dims = excluded.dims,"
            " created = excluded.created, image_fingerprint = excluded.image_fingerprint,"
            " replaces = excluded.replaces",
            astuple(info)[:-2],  # all but count and damage
        )

    def _require(self, key: str) -> None:
        """Raise unless the collection is there; within a transaction, as another program may drop it."""
        if not self._db.execute(f"SELECT 1 FROM {self._collections} WHERE key = ?", (key,)).fetchone():
            raise UnknownCollection("collections.deleted")

    async def drop(self, key: str) -> None:
        with self._transaction():
            self._drop(key)

    def _drop(self, key: str) -> None:
        for table in self._tables:
            self._db.execute(f"DELETE FROM {table} WHERE key = ?", (key,))

    async def replace(self, key: str, by: str, fingerprints: Mapping[str, str]) -> bool:
        with self._transaction():
            self._require(key)
            self._require(by)
            if (
                dict(self._db.execute(f"SELECT id, fingerprint FROM {self._items} WHERE key = ?", (key,)))
                != fingerprints
            ):
                return False
            infos = {info.key: info for info in self._infos()}
            self._drop(key)
            before = infos[key]
            self._put(replace(infos[by], name=before.name, created=before.created, replaces=key))
            return True

    async def entries(self, key: str) -> AsyncIterator[Entries]:
        # Each batch is a query of its own, so that nothing is locked while the caller works on a batch.
        self._refresh()
        query = f"SELECT {_ENTRY} FROM {self._items} WHERE key = ?"
        rows = self._rows(f"{query} ORDER BY id LIMIT ?", (key, _BATCH))
        while rows:
            for dims, alike in groupby(rows, key=lambda row: row[_DIMS]):
                yield _entries(list(alike), dims)
            rows = self._rows(f"{query} AND id > ? ORDER BY id LIMIT ?", (key, rows[-1][0], _BATCH))

    def _rows(self, query: str, values: tuple[str | int, ...]) -> list[Any]:
        with self._errors():
            return self._db.execute(query, values).fetchall()

    async def ids(self, key: str) -> list[str]:
        self._refresh()
        return [id for (id,) in self._rows(f"SELECT id FROM {self._items} WHERE key = ?", (key,))]

    async def records(
        self,
        key: str,
        ids: Sequence[str],
        *,
        pictures: PictureBytes = "thumbnails",
        vectors: bool = True,
    ) -> list[Record]:
        self._refresh()
        thumbnail = "NULL" if pictures == "none" else "thumbnail"
        original = "original" if pictures == "originals" else "NULL"
        query = (
            f"SELECT {_ENTRY}, {self.CONTENT}, rest, {thumbnail}, {original} FROM {self._items}"
            f" LEFT JOIN {self._pictures} USING (key, id) WHERE key = ? AND id = ?"
        )
        with self._errors():
            rows = (self._db.execute(query, (key, id)).fetchone() for id in ids)
            records = [_record(*row) for row in rows if row]
        return records if vectors else [replace(record, codes=NO_CODES) for record in records]

    async def write(self, key: str, records: Sequence[Record]) -> None:
        if not records:
            return
        with self._transaction():
            self._require(key)
            self._insert(key, records)
            self._wrote(key, records)

    def _insert(self, key: str, records: Sequence[Record]) -> None:
        rows = [_row(key, record) for record in records]
        ids = [(key, record.document.id) for record in records]
        pictures = [
            (key, record.document.id, record.picture.thumbnail, record.picture.original)
            for record in records
            if record.picture
        ]
        words = [(key, record.document.id, record.words) for record in records if record.words]
        self._db.executemany(
            f"INSERT OR REPLACE INTO {self._items} ({_ITEM}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
        )
        self._db.executemany(f"DELETE FROM {self._pictures} WHERE key = ? AND id = ?", ids)
        self._db.executemany(f"INSERT INTO {self._pictures} VALUES (?, ?, ?, ?)", pictures)
        self._db.executemany(f"DELETE FROM {self._words} WHERE key = ? AND id = ?", ids)
        self._db.executemany(f"INSERT OR REPLACE INTO {self._words} VALUES (?, ?, ?)", words)

    async def words(self, key: str) -> AsyncIterator[dict[str, bytes]]:
        self._refresh()
        query = f"SELECT id, counts FROM {self._words} WHERE key = ?"
        rows = self._rows(f"{query} ORDER BY id LIMIT ?", (key, _BATCH))
        while rows:
            yield dict(rows)
            rows = self._rows(f"{query} AND id > ? ORDER BY id LIMIT ?", (key, rows[-1][0], _BATCH))

    async def write_words(self, key: str, words: Mapping[str, tuple[str, bytes]]) -> None:
        rows = [(id, counts, key, id, fingerprint) for id, (fingerprint, counts) in words.items()]
        with self._transaction():
            self._db.executemany(
                f"INSERT OR REPLACE INTO {self._words} SELECT key, ?, ? FROM {self._items}"
                " WHERE key = ? AND id = ? AND fingerprint = ?",
                rows,
            )

    async def delete(self, key: str, ids: Sequence[str]) -> None:
        rows = [(key, id) for id in ids]
        with self._transaction():
            self._require(key)
            for table in (self._items, self._pictures, self._words):
                self._db.executemany(f"DELETE FROM {table} WHERE key = ? AND id = ?", rows)
            self._deleted(key, ids)

    async def orphans(self) -> dict[str, int]:
        keys = (
            f"SELECT key FROM {self._items} UNION SELECT key FROM {self._pictures}"
            f" EXCEPT SELECT key FROM {self._collections}"
        )
        counts = f"SELECT key, (SELECT count(*) FROM {self._items} AS items WHERE items.key = orphans.key)"
        return dict(self._rows(f"{counts} FROM ({keys}) AS orphans", ()))

    async def usage(self) -> Usage:
        used = sum(file.stat().st_size for file in self._file.parent.glob(f"{self._file.name}*"))
        return Usage(used=used, quota=None, persisted=True)

    async def close(self) -> None:
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._begun()
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # SQLite itself rolls back when the disk is full
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Raise SQLite's errors as Semblance's."""
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary code
            if code == sqlite3.SQLITE_FULL:
                raise QuotaExceeded("stores.full", where=self._where) from error
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise StoreBlocked("stores.busy", where=self._where) from error
            if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise StoreError(
                    "stores.no_database", file=self._file.name, reason=error, where=self._where
                ) from error
            raise StoreError(str(error), where=self._where) from error


def _entries(rows: list[Any], dims: int) -> Entries:
    ids, titles, sources, fingerprints, _, blobs, images = map(list, zip(*rows, strict=True))
    passages = np.array([len(blob) // dims for blob in blobs], dtype=np.int32)
    codes = np.frombuffer(b"".join(blobs), dtype=np.int8).reshape(-1, dims)
    return Entries(ids, titles, sources, fingerprints, [bool(image) for image in images], passages, codes)


def _row(key: str, record: Record) -> tuple[str | int | bytes, ...]:
    doc, codes, picture = record.document, record.codes, record.picture
    light = (
        key,
        doc.id,
        doc.title,
        doc.source,
        record.fingerprint,
        codes.shape[1],
        codes.tobytes(),
        int(bool(picture)),
    )
    return (*light, doc.content, pack(record))


def _record(
    id: str,
    title: str,
    source: str,
    fingerprint: str,
    dims: int,
    blob: bytes,
    is_image: int,
    content: str,
    rest: str,
    thumbnail: bytes | None,
    original: bytes | None,
) -> Record:
    codes = np.frombuffer(blob, dtype=np.int8).reshape(-1, dims)
    return unpack(id, title, source, fingerprint, codes, content, rest, thumbnail or b"", original or b"")
