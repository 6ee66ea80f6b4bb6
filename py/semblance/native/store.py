"""Collections in a directory, behind the `VectorStore` port, for CPython.

One SQLite database in the directory holds everything. SQLite comes with Python, a transaction is all or nothing even if
the machine stops in the middle of it, and two processes may use the database in turn. Vectors are int8, as in memory and
in IndexedDB. ``PRAGMA user_version`` holds the schema's version.
"""

from __future__ import annotations

import shutil
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
    SchemaTooNew,
    StoreBlocked,
    StoreError,
    StoreUnavailable,
    UnknownCollection,
)
from semblance.ranking.vectors import quantize
from semblance.records import NO_CODES, CollectionInfo, Entries, PictureBytes, Record, Usage
from semblance.storage.record_json import pack, unpack

FILE = "semblance.sqlite3"

_BATCH = 250
_WAIT_SECONDS = 10.0
_MIGRATIONS = (
    """
CREATE TABLE collections (
    key TEXT PRIMARY KEY, name TEXT NOT NULL, model TEXT NOT NULL, encoder_fingerprint TEXT NOT NULL,
    dims INTEGER NOT NULL, created REAL NOT NULL
);
CREATE TABLE items (
    key TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, source TEXT NOT NULL, fingerprint TEXT NOT NULL,
    dims INTEGER NOT NULL, vectors BLOB NOT NULL, content TEXT NOT NULL, rest TEXT NOT NULL,
    PRIMARY KEY (key, id)
);
""",
    """
ALTER TABLE collections ADD COLUMN image_fingerprint TEXT NOT NULL DEFAULT '';
ALTER TABLE items ADD COLUMN is_image INTEGER NOT NULL DEFAULT 0;
CREATE TABLE pictures (
    key TEXT NOT NULL, id TEXT NOT NULL, thumbnail BLOB NOT NULL, original BLOB NOT NULL, PRIMARY KEY (key, id)
);
""",
    "UPDATE items SET vectors = codes(vectors, dims)",
    "CREATE TABLE words (key TEXT NOT NULL, id TEXT NOT NULL, counts BLOB NOT NULL, PRIMARY KEY (key, id));",
    "ALTER TABLE collections ADD COLUMN replaces TEXT NOT NULL DEFAULT '';",
)
"""`_MIGRATIONS[i]` takes a database from schema i to i + 1. Never change a released one: add another."""

_SCHEMA = len(_MIGRATIONS)
_INFO = "key, name, model, encoder_fingerprint, dims, created, image_fingerprint, replaces"
_ENTRY = "id, title, source, fingerprint, dims, vectors, is_image"
_DIMS = 4  # position of the dimensions in an entry
_ITEM = f"key, {_ENTRY}, content, rest"


