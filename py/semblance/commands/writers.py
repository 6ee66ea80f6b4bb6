"""Ways out of a collection: files that Semblance, ``llm`` and other programs read."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import numpy as np

from semblance import wiring
from semblance.collection import Collection
from semblance.errors import SemblanceError
from semblance.library import Library
from semblance.ranking.vectors import mean_vector
from semblance.records import Record
from semblance.storage.llm_database import LlmDatabase
from semblance.storage.llm_file import SUFFIXES, Beside, write_into
from semblance.wording import count

_BATCH = 250

Write = Callable[[Library, Collection, Path], Awaitable[list[str]]]
"""Writes a collection into a file; gives what is to be said of it, in lines."""


async def records_of(collection: Collection) -> AsyncIterator[Record]:
    """All items of a collection, a batch at a time."""
    ids = collection.ids()
    for start in range(0, len(ids), _BATCH):
        for record in await collection.get(ids[start : start + _BATCH], pictures="originals"):
            yield record


async def _write_backup(library: Library, collection: Collection, file: Path) -> list[str]:
    aside = file.with_name(f"{file.name}.part")
    with aside.open("wb") as stream:
        async for piece in library.backup(collection.name):
            stream.write(piece)
    aside.replace(file)
    return []


async def _write_ndjson(library: Library, collection: Collection, file: Path) -> list[str]:
    with file.open("w", encoding="utf-8") as stream:
        async for record in records_of(collection):
            document = record.document
            row = {
                "id": document.id,
                "content": document.content or None,
                "metadata": dict(document.metadata) or None,
                "embedding": mean_vector(record.vectors).tolist(),
            }
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    return []


async def _write_database(library: Library, collection: Collection, file: Path) -> list[str]:
    target = LlmDatabase(file, fingerprint_of=wiring.fingerprint)
    try:
        info, beside = await write_into(target, collection)
    finally:
        await target.close()
    renamed = [f"  its name there is {info.name}"] if info.name != collection.name else []
    return [*renamed, *_notes(beside)]


def _notes(beside: Beside) -> list[str]:
    """What is said of that which ``llm`` does not see."""
    parts = []
    if beside.passages:
        parts.append(f"the passages of {count(beside.passages, 'long item')}")
    if beside.thumbnails:
        parts.append(f"{count(beside.thumbnails, 'thumbnail')} of pictures")
    return [f"  in tables of Semblance's own, which llm ignores: {' and '.join(parts)}"] if parts else []


async def _write_npy(library: Library, collection: Collection, file: Path) -> list[str]:
    """The vectors, float32 (n, d), and beside them the ids in the same order, as JSON."""
    ids = file.with_suffix(".ids.json")
    np.save(file, await collection.vectors())
    ids.write_text(json.dumps(collection.ids(), ensure_ascii=False) + "\n", encoding="utf-8")
    return [f"{ids}: their ids"]


async def _write_projector(library: Library, collection: Collection, file: Path) -> list[str]:
    """What TensorFlow's Embedding Projector loads: a table of numbers, and beside it a table of what they are of."""
    labels = file.with_suffix(".metadata.tsv")
    with labels.open("w", encoding="utf-8") as stream:
        stream.write("id\ttitle\n")
        async for record in records_of(collection):
            stream.write(f"{_cell(record.document.id)}\t{_cell(record.document.title)}\n")
    np.savetxt(file, await collection.vectors(), fmt="%.7g", delimiter="\t")
    return [f"{labels}: what they are of"]


def _cell(text: str) -> str:
    return " ".join(text.split())


async def _write_parquet(library: Library, collection: Collection, file: Path) -> list[str]:
    """A table for Embedding Atlas and for data frames."""
    try:
        from semblance.ecosystem.parquet import write
    except ImportError as error:
        remedy = "Install it: pip install 'semblance[parquet]'."
        raise SemblanceError("pyarrow is not installed", where=str(file), remedy=remedy) from error
    write(file, [record async for record in records_of(collection)], await collection.vectors())
    return []


WRITERS: dict[str, Write] = {
    ".semblance": _write_backup,
    **dict.fromkeys(SUFFIXES, _write_database),
    **dict.fromkeys((".ndjson", ".jsonl"), _write_ndjson),
    ".parquet": _write_parquet,
    ".npy": _write_npy,
    ".tsv": _write_projector,
}
