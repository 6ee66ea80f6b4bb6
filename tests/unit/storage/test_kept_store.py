"""What version 0.1.0 wrote opens for ever: its SQLite database and its backup."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from aio import run
from data.kept_store import FOLDER, ITEMS, NAME, assert_nearest
from semblance.collection import Collection
from semblance.library import Library
from semblance.native.models import load_encoders
from semblance.native.store import DirectoryStore
from semblance.ports import Encoders
from semblance.storage.memory import MemoryStore


@pytest.fixture(scope="module")
def encoders(dist: Path) -> Encoders:
    """The models that it was written with."""
    return run(load_encoders(dist / "models/all-MiniLM-L6-v2", dist / "models/semblance-vision-lite0"))


async def assert_whole(collection: Collection) -> None:
    records = await collection.get(sorted(collection.ids()))
    documents = [record.document for record in records]
    assert {
        document.id: (document.title, document.metadata, document.note, len(record.passages))
        for document, record in zip(documents, records, strict=True)
    } == ITEMS
    assert [bool(record.picture and record.picture.thumbnail) for record in records] == [
        True,
        False,
        False,
        False,
    ]
    by_id = {id: await collection.similar_by_id(id) for id in collection.ids()}
    assert_nearest({id: [(match.id, match.score) for match in matches] for id, matches in by_id.items()})
    for record in records:
        (itself, *_) = await collection.similar_by_vector(record.vectors[0])
        assert itself.id == record.document.id
        assert itself.score == pytest.approx(1, abs=1e-4)
    assert not collection.stale


def test_the_database(encoders: Encoders, tmp_path: Path) -> None:
    shutil.copyfile(FOLDER / "semblance.sqlite3", tmp_path / "semblance.sqlite3")

    async def check() -> None:
        store = DirectoryStore(tmp_path)
        await assert_whole(await Library(store, encoders).collection(NAME, create=False))
        await store.close()

    run(check())


def test_the_backup(encoders: Encoders) -> None:
    async def check() -> None:
        library = Library(MemoryStore(), encoders)
        await library.restore((FOLDER / "backup.zip").read_bytes(), "backup.zip")
        await assert_whole(await library.collection(NAME, create=False))

    run(check())
