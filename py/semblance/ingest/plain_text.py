"""Plain text, and all else that is readable as it is, such as source code."""

from __future__ import annotations

from semblance.ingest.items import File, Item, Steps


def read(file: File) -> Steps:
    """One item: the text as it is, without a title."""
    yield Item(file.name, file.text, file.where)
