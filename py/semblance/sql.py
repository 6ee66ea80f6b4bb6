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

import logging
import sqlite3
from functools import lru_cache, partial
from typing import Any

from semblance.arrays import FloatArray
from semblance.collection import Collection
from semblance.ecosystem.spaces import QUERY_PROMPT, vectors
from semblance.matches import Match
from semblance.native.blocking import wait
from semblance.storage import sql_functions
from semblance.wiring import open_library

LOG = logging.getLogger(__name__)

_KEPT = 256  # vectors of texts: a statement asks for the same one again and again


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
    sql_functions.register(connection, _vector, _in_library, partial(LOG.error, "%s"))


@lru_cache(_KEPT)
def _vector(model: str, content: str | bytes) -> FloatArray:
    (vector,) = vectors(model, [content], QUERY_PROMPT)
    return vector


def _in_library(name: str, text: str, number: int) -> list[dict[str, Any]]:
    async def similar() -> list[Match]:
        collection: Collection = await open_library().collection(name, create=False)
        return await collection.similar(text, number)

    return [{"id": match.id, "score": match.score, "content": match.content} for match in wait(similar())]
