"""What the address after ``#`` means: ``room``, ``room/item`` or ``room?q=text``. Pure text, no browser."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote

ROOMS = ("related", "search", "compare", "collections")


@dataclass(frozen=True, slots=True)
class Address:
    """A place in the app.

    Examples
    --------
    >>> Address.parse("#related/notes%2Ftides.md")
    Address(room='related', item='notes/tides.md', query='')
    >>> str(Address("search", query="moon & sea"))
    '#search?q=moon%20%26%20sea'
    >>> Address.parse("#nonsense").room
    'related'
    """

    room: str = "related"
    item: str = ""
    query: str = ""

    @classmethod
    def parse(cls, text: str) -> Address:
        path, _, search = text.removeprefix("#").partition("?")
        room, _, item = path.partition("/")
        if room not in ROOMS:
            return cls()
        return cls(room, unquote(item), parse_qs(search).get("q", [""])[0])

    def __str__(self) -> str:
        item = f"/{quote(self.item, safe='')}" if self.item else ""
        query = f"?q={quote(self.query, safe='')}" if self.query else ""
        return f"#{self.room}{item}{query}"
