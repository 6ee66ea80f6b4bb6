"""The lists as an SQLite table, the one that Simon Willison's TIL site uses.

``similarities(id, other_id, score)`` has a row for each post in a list. Ids are the posts' keys, the score is a cosine.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from semblance.blog.output import Indexed
from semblance.errors import SiteError

_TABLE = """CREATE TABLE similarities (
   id TEXT,
   other_id TEXT,
   score FLOAT,
   PRIMARY KEY (id, other_id)
)"""


def write_similarities(file: Path, indexed: Indexed) -> None:
    """Write the table into a database, in place of an earlier one: all of it or nothing.

    Raises
    ------
    SiteError
        If the file can't be written, or is no database.
    """
    rows = [
        (post.key, indexed.posts[neighbour.row].key, neighbour.score)
        for post, listed in zip(indexed.posts, indexed.lists, strict=True)
        for neighbour in listed
    ]
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("DROP TABLE IF EXISTS similarities")
            database.execute(_TABLE)
            database.executemany("INSERT INTO similarities VALUES (?, ?, ?)", rows)
            database.execute("COMMIT")
    except sqlite3.Error as error:
        raise SiteError(f"the table can't be written ({error})", where=str(file)) from error
