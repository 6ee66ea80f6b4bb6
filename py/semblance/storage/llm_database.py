"""The file of ``llm``, behind the `VectorStore` port: ``embeddings.db`` is read and written as ``llm`` itself does it.

The tables ``collections`` and ``embeddings`` are those of ``llm``: each item with one vector, float32, of the item as a
whole. What they have no place for is kept beside them, in tables whose names begin with ``semblance_``: the vectors of
passages, the counts of words, titles and sources, and the thumbnails of pictures. ``llm`` ignores these. It may change its
own tables at any time, so what it has added, changed or deleted is taken over before anything is read or written.
"""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.documents import Document, Passage
from semblance.embedding.runs import MIXED
from semblance.errors import DamagedItem, StoreError
from semblance.models.names import name_for_llm, own_name
from semblance.ranking.vectors import dequantize, mean_vector, quantize
from semblance.records import CollectionInfo, Record
from semblance.storage.sqlite_store import SqliteStore
from semblance.wording import free_name

SCHEMA = (
    'CREATE TABLE "collections" ("id" INTEGER PRIMARY KEY, "name" TEXT, "model" TEXT)',
    'CREATE UNIQUE INDEX "idx_collections_name" ON "collections" ("name")',
    'CREATE TABLE "embeddings" ("collection_id" INTEGER REFERENCES "collections"("id"), "id" TEXT, "embedding" BLOB,'
    ' "content" TEXT, "content_blob" BLOB, "content_hash" BLOB, "metadata" TEXT, "updated" INTEGER,'
    ' PRIMARY KEY ("collection_id", "id"))',
    'CREATE INDEX "idx_embeddings_content_hash" ON "embeddings" ("content_hash")',
    'CREATE TABLE IF NOT EXISTS "_sqlite_migrations" ("id" INTEGER PRIMARY KEY, "migration_set" TEXT, "name" TEXT,'
    ' "applied_at" TEXT)',
    'CREATE UNIQUE INDEX IF NOT EXISTS "idx__sqlite_migrations_migration_set_name"'
    ' ON "_sqlite_migrations" ("migration_set", "name")',
)
MIGRATION_SET = "llm.embeddings"
MIGRATIONS = (
    "m001_create_tables",
    "m002_foreign_key",
    "m003_add_updated",
    "m004_store_content_hash",
    "m005_add_content_blob",
)
"""What ``llm`` has to find as done, or it would do it again."""

_COLUMNS = {
    "collection_id",
    "id",
    "embedding",
    "content",
    "content_blob",
    "content_hash",
    "metadata",
    "updated",
}
_OWN_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS semblance_collections (key TEXT PRIMARY KEY, name TEXT NOT NULL, model TEXT NOT NULL,"
    " encoder_fingerprint TEXT NOT NULL, dims INTEGER NOT NULL, created REAL NOT NULL, image_fingerprint TEXT NOT NULL,"
    " replaces TEXT NOT NULL, collection_id INTEGER UNIQUE, llm_name TEXT, llm_model TEXT)",
    "CREATE TABLE IF NOT EXISTS semblance_items (key TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL,"
    " source TEXT NOT NULL, fingerprint TEXT NOT NULL, dims INTEGER NOT NULL, vectors BLOB NOT NULL,"
    " is_image INTEGER NOT NULL, content TEXT NOT NULL, rest TEXT NOT NULL, digest BLOB, PRIMARY KEY (key, id))",
    "CREATE TABLE IF NOT EXISTS semblance_pictures (key TEXT NOT NULL, id TEXT NOT NULL, thumbnail BLOB NOT NULL,"
    " original BLOB NOT NULL, PRIMARY KEY (key, id))",
    "CREATE TABLE IF NOT EXISTS semblance_words (key TEXT NOT NULL, id TEXT NOT NULL, counts BLOB NOT NULL,"
    " PRIMARY KEY (key, id))",
)
_OF_LLM = "SELECT collection_id FROM semblance_collections AS own WHERE own.key"


