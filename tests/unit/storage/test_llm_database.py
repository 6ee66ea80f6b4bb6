"""What `LlmDatabase` does with what ``llm`` wrote, and with files that are not as they should be."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from semblance.documents import Document, Passage
from semblance.errors import DamagedItem, StoreError
from semblance.ranking.vectors import quantize
from semblance.records import CollectionInfo, Record
from semblance.storage.llm_database import SCHEMA, LlmDatabase

VECTORS = {"a": [0.6, 0.8], "b": [1.0, 0.0]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database as ``llm`` writes it."""
    file = tmp_path / "embeddings.db"
    with sqlite3.connect(file) as db:
        for statement in SCHEMA:
            db.execute(statement)
        db.execute("INSERT INTO collections VALUES (3, 'notes', 'sentence-transformers/all-MiniLM-L6-v2')")
        for id, vector in VECTORS.items():
            insert(db, id, np.array(vector, "<f4").tobytes())
    db.close()
    return file


def insert(db: sqlite3.Connection, id: str, embedding: bytes) -> None:
    row = (3, id, embedding, f"text {id}", None, b"hash", json.dumps({"of": id}), 17)
    db.execute("INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def record(id: str) -> Record:
    return Record(Document(id, f"own {id}"), "print", (Passage(0, 3),), quantize(np.ones((1, 2))))


def test_what_llm_wrote_is_a_collection(file: Path) -> None:
    async def main() -> None:
        store = LlmDatabase(file, fingerprint_of=lambda name: f"print of {name}")
        (info,) = await store.collections()
        assert (info.name, info.model, info.dims, info.count) == ("notes", "all-MiniLM-L6-v2", 2, 2)
        assert info.encoder_fingerprint == "print of all-MiniLM-L6-v2"
        one, two = await store.records(info.key, ["a", "b"])
        assert (one.document.content, one.document.metadata, one.updated) == ("text a", {"of": "a"}, 17)
        assert two.passages == (Passage(0, 6),)
        ranking = await store.ranking(info.key, [0.6, 0.8])
        assert [(id, round(score, 6)) for id, score in ranking] == [("a", 1), ("b", 0.6)]
        await store.close()

    asyncio.run(main())


def test_what_llm_changes_later_is_followed(file: Path) -> None:
    async def main() -> None:
        store = LlmDatabase(file)
        (info,) = await store.collections()
        await store.write(info.key, [record("own"), record("b")])
        with sqlite3.connect(file) as db:
            db.execute("DELETE FROM embeddings WHERE id = 'a'")
            insert(db, "own", np.array([0, 1], "<f4").tobytes())
            insert(db, "new", np.array([1, 0], "<f4").tobytes())
        db.close()
        contents = {
            r.document.id: r.document.content for r in await store.records(info.key, ["a", "b", "new", "own"])
        }
        assert contents == {"b": "own b", "new": "text new", "own": "text own"}
        assert [info.count for info in await store.collections()] == [3]
        with sqlite3.connect(file) as db:
            db.execute("DELETE FROM collections")
            db.execute("INSERT INTO collections VALUES (3, 'others', 'ada-002')")
        db.close()
        (other,) = await store.collections()
        assert (other.name, other.model, other.encoder_fingerprint) == ("others", "ada-002", "")
        assert other.key != info.key
        await store.close()

    asyncio.run(main())


def test_a_name_with_odd_spaces_gets_one_that_can_be_asked_for(file: Path) -> None:
    async def main() -> None:
        with sqlite3.connect(file) as db:
            db.execute(
                "INSERT INTO collections VALUES (4, ' my  notes', 'x'), (5, 'my notes', 'x'), (6, '', 'x')"
            )
        db.close()
        store = LlmDatabase(file)
        names = [info.name for info in await store.collections()]
        assert len(set(names)) == 4
        assert all(name == " ".join(name.split()) for name in names)
        await store.close()

    asyncio.run(main())


@pytest.mark.parametrize("embedding", [b"", b"12345", np.array([np.nan, 1], "<f4").tobytes()])
def test_an_embedding_that_is_none_is_named(file: Path, embedding: bytes) -> None:
    with sqlite3.connect(file) as db:
        insert(db, "broken", embedding)
    db.close()
    with pytest.raises(DamagedItem, match="broken: what is stored of it is damaged"):
        LlmDatabase(file)


def test_a_database_of_an_old_llm_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    with sqlite3.connect(file) as db:
        db.execute(
            "CREATE TABLE embeddings (collection_id INTEGER, id TEXT, embedding BLOB, content TEXT, metadata TEXT)"
        )
    db.close()
    with pytest.raises(StoreError, match="an old version of llm wrote it"):
        LlmDatabase(file)
    with sqlite3.connect(file) as db:
        assert db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)
    db.close()


def test_other_tables_of_the_file_stay_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "blog.db"
    with sqlite3.connect(file) as db:
        db.execute("CREATE TABLE posts (id, body)")
        db.execute("INSERT INTO posts VALUES (1, 'tea')")
    db.close()

    async def main() -> None:
        store = LlmDatabase(file)
        await store.put_collection(CollectionInfo("k", "notes", "m", "p", 2, created=1.0))
        await store.close()

    asyncio.run(main())
    with sqlite3.connect(file) as db:
        assert db.execute("SELECT * FROM posts").fetchall() == [(1, "tea")]
    db.close()
