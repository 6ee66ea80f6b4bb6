"""The address after ``#``: ``room``, ``room/item`` or ``room?q=text``. Pure text, no browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote

ROOMS = ("related", "search", "compare", "collections", "labs")


@dataclass(frozen=True, slots=True)
class Address:
    """A place in the app.

    Parameters
    ----------
    room : str
    item : str
        An item of the open collection; in the labs, a lesson.
    query : str
        The text to search for: ``q`` after the question mark.
    parameters : mapping of str to str
        All other parameters after the question mark.

    Examples
    --------
    >>> Address.parse("#related/notes%2Ftides.md")
    Address(room='related', item='notes/tides.md', query='', parameters={})
    >>> str(Address("search", query="moon & sea"))
    '#search?q=moon%20%26%20sea'
    >>> Address.parse("#labs/cosine?lang=zh-Hant&plane.text=").parameters
    {'lang': 'zh-Hant', 'plane.text': ''}
    >>> Address.parse("#nonsense").room
    'related'
    """

    room: str = "related"
    item: str = ""
    query: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Address:
        path, _, search = text.removeprefix("#").partition("?")
        room, _, item = path.partition("/")
        if room not in ROOMS:
            return cls()
        parameters = dict(parse_qsl(search, keep_blank_values=True))
        return cls(room, unquote(item), parameters.pop("q", ""), parameters)

    @property
    def item_of_collection(self) -> str:
        """The item of the open collection that the address names; empty if it names none."""
        return "" if self.room == "labs" else self.item

    def __str__(self) -> str:
        item = f"/{quote(self.item, safe='')}" if self.item else ""
        parameters = ({"q": self.query} if self.query else {}) | dict(self.parameters)
        query = "&".join(
            f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in parameters.items()
        )
        return f"#{self.room}{item}{'?' if query else ''}{query}"
