"""Lab 15: vectors in a database, and what a query can do with them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from textwrap import shorten
from typing import Any

import numpy as np

from semblance.arrays import FloatArray
from semblance.errors import SemblanceError
from semblance.labs.figures import Cell, Figure, Note, QueryRows
from semblance.labs.lesson import CollectionChoice, Demo, Exercise, Lesson, Names, Text
from semblance.labs.tools import Items, Tools
from semblance.models.names import name_for_llm, own_name
from semblance.storage.llm_database import SCHEMA
from semblance.storage.sql_functions import register

MOST_ROWS = 200
MOST_TEXTS = 500
"""Texts that one statement may embed: a statement can make texts without end."""
MOST_SHOWN = 160
"""Characters of a text in a table."""
NAME = "notes"
"""The collection's name in the database."""


class Database:
    """A collection in a database in memory, in the tables of ``llm``, with functions on vectors.

    SQLite waits for no model. So a text whose vector is not known yet gets zeros at first, and what the statement gives is
    thrown away: the texts are embedded, and the statement is run again. It changes nothing until then.
    """

    def __init__(self, tools: Tools, items: Items) -> None:
        self._tools = tools
        self._known: dict[str, FloatArray] = {}
        self._wanted: dict[str, None] = {}
        self._db = sqlite3.connect(":memory:", isolation_level=None)
        for statement in SCHEMA:
            self._db.execute(statement)
        self._db.execute("INSERT INTO collections VALUES (1, ?, ?)", (NAME, name_for_llm(tools.text.name)))
        self._db.executemany(
            "INSERT INTO embeddings (collection_id, id, embedding, content) VALUES (1, ?, ?, ?)",
            zip(items.ids, (row.astype("<f4").tobytes() for row in items.vectors), items.texts, strict=True),
        )
        self._failure = register(self._db, self._vector)

    async def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows that a statement gives, as many as it has."""
        _, rows = await self.run(statement, parameters, -1)
        return rows

    async def run(
        self, statement: str, parameters: Sequence[Any] = (), most: int = MOST_ROWS
    ) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The names of the columns that a statement gives, and its rows: one more than `most`, if there are more.

        Raises
        ------
        SemblanceError
            If it can't be run.
        """
        while True:
            self._failure.error = None
            self._db.execute("SAVEPOINT attempt")
            try:
                cursor = self._db.execute(statement, parameters)
                rows = cursor.fetchall() if most < 0 else cursor.fetchmany(most + 1)
            except sqlite3.Error as error:
                self._end("ROLLBACK TO", "RELEASE")
                if self._failure.error:
                    raise self._failure.error from None
                raise SemblanceError("sql.failed", reason=error) from None
            cursor.close()
            if not self._wanted:
                self._end("RELEASE")
                return [name for name, *_ in cursor.description or ()], rows
            self._end("ROLLBACK TO", "RELEASE")
            await self._embed_wanted()

    def _end(self, *commands: str) -> None:
        """End the attempt, unless the statement itself has ended it, as COMMIT does."""
        for command in commands if self._db.in_transaction else ():
            self._db.execute(f"{command} attempt")

    async def _embed_wanted(self) -> None:
        texts, self._wanted = list(self._wanted), {}
        self._known |= zip(texts, await self._tools.encode(texts), strict=True)

    def _vector(self, model: str, content: str | bytes) -> FloatArray:
        if own_name(model) != self._tools.text.name:
            raise SemblanceError("sql.other_model", model=self._tools.text.name, where=model)
        if isinstance(content, bytes):
            raise SemblanceError("sql.no_picture")
        if content not in self._known:
            self._wanted[content] = None
            if len(self._wanted) > MOST_TEXTS:
                self._wanted = {}
                raise SemblanceError("sql.too_many_texts", number=MOST_TEXTS)
            return np.zeros(self._tools.text.dims, np.float32)
        return self._known[content]


# --- demonstrations --------------------------------------------------------------------------------------


async def show_rows(tools: Tools, query: str, collection: str = "") -> Sequence[Figure]:
    """The rows that a query gives."""
    if not query.strip():
        return [Note("no_query")]
    headings, rows = await Database(tools, await tools.collection(collection)).run(query)
    if not rows:
        return [Note("no_rows")]
    shown = [[_shown(value) for value in row] for row in rows[:MOST_ROWS]]
    more = [Note("more_rows", {"number": MOST_ROWS})] if len(rows) > MOST_ROWS else []
    return [*more, QueryRows("rows", headings, shown)]


def _shown(value: Any) -> Cell:
    """A value of a row as a table shows it: a blob as SQL writes it, and no text in full length."""
    if isinstance(value, bytes):
        value = f"x'{value.hex()}'"
        return value if len(value) <= MOST_SHOWN else f"{value[:20]}…'"
    return shorten(value, MOST_SHOWN, placeholder=" …") if isinstance(value, str) else value


# --- exercises -------------------------------------------------------------------------------------------


def _without_itself(names: Names) -> bool:
    ids = [id for id, *_ in names["rows"]]
    return len(ids) == 5 and ids[0] == "sky/that-is-not-a-plane.md" and "sky/august-meteors.md" not in ids


