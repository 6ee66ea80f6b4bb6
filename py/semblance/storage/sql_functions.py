"""SQL functions on vectors for a connection of Python's ``sqlite3``; who calls `register` brings the encoder."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.errors import SemblanceError, UnknownCollection
from semblance.models.names import own_name
from semblance.ranking.vectors import top_k

_SANE = (1e-3, 1e3)  # lengths of vectors; bytes that are read as other numbers than they are give wild ones
_TABLES = ("collections", "embeddings")

Value = str | bytes | int | float | None
Vector = Callable[[str, str | bytes], FloatArray]
"""``vector(model, content)``: the vector (d,) of a text or of a picture's file."""
Similar = Callable[[str, str, int], list[dict[str, Any]]]
"""``similar(collection, text, n)``: what is similar in a collection that no database of the connection has."""


@dataclass
class Failure:
    """Why the last function failed. Python's ``sqlite3`` says "user-defined function raised exception", and no more."""

    error: Exception | None = None
    text: str = ""


def no_collection(collection: str, text: str, number: int) -> list[dict[str, Any]]:
    """A `Similar` for connections beside which there are no other collections.

    Raises
    ------
    UnknownCollection
        Always.
    """
    raise UnknownCollection("collections.unknown", where=collection)


def _nowhere(reason: str) -> None:
    """Write a reason nowhere."""


def register(
    connection: sqlite3.Connection,
    vector: Vector,
    elsewhere: Similar = no_collection,
    log: Callable[[str], None] = _nowhere,
) -> Failure:
    """Let the statements of a connection call the functions that `semblance.sql.register` lists.

    Parameters
    ----------
    connection : sqlite3.Connection
    vector : Vector
    elsewhere : Similar
    log : callable
        Called with the reason when a function fails.

    Returns
    -------
    Failure
        It holds the last error, as long as the connection is used.
    """
    failure = Failure()
    functions: dict[str, tuple[int, Callable[..., Value]]] = {
        "llm_embed": (2, partial(_embed, vector)),
        "llm_embed_decode": (1, _decoded),
        "llm_embed_cosine": (2, _cosine),
        "semblance_similar": (3, partial(_similar, connection, vector, elsewhere)),
    }
    for name, (arguments, function) in functions.items():
        reporting = partial(_reporting, name, function, failure, log)
        connection.create_function(name, arguments, reporting, deterministic=name != "semblance_similar")
    connection.create_function("semblance_error", 0, lambda: failure.text)
    return failure


def _reporting(
    name: str,
    function: Callable[..., Value],
    failure: Failure,
    log: Callable[[str], None],
    *arguments: Value,
) -> Value:
    """The value of a function; an error is kept before it goes to SQLite, which hides it."""
    if any(argument is None for argument in arguments):
        return None
    try:
        return function(*arguments)
    except Exception as error:
        failure.error, failure.text = error, f"{name}: {error}"
        log(failure.text)
        raise


def _embed(vector: Vector, model: str, content: str | bytes) -> bytes:
    return _blob(vector(str(model), content if isinstance(content, bytes) else str(content)))


def _decoded(blob: bytes) -> str:
    return json.dumps(_numbers(blob).tolist())


def _cosine(a: bytes, b: bytes) -> float:
    left, right = _numbers(a), _numbers(b)
    if not left.any() or not right.any():  # no direction, and zeros do not tell what numbers they are
        return 0.0
    if len(left) != len(right):
        raise SemblanceError("sql.lengths", a=len(left), b=len(right))
    return float(np.clip(left @ right / (np.linalg.norm(left) * np.linalg.norm(right)), -1, 1))


def _numbers(blob: object) -> npt.NDArray[np.float64]:
    """The numbers of a vector, which is stored as float32 or as int8: one of them makes no sense."""
    if not isinstance(blob, bytes) or not blob:
        raise SemblanceError("sql.no_vector", kind=type(blob).__name__)
    if len(blob) % 4 == 0:
        floats = np.frombuffer(blob, dtype="<f4").astype(np.float64)
        if np.isfinite(floats).all() and (_SANE[0] <= np.linalg.norm(floats) <= _SANE[1] or not floats.any()):
            return floats
    return np.frombuffer(blob, dtype=np.int8).astype(np.float64)


def _blob(vector: FloatArray) -> bytes:
    return vector.astype("<f4").tobytes()


def _similar(
    connection: sqlite3.Connection,
    vector: Vector,
    elsewhere: Similar,
    collection: str,
    text: str,
    number: int,
) -> str:
    name, query, most = str(collection), str(text), int(number)
    rows = _in_connection(connection, vector, name, query, most)
    return json.dumps(elsewhere(name, query, most) if rows is None else rows)


def _in_connection(
    connection: sqlite3.Connection, vector: Vector, collection: str, text: str, number: int
) -> list[dict[str, Any]] | None:
    """What is similar in a collection of ``llm`` in one of the connection's databases; None if none has it."""
    for _, database, _ in connection.execute("PRAGMA database_list").fetchall():
        tables = connection.execute(
            f'SELECT name FROM "{database}".sqlite_master WHERE name IN (?, ?)', _TABLES
        )
        if len(tables.fetchall()) < len(_TABLES):
            continue
        matching = connection.execute(
            f'SELECT id, model FROM "{database}".collections WHERE name = ?', (collection,)
        )
        if row := matching.fetchone():
            return _ranked(connection, database, row[0], vector(own_name(row[1]), text), number)
    return None


def _ranked(
    connection: sqlite3.Connection, database: str, collection: int, query: FloatArray, number: int
) -> list[dict[str, Any]]:
    rows = connection.execute(
        f'SELECT id, embedding, content FROM "{database}".embeddings WHERE collection_id = ? ORDER BY id',
        (collection,),
    ).fetchall()
    blob = _blob(query)
    scores = [_cosine(embedding, blob) for _, embedding, _ in rows]
    return [
        {"id": rows[row][0], "score": scores[row], "content": rows[row][2]} for row in top_k(scores, number)
    ]
