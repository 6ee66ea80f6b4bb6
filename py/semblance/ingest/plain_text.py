"""Plain text, and all else that is readable as it is, such as source code."""

from __future__ import annotations

from semblance.ingest.items import File, Item, Steps

_RULE = "\n=========="  # as Kindle's clippings have it


def read(file: File) -> Steps:
    """One item: the text as it is, without a title. Kindle's clippings are an item each."""
    if _RULE in file.text[:20_000]:
        from semblance.ingest.exports import clippings

        if clippings.is_clippings(file.text):
            yield from clippings.read(file)
            return
    yield Item(file.name, file.text, file.where)