def _one_a_folder(names: Names) -> bool:
    folders = [folder for folder, *_ in names["rows"]]
    scores = [score for *_, score in names["rows"]]
    return len(folders) == len(set(folders)) == 12 and scores == sorted(scores, reverse=True)


def _only_what_is_near(names: Names) -> bool:
    ids = {id for id, *_ in names["rows"]}
    return "garden/slugs-by-torchlight.md" in ids and 1 <= len(ids) <= 8


async def _names(tools: Tools) -> Names:
    return {"query": Database(tools, await tools.sample()).query}


_ALIKE = """\
WITH one AS (
  SELECT id, embedding FROM embeddings WHERE id = 'garden/slugs-by-torchlight.md'
)
SELECT embeddings.id, llm_embed_cosine(embeddings.embedding, one.embedding) AS score
FROM embeddings, one
WHERE embeddings.id <> one.id
ORDER BY score DESC
LIMIT 5"""

_ASKED = """\
SELECT id, llm_embed_cosine(embedding, llm_embed('all-MiniLM-L6-v2', 'a quiet night')) AS score, content
FROM embeddings
ORDER BY score DESC
LIMIT 5"""

_FOLDERS = """\
SELECT substr(embeddings.id, 1, instr(embeddings.id, '/') - 1) AS folder, count(*) AS found, max(value ->> 'score') AS best
FROM json_each(semblance_similar('notes', 'waking up early', 10))
JOIN embeddings ON embeddings.id = value ->> 'id'
GROUP BY folder
ORDER BY found DESC, best DESC"""

LESSON = Lesson(
    name="sql",
    seeds=("willison-related", "willison-collections"),
    demos=(
        Demo("alike", (Text("query", _ALIKE, lines=9),), show_rows, on_demand=True),
        Demo(
            "asked",
            (CollectionChoice("collection"), Text("query", _ASKED, lines=5)),
            show_rows,
            on_demand=True,
        ),
        Demo(
            "folders",
            (CollectionChoice("collection"), Text("query", _FOLDERS, lines=6)),
            show_rows,
            on_demand=True,
        ),
    ),
    cell='''\
rows = await query(
    """
    SELECT id, llm_embed_cosine(embedding, llm_embed('all-MiniLM-L6-v2', ?)) AS score
    FROM embeddings
    ORDER BY score DESC
    LIMIT 3
    """,
    ["How do I keep slugs off my lettuce?"],
)
for id, score in rows:
    print(f"{score:.3f}  {id}")
''',
    exercises=(
        Exercise(
            "itself",
            start='''\
rows = await query("""
    SELECT others.id, llm_embed_cosine(others.embedding, one.embedding) AS score
    FROM embeddings AS others
    JOIN embeddings AS one ON one.id = 'sky/august-meteors.md'
    ORDER BY score DESC
    LIMIT 5
""")
rows
''',
            solution='''\
rows = await query("""
    SELECT others.id, llm_embed_cosine(others.embedding, one.embedding) AS score
    FROM embeddings AS others
    JOIN embeddings AS one ON one.id = 'sky/august-meteors.md'
    WHERE others.id <> one.id
    ORDER BY score DESC
    LIMIT 5
""")
rows
''',
            check=_without_itself,
        ),
        Exercise(
            "limit",
            start='''\
rows = await query("""
    WITH scored AS (
      SELECT id, llm_embed_cosine(embedding, llm_embed('all-MiniLM-L6-v2', 'slugs on lettuce')) AS score
      FROM embeddings
    )
    SELECT id, score FROM scored
    ORDER BY score DESC
""")
print(len(rows))
rows[:10]
''',
            solution='''\
rows = await query("""
    WITH scored AS (
      SELECT id, llm_embed_cosine(embedding, llm_embed('all-MiniLM-L6-v2', 'slugs on lettuce')) AS score
      FROM embeddings
    )
    SELECT id, score FROM scored
    WHERE score > 0.3
    ORDER BY score DESC
""")
print(len(rows))
rows[:10]
''',
            check=_only_what_is_near,
        ),
        Exercise(
            "folder",
            start='''\
rows = await query("""
    WITH scored AS (
      SELECT substr(id, 1, instr(id, '/') - 1) AS folder, id,
        llm_embed_cosine(embedding, llm_embed('all-MiniLM-L6-v2', 'a hobby for a winter evening')) AS score
      FROM embeddings
    )
    SELECT folder, id, score FROM scored
    ORDER BY score DESC
""")
rows
''',
            solution='''\
rows = await query("""
    WITH scored AS (
      SELECT substr(id, 1, instr(id, '/') - 1) AS folder, id,
        llm_embed_cosine(embedding, llm_embed('all-MiniLM-L6-v2', 'a hobby for a winter evening')) AS score
      FROM embeddings
    )
    SELECT folder, id, max(score) AS score FROM scored
    GROUP BY folder
    ORDER BY score DESC
""")
rows
''',
            check=_one_a_folder,
        ),
    ),
    names=_names,
)