class DirectoryStore:
    """A `VectorStore` in a directory.

    Parameters
    ----------
    path : Path
        Created if it does not exist.

    Raises
    ------
    StoreUnavailable
        If the directory has no database and none can be made.
    SchemaTooNew
        If a newer version of Semblance wrote the database.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.mkdir(parents=True, exist_ok=True)
            # One connection, in autocommit mode: only `_transaction` begins and ends transactions.
            self._db = sqlite3.connect(path / FILE, timeout=_WAIT_SECONDS, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise StoreUnavailable(f"can't be used for storage ({error})", where=str(path)) from error
        try:
            with self._transaction():
                self._migrate()
        except BaseException:
            self._db.close()
            raise

    def _migrate(self) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > _SCHEMA:
            raise SchemaTooNew(
                f"was written by a newer version (schema {version}, known here: {_SCHEMA})",
                where=str(self._path),
            )
        self._db.create_function("codes", 2, _codes, deterministic=True)
        for migration in _MIGRATIONS[version:]:
            for statement in migration.split(";"):
                self._db.execute(statement)
        if version < _SCHEMA:
            self._db.execute(f"PRAGMA user_version = {_SCHEMA}")

    async def collections(self) -> list[CollectionInfo]:
        with self._errors():
            return self._infos()

    def _infos(self) -> list[CollectionInfo]:
        rows = self._db.execute(
            f"SELECT {_INFO},"
            " (SELECT count(*) FROM items WHERE items.key = collections.key)"
            " FROM collections ORDER BY created, rowid"
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
            raise NameTaken("there is a collection of that name already", where=info.name)
        self._db.execute(
            f"INSERT INTO collections ({_INFO}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET name = excluded.name, model = excluded.model,"
            " encoder_fingerprint = excluded.encoder_fingerprint, dims = excluded.dims,"
            " created = excluded.created, image_fingerprint = excluded.image_fingerprint,"
            " replaces = excluded.replaces",
            astuple(info)[:-2],  # all but count and damage
        )

    def _require(self, key: str) -> None:
        """Raise unless the collection is there; within a transaction, as another program may drop it."""
        if not self._db.execute("SELECT 1 FROM collections WHERE key = ?", (key,)).fetchone():
            raise UnknownCollection("it has been deleted")

    async def drop(self, key: str) -> None:
        with self._transaction():
            self._drop(key)

    def _drop(self, key: str) -> None:
        for table in ("items", "pictures", "words", "collections"):
            self._db.execute(f"DELETE FROM {table} WHERE key = ?", (key,))

    async def replace(self, key: str, by: str, fingerprints: Mapping[str, str]) -> bool:
        with self._transaction():
            self._require(key)
            self._require(by)
            if (
                dict(self._db.execute("SELECT id, fingerprint FROM items WHERE key = ?", (key,)))
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
        query = f"SELECT {_ENTRY} FROM items WHERE key = ?"
        rows = self._rows(f"{query} ORDER BY id LIMIT ?", (key, _BATCH))
        while rows:
            for dims, alike in groupby(rows, key=lambda row: row[_DIMS]):
                yield _entries(list(alike), dims)
            rows = self._rows(f"{query} AND id > ? ORDER BY id LIMIT ?", (key, rows[-1][0], _BATCH))

    def _rows(self, query: str, values: tuple[str | int, ...]) -> list[Any]:
        with self._errors():
            return self._db.execute(query, values).fetchall()

    async def records(
        self,
        key: str,
        ids: Sequence[str],
        *,
        pictures: PictureBytes = "thumbnails",
        vectors: bool = True,
    ) -> list[Record]:
        thumbnail = "NULL" if pictures == "none" else "thumbnail"
        original = "original" if pictures == "originals" else "NULL"
        query = (
            f"SELECT {_ENTRY}, content, rest, {thumbnail}, {original} FROM items"
            " LEFT JOIN pictures USING (key, id) WHERE key = ? AND id = ?"
        )
        with self._errors():
            rows = (self._db.execute(query, (key, id)).fetchone() for id in ids)
            records = [_record(*row) for row in rows if row]
        return records if vectors else [replace(record, codes=NO_CODES) for record in records]

    async def write(self, key: str, records: Sequence[Record]) -> None:
        if not records:
            return
        rows = [_row(key, record) for record in records]
        ids = [(key, record.document.id) for record in records]
        pictures = [
            (key, record.document.id, record.picture.thumbnail, record.picture.original)
            for record in records
            if record.picture
        ]
        words = [(key, record.document.id, record.words) for record in records if record.words]
        with self._transaction():
            self._require(key)
            self._db.executemany(
                f"INSERT OR REPLACE INTO items ({_ITEM}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
            )
            self._db.executemany("DELETE FROM pictures WHERE key = ? AND id = ?", ids)
            self._db.executemany("INSERT INTO pictures VALUES (?, ?, ?, ?)", pictures)
            self._db.executemany("DELETE FROM words WHERE key = ? AND id = ?", ids)
            self._db.executemany("INSERT OR REPLACE INTO words VALUES (?, ?, ?)", words)

    async def words(self, key: str) -> AsyncIterator[dict[str, bytes]]:
        query = "SELECT id, counts FROM words WHERE key = ?"
        rows = self._rows(f"{query} ORDER BY id LIMIT ?", (key, _BATCH))
        while rows:
            yield dict(rows)
            rows = self._rows(f"{query} AND id > ? ORDER BY id LIMIT ?", (key, rows[-1][0], _BATCH))

    async def write_words(self, key: str, words: Mapping[str, tuple[str, bytes]]) -> None:
        rows = [(id, counts, key, id, fingerprint) for id, (fingerprint, counts) in words.items()]
        with self._transaction():
            self._db.executemany(
                "INSERT OR REPLACE INTO words SELECT key, ?, ? FROM items WHERE key = ? AND id = ? AND fingerprint = ?",
                rows,
            )

    async def delete(self, key: str, ids: Sequence[str]) -> None:
        rows = [(key, id) for id in ids]
        with self._transaction():
            self._require(key)
            self._db.executemany("DELETE FROM items WHERE key = ? AND id = ?", rows)
            self._db.executemany("DELETE FROM pictures WHERE key = ? AND id = ?", rows)
            self._db.executemany("DELETE FROM words WHERE key = ? AND id = ?", rows)

    async def orphans(self) -> dict[str, int]:
        keys = "SELECT key FROM items UNION SELECT key FROM pictures EXCEPT SELECT key FROM collections"
        counts = "SELECT key, (SELECT count(*) FROM items WHERE items.key = orphans.key)"
        return dict(self._rows(f"{counts} FROM ({keys}) AS orphans", ()))

    async def usage(self) -> Usage:
        used = sum(file.stat().st_size for file in self._path.glob(f"{FILE}*"))
        return Usage(used=used, quota=used + shutil.disk_usage(self._path).free, persisted=True)

    async def close(self) -> None:
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # SQLite itself rolls back when the disk is full
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Raise SQLite's errors as Semblance's."""
        where = str(self._path)
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary code
            if code == sqlite3.SQLITE_FULL:
                raise QuotaExceeded("the disk is full", where=where) from error
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise StoreBlocked("another program is writing to it", where=where) from error
            if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise StoreError(f"{FILE} is damaged, or not a database ({error})", where=where) from error
            raise StoreError(str(error), where=where) from error


def _entries(rows: list[Any], dims: int) -> Entries:
    ids, titles, sources, fingerprints, _, blobs, images = map(list, zip(*rows, strict=True))
    passages = np.array([len(blob) // dims for blob in blobs], dtype=np.int32)
    codes = np.frombuffer(b"".join(blobs), dtype=np.int8).reshape(-1, dims)
    return Entries(ids, titles, sources, fingerprints, [bool(image) for image in images], passages, codes)


def _codes(blob: bytes, dims: int) -> bytes:
    """Rows of little-endian float32 as rows of int8."""
    return quantize(np.frombuffer(blob, dtype="<f4").reshape(-1, dims)).tobytes()


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
