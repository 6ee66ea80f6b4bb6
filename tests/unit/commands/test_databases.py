"""``--database``: a file of ``llm`` in place of the user's own collections."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from semblance.storage.llm_database import SCHEMA
from unit.commands.conftest import Run, ids, rows


def test_rows_of_a_database_are_embedded_into_it(run: Run, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "blog.db")) as db:
        db.execute("CREATE TABLE posts (id, title, body)")
        db.execute("INSERT INTO posts VALUES (7, 'Tea', 'green'), (8, 'Tides', 'moon')")
        db.commit()
    run("embed-multi", "posts", "-d", "blog.db", "--sql", "SELECT * FROM posts", "--store")
    assert ids(run("similar", "posts", "-c", "tea", "-d", "blog.db")) == ["7", "8"]
    assert run("collections") == ""
    with closing(sqlite3.connect(tmp_path / "blog.db")) as db:
        assert db.execute("SELECT id, content FROM embeddings").fetchall() == [
            ("7", "Tea green"),
            ("8", "Tides moon"),
        ]
        assert db.execute("SELECT count(*) FROM posts").fetchone() == (2,)


@pytest.mark.parametrize("model", ["ada-002", "clip"])
def test_a_collection_of_another_model_is_compared_by_id_only(run: Run, tmp_path: Path, model: str) -> None:
    with closing(sqlite3.connect(tmp_path / "llm.db")) as db:
        for statement in SCHEMA:
            db.execute(statement)
        db.execute("INSERT INTO collections VALUES (1, 'notes', ?)", (model,))
        for id, vector in {"a": [0.6, 0.8], "b": [0.8, 0.6], "c": [1, 0]}.items():
            blob = np.array(vector, "<f4").tobytes()
            db.execute("INSERT INTO embeddings (collection_id, id, embedding) VALUES (1, ?, ?)", (id, blob))
        db.commit()
    assert [
        (row["id"], round(row["score"], 6)) for row in rows(run("similar", "notes", "a", "-d", "llm.db"))
    ] == [
        ("b", 0.96),
        ("c", 0.6),
    ]
    said = run("similar", "notes", "-c", "tea", "-d", "llm.db", status=1)
    assert f"notes: its vectors are of another model ({model}). Name the model's folder with --model" in said
    assert f"another model ({model})" in run("embed", "notes", "d", "-c", "tea", "-d", "llm.db", status=1)
    assert run("collections", "list", "-d", "llm.db") == f"notes: {model}\n  3 embeddings\n"


@pytest.mark.parametrize(
    "words", [["similar", "x", "-c", "tea"], ["collections", "list"], ["map", "x"], ["export", "x", "x.npy"]]
)
def test_a_database_that_is_not_there_is_not_made(run: Run, tmp_path: Path, words: list[str]) -> None:
    assert "nowhere.db: there is no such database" in run(*words, "-d", "nowhere.db", status=1)
    assert not (tmp_path / "nowhere.db").exists()


def test_what_is_no_database_is_left_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("# Not a database\n" * 100)
    assert "notes.db is damaged, or not a database" in run("collections", "list", "-d", "notes.db", status=1)
    assert (tmp_path / "notes.db").read_text().startswith("# Not a database")
