"""SQL functions on embeddings, for any connection of Python's ``sqlite3``.

>>> import sqlite3
>>> db = sqlite3.connect(":memory:")
>>> register(db)
>>> db.execute("SELECT llm_embed_decode(x'0000803f00000040')").fetchone()
('[1.0, 2.0]',)
>>> db.execute("SELECT round(llm_embed_cosine(x'0000803f00000040', x'0000004000008040'), 3)").fetchone()
(1.0,)
>>> db.close()

Python's ``sqlite3`` lets no function say why it failed: the statement ends with "user-defined function raised
exception". The reason is logged, and ``semblance_error()`` gives it.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.collection import Collection
from semblance.ecosystem.spaces import QUERY_PROMPT, vectors
from semblance.matches import Match
from semblance.models.names import own_name
from semblance.native.blocking import wait
from semblance.ranking.vectors import top_k
from semblance.wiring import open_library

LOG = logging.getLogger(__name__)

_KEPT = 256  # vectors of texts: a statement asks for the same one again and again
_SANE = (1e-3, 1e3)  # lengths of vectors; bytes that are read as other numbers than they are give wild ones

Value = str | bytes | int | float | None


def register(connection: sqlite3.Connection) -> None:
    """Let the statements of a connection call functions on embeddings. NULL gives NULL.

    ``llm_embed(model, text)``
        The vector of a text, or of a picture's file, as ``llm`` stores it: little-endian float32.
    ``llm_embed_decode(vector)``
        A vector as JSON.
    ``llm_embed_cosine(a, b)``
        The cosine of two vectors of equal length, each as ``llm`` or as Semblance (int8) stores it.
    ``semblance_similar(collection, text, n)``
        The items most like a text, as JSON to read with ``json_each``: ``[{"id", "score", "content"}, ...]``. The
        collection is one of ``llm`` in a database of the connection, or else one of the command line.
    ``semblance_error()``
        Why the last of these failed.
    """
    reason: list[str] = [""]
    functions: dict[str, tuple[int, Callable[..., Value]]] = {
        "llm_embed": (2, _embed),
        "llm_embed_decode": (1, _decoded),
        "llm_embed_cosine": (2, _cosine),
        "semblance_similar": (3, partial(_similar, connection)),
    }
    for name, (arguments, function) in functions.items():
        said = partial(_said, name, function, reason)
        connection.create_function(name, arguments, said, deterministic=name != "semblance_similar")
    connection.create_function("semblance_error", 0, lambda: reason[0])


def _said(name: str, function: Callable[..., Value], reason: list[str], *arguments: Value) -> Value:
    """The value of a function; before an error goes to SQLite, which hides it, it is said."""
    if any(argument is None for argument in arguments):
        return None
    try:
        return function(*arguments)
    except Exception as error:
        reason[0] = f"{name}: {error}"
        LOG.error("%s", reason[0])
        raise


def _embed(model: str, content: str | bytes) -> bytes:
    return (
        _vector(str(model), content if isinstance(content, bytes) else str(content)).astype("<f4").tobytes()
    )


@lru_cache(_KEPT)
def _vector(model: str, content: str | bytes) -> FloatArray:
    (vector,) = vectors(model, [content], QUERY_PROMPT)
    return vector


def _decoded(blob: bytes) -> str:
    return json.dumps(_numbers(blob).tolist())


def _cosine(a: bytes, b: bytes) -> float:
    left, right = _numbers(a), _numbers(b)
    if not left.any() or not right.any():  # no direction, and zeros do not tell what numbers they are
        return 0.0
    if len(left) != len(right):
        raise ValueError(
            f"vectors of {len(left)} and {len(right)} numbers can't be compared: they need the same length"
        )
    return float(np.clip(left @ right / (np.linalg.norm(left) * np.linalg.norm(right)), -1, 1))


def _numbers(blob: object) -> npt.NDArray[np.float64]:
    """The numbers of a vector, which is stored as float32 or as int8: one of them makes no sense."""
    if not isinstance(blob, bytes) or not blob:
        raise ValueError(f"a vector is wanted, a blob of float32 or int8; it is {type(blob).__name__}")
    if len(blob) % 4 == 0:
        floats = np.frombuffer(blob, dtype="<f4").astype(np.float64)
        if np.isfinite(floats).all() and (_SANE[0] <= np.linalg.norm(floats) <= _SANE[1] or not floats.any()):
            return floats
    return np.frombuffer(blob, dtype=np.int8).astype(np.float64)


def _similar(connection: sqlite3.Connection, collection: str, text: str, number: int) -> str:
    rows = _in_connection(connection, str(collection), str(text), int(number))
    return json.dumps(_in_library(str(collection), str(text), int(number)) if rows is None else rows)


def _in_connection(
    connection: sqlite3.Connection, collection: str, text: str, number: int
) -> list[dict[str, Any]] | None:
    """What is similar in a collection of ``llm`` in one of the connection's databases; None if none has it."""
    for _, database, _ in connection.execute("PRAGMA database_list").fetchall():
        tables = connection.execute(
            f'SELECT name FROM "{database}".sqlite_master WHERE name IN (?, ?)', _TABLES
        )
        if len(tables.fetchall()) < len(_TABLES):
            continue
        found = connection.execute(
            f'SELECT id, model FROM "{database}".collections WHERE name = ?', (collection,)
        )
        if row := found.fetchone():
            return _ranked(connection, database, row[0], _vector(own_name(row[1]), text), number)
    return None


_TABLES = ("collections", "embeddings")


def _ranked(
    connection: sqlite3.Connection, database: str, collection: int, query: FloatArray, number: int
) -> list[dict[str, Any]]:
    rows = connection.execute(
        f'SELECT id, embedding, content FROM "{database}".embeddings WHERE collection_id = ? ORDER BY id',
        (collection,),
    ).fetchall()
    blob = query.astype("<f4").tobytes()
    scores = [_cosine(embedding, blob) for _, embedding, _ in rows]
    return [
        {"id": rows[row][0], "score": scores[row], "content": rows[row][2]} for row in top_k(scores, number)
    ]


def _in_library(name: str, text: str, number: int) -> list[dict[str, Any]]:
    async def similar() -> list[Match]:
        collection: Collection = await open_library().collection(name, create=False)
        return await collection.similar(text, number)

    return [{"id": match.id, "score": match.score, "content": match.content} for match in wait(similar())]