class LlmDatabase(SqliteStore):
    """A `VectorStore` in a database of ``llm``, which is made if there is none.

    Parameters
    ----------
    file : Path
    keep_text : bool
        Whether the texts of items are kept in it: ``--store`` of ``llm``.
    fingerprint_of : callable
        The fingerprint of a text model by its name here; "" for one that is not known. Collections that ``llm`` made have
        none.

    Raises
    ------
    StoreError
        If it is no database, or one of a version of ``llm`` that is too old.
    """

    PREFIX = "semblance_"
    CONTENT = (
        f"coalesce((SELECT content FROM embeddings WHERE collection_id = ({_OF_LLM} = semblance_items.key)"
        " AND embeddings.id = semblance_items.id), '')"
    )

    def __init__(
        self, file: Path, *, keep_text: bool = True, fingerprint_of: Callable[[str], str] = lambda name: MIXED
    ) -> None:
        self._keep_text = keep_text
        self._fingerprint_of = fingerprint_of
        self._has_tables = False
        self._seen: int | None = None  # the version of the data that was taken over
        super().__init__(file, str(file))

    async def ranking(self, key: str, vector: npt.ArrayLike) -> list[tuple[str, float]]:
        """All items as wholes by their cosine with a vector of shape (d,), best first, as ``llm`` ranks them.

        Vectors of other lengths have no cosine with it, and are left out.
        """
        query = np.asarray(vector, dtype=np.float64)
        ids, vectors = self._vectors(key, len(query))
        lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(query)
        scores = vectors @ query / np.where(lengths > 0, lengths, 1)
        order = np.argsort(-scores, kind="stable")
        return [(ids[row], float(scores[row])) for row in order]

    async def whole(self, key: str, id: str) -> FloatArray | None:
        """The vector of an item as a whole, as ``llm`` has it, shape (d,); None if there is no such item."""
        self._refresh()
        rows = self._rows(
            f"SELECT embedding FROM embeddings WHERE collection_id = ({_OF_LLM} = ?) AND id = ?", (key, id)
        )
        return np.frombuffer(rows[0][0], dtype="<f4").astype(np.float32) if rows else None

    def _vectors(self, key: str, dims: int) -> tuple[list[str], npt.NDArray[np.float64]]:
        self._refresh()
        rows = self._rows(
            f"SELECT id, embedding FROM embeddings WHERE collection_id = ({_OF_LLM} = ?) AND length(embedding) = ?"
            " ORDER BY id",
            (key, 4 * dims),
        )
        vectors = np.frombuffer(b"".join(blob for _, blob in rows), dtype="<f4").reshape(-1, dims)
        return [id for id, _ in rows], vectors.astype(np.float64)

    # --- making the tables --------------------------------------------------------------------------

    def _migrate(self) -> None:
        self._db.create_function("md5", 1, _md5, deterministic=True)
        columns = {name for _, name, *_ in self._db.execute("PRAGMA table_info(embeddings)")}
        if columns and not columns >= _COLUMNS:
            raise StoreError("stores.old_llm", where=self._where)
        if not columns:
            for statement in SCHEMA:
                self._db.execute(statement)
            now = datetime.now(UTC).isoformat(" ")
            self._db.executemany(
                "INSERT OR IGNORE INTO _sqlite_migrations (migration_set, name, applied_at) VALUES (?, ?, ?)",
                [(MIGRATION_SET, name, now) for name in MIGRATIONS],
            )
        for statement in _OWN_SCHEMA:
            self._db.execute(statement)
        self._has_tables = True
        self._begun()

    # --- following what llm does --------------------------------------------------------------------

    def _refresh(self) -> None:
        with self._errors():
            (version,) = self._db.execute("PRAGMA data_version").fetchone()
        if version != self._seen:
            with self._transaction():
                pass

    def _begun(self) -> None:
        """Take over what another program has changed since this one looked."""
        (version,) = self._db.execute("PRAGMA data_version").fetchone()
        if version == self._seen or not self._has_tables:
            return
        self._forget_collections()
        self._adopt_collections()
        self._forget_items()
        self._adopt_items()
        self._seen = version

    def _forget_collections(self) -> None:
        gone = self._db.execute(
            "SELECT key FROM semblance_collections AS own LEFT JOIN collections AS theirs"
            " ON theirs.id = own.collection_id AND theirs.name IS own.llm_name AND theirs.model IS own.llm_model"
            " WHERE theirs.id IS NULL"
        ).fetchall()
        for (key,) in gone:
            super()._drop(key)

    def _adopt_collections(self) -> None:
        new = self._db.execute(
            "SELECT id, name, model, (SELECT length(embedding) FROM embeddings WHERE collection_id = collections.id LIMIT 1)"
            " FROM collections WHERE id NOT IN (SELECT collection_id FROM semblance_collections)"
        ).fetchall()
        for number, llm_name, llm_model, size in new:
            model = own_name(llm_model or "")
            names = {info.name for info in self._infos()}
            info = CollectionInfo(
                key=uuid.uuid4().hex,
                name=free_name(" ".join(str(llm_name).split()) or str(number), names),
                model=model,
                encoder_fingerprint=self._fingerprint_of(model),
                dims=(size or 0) // 4,
                created=time.time(),
            )
            super()._put(info)
            self._link(info.key, number, llm_name, llm_model)

    def _link(self, key: str, number: int, llm_name: str | None, llm_model: str | None) -> None:
        self._db.execute(
            "UPDATE semblance_collections SET collection_id = ?, llm_name = ?, llm_model = ? WHERE key = ?",
            (number, llm_name, llm_model, key),
        )

    def _forget_items(self) -> None:
        self._db.execute(
            "DELETE FROM semblance_items WHERE NOT EXISTS (SELECT 1 FROM embeddings WHERE collection_id ="
            f" ({_OF_LLM} = semblance_items.key) AND embeddings.id = semblance_items.id AND md5(embedding) = digest)"
        )
        for table in (self._pictures, self._words):
            self._db.execute(
                f"DELETE FROM {table} WHERE (key, id) NOT IN (SELECT key, id FROM semblance_items)"
            )

    def _adopt_items(self) -> None:
        new = self._db.execute(
            "SELECT own.key, theirs.id, embedding, content, metadata, updated"
            " FROM embeddings AS theirs JOIN semblance_collections AS own USING (collection_id)"
            " WHERE NOT EXISTS (SELECT 1 FROM semblance_items AS item WHERE item.key = own.key AND item.id = theirs.id)"
        )
        for key, id, embedding, content, metadata, updated in new.fetchall():
            self._insert(key, [_adopted(str(id), embedding, content or "", metadata, updated or 0)])
            self._db.execute(
                "UPDATE semblance_items SET digest = md5(?) WHERE key = ? AND id = ?", (embedding, key, id)
            )

    # --- writing both -------------------------------------------------------------------------------

    def _put(self, info: CollectionInfo) -> None:
        super()._put(info)
        number, model = self._db.execute(
            "SELECT collection_id, llm_model FROM semblance_collections WHERE key = ?", (info.key,)
        ).fetchone()
        if model is None or own_name(model) != info.model or info.image_fingerprint:
            model = name_for_llm(info.model, has_pictures=bool(info.image_fingerprint))
        if number is None:
            row = self._db.execute("INSERT INTO collections (name, model) VALUES (?, ?)", (info.name, model))
            number = row.lastrowid
        else:
            self._db.execute(
                "UPDATE collections SET name = ?, model = ? WHERE id = ?", (info.name, model, number)
            )
        self._link(info.key, number, info.name, model)

    def _drop(self, key: str) -> None:
        self._db.execute(f"DELETE FROM embeddings WHERE collection_id = ({_OF_LLM} = ?)", (key,))
        self._db.execute(f"DELETE FROM collections WHERE id = ({_OF_LLM} = ?)", (key,))
        super()._drop(key)

    def _insert(self, key: str, records: Sequence[Record]) -> None:
        """Items without their texts: these stand in the table of ``llm``."""
        super()._insert(key, records)
        self._db.executemany(
            "UPDATE semblance_items SET content = '' WHERE key = ? AND id = ?",
            [(key, record.document.id) for record in records],
        )

    def _wrote(self, key: str, records: Sequence[Record]) -> None:
        (number,) = self._db.execute(f"{_OF_LLM} = ?", (key,)).fetchone()
        rows = [_row_of_llm(number, record, keep_text=self._keep_text) for record in records]
        self._db.executemany("INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._db.executemany(
            "UPDATE semblance_items SET digest = md5(?) WHERE key = ? AND id = ?",
            [(embedding, key, id) for _, id, embedding, *_ in rows],
        )

    def _deleted(self, key: str, ids: Sequence[str]) -> None:
        self._db.executemany(
            f"DELETE FROM embeddings WHERE collection_id = ({_OF_LLM} = ?) AND id = ?",
            [(key, id) for id in ids],
        )


