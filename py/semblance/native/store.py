"""Collections in a directory, behind the `VectorStore` port, for CPython.

One SQLite database in the directory holds everything. ``PRAGMA user_version`` holds the schema's version.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np

from semblance.errors import SchemaTooNew, StoreUnavailable
from semblance.ranking.vectors import quantize
from semblance.records import Usage
from semblance.storage.sqlite_store import SqliteStore

FILE = "semblance.sqlite3"

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


class DirectoryStore(SqliteStore):
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
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable("stores.unusable", reason=error, where=str(path)) from error
        super().__init__(path / FILE, str(path))

    def _migrate(self) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > _SCHEMA:
            raise SchemaTooNew(
                f"was written by a newer version (schema {version}, known here: {_SCHEMA})",
                where=self._where,
            )
        self._db.create_function("codes", 2, _codes, deterministic=True)
        for migration in _MIGRATIONS[version:]:
            for statement in migration.split(";"):
                self._db.execute(statement)
        if version < _SCHEMA:
            self._db.execute(f"PRAGMA user_version = {_SCHEMA}")

    async def usage(self) -> Usage:
        usage = await super().usage()
        return replace(usage, quota=(usage.used or 0) + shutil.disk_usage(self._file.parent).free)


def _codes(blob: bytes, dims: int) -> bytes:
    """Rows of little-endian float32 as rows of int8."""
    return quantize(np.frombuffer(blob, dtype="<f4").reshape(-1, dims)).tobytes()
