"""A plugin for Datasette: its queries may call the SQL functions of `semblance.sql`."""

from __future__ import annotations

import sqlite3

from datasette import hookimpl

from semblance.sql import register


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Called by Datasette for each connection that it opens."""
    register(conn)