def whole_vector(record: Record) -> FloatArray:
    """An item as one unit vector: its only passage, or the mean of its passages as it is ranked here. Shape (d,)."""
    rows = record.vectors if len(record.codes) == 1 else _rounded(mean_vector(record.vectors)[np.newaxis])
    return np.asarray(rows[0])


def _rounded(rows: FloatArray) -> FloatArray:
    return dequantize(quantize(rows))


def _row_of_llm(number: int, record: Record, *, keep_text: bool) -> tuple[Any, ...]:
    document, picture = record.document, record.picture
    original = picture.original if picture else b""
    hashed = original or (picture.digest if picture else document.content).encode()
    return (
        number,
        document.id,
        whole_vector(record).astype("<f4").tobytes(),
        (document.content or None) if keep_text else None,
        original or None,
        hashlib.md5(hashed, usedforsecurity=False).digest(),
        json.dumps(dict(document.metadata)) if document.metadata else None,
        int(record.updated),
    )


def _adopted(id: str, embedding: object, content: str, metadata: str | None, updated: float) -> Record:
    """An item that ``llm`` wrote."""
    if not isinstance(embedding, bytes) or not embedding or len(embedding) % 4:
        raise DamagedItem("collections.damaged_item", where=id)
    vector = np.frombuffer(embedding, dtype="<f4")[np.newaxis]
    if not np.isfinite(vector).all():
        raise DamagedItem("collections.damaged_item", where=id)
    return Record(
        Document(id, content, metadata=_object(metadata)),
        f"llm-{_md5(embedding).hex()}:",
        (Passage(0, len(content)),),
        quantize(vector),
        updated=float(updated),
    )


def _object(metadata: str | None) -> Mapping[str, Any]:
    try:
        value = json.loads(metadata or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _md5(blob: bytes | None) -> bytes:
    return hashlib.md5(blob or b"", usedforsecurity=False).digest()
