"""SQL functions on vectors: what they give, and what they say of vectors that are none."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from fakes import FakeEncoder
from semblance import sql
from semblance.ranking.vectors import cosine, normalize, quantize
from unit.commands.conftest import Run
from unit.commands.conftest import encoder as encoder
from unit.commands.conftest import run as run

A, B = normalize(np.random.default_rng(0).standard_normal((2, 384)))


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(":memory:")
    sql.register(db)
    yield db
    db.close()


def value(db: sqlite3.Connection, query: str, *values: object) -> Any:
    return db.execute(f"SELECT {query}", values).fetchone()[0]


def floats(vector: Any) -> bytes:
    return np.asarray(vector, "<f4").tobytes()


def codes(vector: Any) -> bytes:
    return quantize([vector]).tobytes()


def test_a_vector_as_json(db: sqlite3.Connection) -> None:
    assert json.loads(value(db, "llm_embed_decode(?)", floats(A))) == A.astype(float).tolist()
    assert json.loads(value(db, "llm_embed_decode(?)", codes(A))) == quantize([A])[0].tolist()


@pytest.mark.parametrize(
    ("left", "right"), [(floats, floats), (codes, floats), (floats, codes), (codes, codes)]
)
def test_cosines_of_both_kinds_of_vectors(db: sqlite3.Connection, left: Any, right: Any) -> None:
    assert value(db, "llm_embed_cosine(?, ?)", left(A), right(B)) == pytest.approx(cosine(A, B), abs=0.002)
    assert value(db, "llm_embed_cosine(?, ?)", left(A), right(A)) == pytest.approx(1, abs=0.001)
    assert value(db, "llm_embed_cosine(?, ?)", left(A), left(np.zeros(384))) == 0


@pytest.mark.parametrize(
    ("query", "values", "reason"),
    [
        (
            "llm_embed_cosine(?, ?)",
            [floats(A), floats(B[:3])],
            "vectors of 384 and 3 numbers can't be compared",
        ),
        (
            "llm_embed_cosine(?, 'text')",
            [floats(A)],
            "a vector is wanted, a blob of float32 or int8; it is str",
        ),
        ("llm_embed_decode(x'')", [], "a vector is wanted"),
        ("llm_embed('gpt', 'text')", [], "llm_embed: gpt: there is no such model"),
        (
            "semblance_similar('nowhere', 'text', 3)",
            [],
            "semblance_similar: nowhere: there is no such collection",
        ),
    ],
)
def test_a_mistake_fails_and_is_said(
    db: sqlite3.Connection,
    query: str,
    values: list[object],
    reason: str,
    caplog: pytest.LogCaptureFixture,
    encoder: FakeEncoder,
) -> None:
    with pytest.raises(sqlite3.OperationalError):
        value(db, query, *values)
    assert reason in value(db, "semblance_error()")
    assert reason in caplog.text


def test_null_gives_null(db: sqlite3.Connection) -> None:
    assert value(db, "llm_embed('semblance', NULL)") is None
    assert value(db, "llm_embed_cosine(?, NULL)", floats(A)) is None


def test_a_collection_of_the_command_line(db: sqlite3.Connection, run: Run) -> None:
    for id, text in {"tea": "green tea", "tides": "the moon pulls the sea"}.items():
        run("embed", "notes", id, "-c", text)
    rows = db.execute(
        "SELECT value ->> 'id', value ->> 'content' FROM json_each(semblance_similar('notes', 'black tea', 1))"
    ).fetchall()
    assert rows == [("tea", "green tea")]
