"""Kindle's ``My Clippings.txt``: a highlight or a note is an item."""

from __future__ import annotations

import re

from semblance.ingest.items import File, Item, Steps
from semblance.messages import Message

_SEPARATOR = re.compile(r"^==========[ \t]*$", re.MULTILINE)
_PLACE = re.compile(r"\A\ufeff?[^\n]+\n[-–] [^\n]*\d[^\n]*(?:\n|\Z)")


def is_clippings(text: str) -> bool:
    """Whether a text begins as Kindle's file does: a book, a place in it, and a line of equals signs after the words."""
    separator = _SEPARATOR.search(text[:20_000])
    return separator is not None and _PLACE.match(text[: separator.start()]) is not None


def read(file: File) -> Steps:
    """One item a clipping with words; bookmarks have none."""
    start = 0
    ids: set[str] = set()
    for number, separator in enumerate(_SEPARATOR.finditer(file.text), 1):
        clipping = file.text[start : separator.start()].strip("\n\ufeff")
        start = separator.end()
        book, _, rest = clipping.partition("\n")
        place, _, words = rest.partition("\n")
        if words.strip():
            place = place.strip().removeprefix("-").strip()
            title = " ".join(book.replace("\ufeff", "").split())
            id = f"{title}, {place.partition('|')[0].strip()}"
            id = id if id not in ids else f"{id} ({number})"
            ids.add(id)
            where = Message("ingest.nth_item", file=file.where, number=number).said()
            yield Item(id, words.strip(), where, title, {"book": title, "place": place})
        yield None
