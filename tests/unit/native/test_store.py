from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from semblance.documents import Document, Passage
from semblance.errors import QuotaExceeded, SchemaTooNew, StoreBlocked, StoreError, StoreUnavailable
from semblance.native.store import _MIGRATIONS, FILE, DirectoryStore
from semblance.ranking.vectors import quantize
from semblance.records import CollectionInfo, Record
from semblance.storage import sqlite_store

INFO = CollectionInfo("k", "notes", "model", "print", 8, created=1.0)


def record(id: str, content: str = "text") -> Record:
    return Record(Document(id, content), "print", (Passage(0, 4),), quantize(np.ones((1, 8))))


def ids(store: DirectoryStore) -> list[str]:
    async def main() -> list[str]:
        return [id async for batch in store.entries("k") for id in batch.ids]

    return asyncio.run(main())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DirectoryStore]:
    store = DirectoryStore(tmp_path)
    asyncio.run(store.put_collection(INFO))
    yield store
    asyncio.run(store.close())


def test_a_newer_schema_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("PRAGMA user_version = 6")
    db.close()
    with pytest.raises(SchemaTooNew, match="schema 6, known here: 5"):
        DirectoryStore(tmp_path)


def test_an_older_schema_is_migrated(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE) as db:
        for statement in _MIGRATIONS[0].split(";"):
            db.execute(statement)
        db.execute("INSERT INTO collections VALUES ('k', 'notes', 'model', 'print', 2, 1.0)")
        rest = '{"metadata": {}, "note": "", "passages": [[0, 4, ""]], "cut": 0, "updated": 1.5}'
        vector = np.array([0.6, 0.8], "<f4").tobytes()
        db.execute("INSERT INTO items VALUES ('k', 'a', '', '', 'fp', 2, ?, 'text', ?)", (vector, rest))
        db.execute("PRAGMA user_version = 1")
    db.close()
    store = DirectoryStore(tmp_path)

    async def main() -> None:
        (info,) = await store.collections()
        assert (info.name, info.image_fingerprint, info.count) == ("notes", "", 1)
        (record,) = await store.records("k", ["a"])
        assert (record.document.content, record.picture) == ("text", None)
        assert record.vectors == pytest.approx(np.array([[0.6, 0.8]]), abs=0.004)  # as int8 has it
        await store.close()

    asyncio.run(main())


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("# not a database\n" * 100)
    with pytest.raises(StoreError, match="not a database"):
        DirectoryStore(tmp_path)
    assert (tmp_path / FILE).read_text().startswith("# not a database")


def test_a_place_where_no_directory_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="can't be used for storage"):
        DirectoryStore(tmp_path / "file" / "sub")


def test_a_full_disk_loses_nothing(store: DirectoryStore) -> None:
    asyncio.run(store.write("k", [record("a")]))
    (pages,) = store._db.execute("PRAGMA page_count").fetchone()
    store._db.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(QuotaExceeded, match="the disk is full"):
        asyncio.run(store.write("k", [record("b"), record("c", "x" * 100_000)]))
    assert ids(store) == ["a"]
    asyncio.run(store.write("k", [record("d")]))
    assert ids(store) == ["a", "d"]


def test_a_second_writer_is_told(
    store: DirectoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_store, "WAIT_SECONDS", 0.01)
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBlocked, match="another program"):
        DirectoryStore(tmp_path)
    other.execute("ROLLBACK")
    other.close()


def test_two_connections_see_each_other(store: DirectoryStore, tmp_path: Path) -> None:
    other = DirectoryStore(tmp_path)
    asyncio.run(other.write("k", [record("a")]))
    assert ids(store) == ["a"]
    asyncio.run(other.close())


def test_what_lost_its_collection_is_found_recovered_and_removed(
    store: DirectoryStore, tmp_path: Path
) -> None:
    """As earlier versions left it, which wrote without looking whether the collection was still there."""
    asyncio.run(store.write("k", [record("a"), record("b")]))
    store._db.execute("DELETE FROM collections")
    store._db.execute("INSERT INTO pictures VALUES ('rests', 'a', x'00', x'')")
    again = DirectoryStore(tmp_path)

    async def main() -> None:
        assert await again.orphans() == {"k": 2, "rests": 0}
        await again.put_collection(INFO)
        assert [(info.name, info.count) for info in await again.collections()] == [("notes", 2)]
        await again.drop("rests")
        assert await again.orphans() == {}
        await again.close()

    asyncio.run(main())
    assert ids(store) == ["a", "b"]


def test_a_crash_in_mid_batch_leaves_whole_batches(tmp_path: Path) -> None:
    """The process is killed between the statements of a transaction."""
    script = f"""
import asyncio, os, sys
sys.path[:0] = {sys.path!r}
from pathlib import Path
from unit.native.test_store import INFO, record
from semblance.native.store import DirectoryStore

store = DirectoryStore(Path({str(tmp_path)!r}))
asyncio.run(store.put_collection(INFO))
asyncio.run(store.write("k", [record("a"), record("b")]))
store._db.execute("PRAGMA cache_size = 1")  # so that pages of the open transaction reach the file
store._db.execute("BEGIN IMMEDIATE")
for n in range(500):
    rows = [("k", f"c{{n}}", "", "", "", 8, b"x" * 32, "text " * 500, "{{}}", 0)]
    store._db.executemany("INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
os._exit(9)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9
    store = DirectoryStore(tmp_path)
    assert ids(store) == ["a", "b"]
    asyncio.run(store.close())


def test_usage_counts_the_file(store: DirectoryStore) -> None:
    before = asyncio.run(store.usage())
    asyncio.run(store.write("k", [record("a", "x" * 1_000_000)]))
    after = asyncio.run(store.usage())
    assert before.used is not None
    assert after.used is not None
    assert after.quota is not None
    assert after.used >= before.used + 900_000
    assert after.quota > after.used
    assert after.persisted is True
