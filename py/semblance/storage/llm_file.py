"""A database of ``llm`` as a file that is opened and saved, in a page as well as in CPython."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from semblance.collection import Collection
from semblance.library import Library
from semblance.records import CollectionInfo, Record
from semblance.storage.llm_database import LlmDatabase

SUFFIXES = (".db", ".sqlite", ".sqlite3")

_BATCH = 250


@dataclass(frozen=True, slots=True)
class Beside:
    """What the tables of ``llm`` have no place for, and their neighbours hold: how many items have it."""

    passages: int
    thumbnails: int


async def open_database(library: Library, data: bytes) -> list[CollectionInfo]:
    """Read all collections of a database into a library; each gets its own name, with a number where that is taken.

    Raises
    ------
    StoreError
        If it is no database of ``llm``, or damaged.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder, "llm.db")
        file.write_bytes(data)  # noqa: ASYNC240 - in a page, files are in memory
        source = LlmDatabase(file)
        try:
            return [await _taken_over(library, source, info) for info in await source.collections()]
        finally:
            await source.close()


async def _taken_over(library: Library, source: LlmDatabase, info: CollectionInfo) -> CollectionInfo:
    if info.model in library.models and not info.encoder_fingerprint:
        text = (await library.encoders(info.model).get()).text
        info = replace(info, encoder_fingerprint=text.fingerprint)
    return await library.take_over(info, _items(source, info.key))


async def _items(source: LlmDatabase, key: str) -> AsyncIterator[list[Record]]:
    async for entries in source.entries(key):
        yield await source.records(key, entries.ids, pictures="originals")


async def write_into(database: LlmDatabase, collection: Collection) -> tuple[CollectionInfo, Beside]:
    """Add a collection to a database; gives its description there, and what lies beside the tables of ``llm``."""
    passages = thumbnails = 0

    async def batches() -> AsyncIterator[list[Record]]:
        nonlocal passages, thumbnails
        ids = collection.ids()
        for start in range(0, len(ids), _BATCH):
            records = await collection.get(ids[start : start + _BATCH], pictures="originals")
            passages += sum(len(record.passages) > 1 for record in records)
            thumbnails += sum(record.picture is not None for record in records)
            yield records

    info = await Library(database, {}).take_over(collection.info, batches())
    return info, Beside(passages, thumbnails)


async def saved_database(collection: Collection) -> tuple[bytes, Beside]:
    """A collection as a new database: its bytes, and what lies beside the tables of ``llm``."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "llm.db")
        database = LlmDatabase(file)
        try:
            _, beside = await write_into(database, collection)
        finally:
            await database.close()
        return file.read_bytes(), beside  # noqa: ASYNC240 - as above
