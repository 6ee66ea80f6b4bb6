"""The address after ``#``: ``room``, ``room/item`` or ``room?q=text``, and how they are shown. Pure text, no browser."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote

from semblance.filters import EVERYTHING, OPERATORS, Condition, Filter

ROOMS = ("related", "search", "map", "compare", "collections", "labs")
KINDS = ("text", "image")


@dataclass(frozen=True, slots=True)
class Address:
    """A place in the app.

    Parameters
    ----------
    room : str
    item : str
        An item of the collection; in the labs, a lesson.
    query : str
        The text to search for: ``q`` after the question mark.
    collection : str
        Name of the collection: ``in``. Empty for the one that is open.
    picture : str
        Name of the picture to search with. Its file is no part of an address.
    filter : Filter
        How results are narrowed down: ``kind``, and ``where`` for each condition.
    order : str
        Of results: a field, a space, and ``up`` or ``down``. Empty for the most alike first.
    sort : str
        Of the list of items: see `semblance.browser.pages.listing.SORTS`.
    colour : str
        Of the map: what its points are coloured by, see `semblance.browser.pages.maps.values`. Empty for the clusters.
    parameters : mapping of str to str
        Of a lab: all other parameters after the question mark.

    Examples
    --------
    >>> address = Address.parse("#related/notes%2Ftides.md?in=notes&where=price%20%3C%2020")
    >>> address.item, address.collection, address.filter.conditions
    ('notes/tides.md', 'notes', (Condition(field='price', operator='<', value='20'),))
    >>> str(Address("search", query="moon & sea", collection="notes", order="price up"))
    '#search?in=notes&q=moon%20%26%20sea&order=price%20up'
    >>> Address.parse("#labs/cosine?lang=zh-Hant&plane.text=").parameters
    {'lang': 'zh-Hant', 'plane.text': ''}
    >>> Address.parse("#nonsense").room
    'related'
    """

    room: str = "related"
    item: str = ""
    query: str = ""
    collection: str = ""
    picture: str = ""
    filter: Filter = EVERYTHING
    order: str = ""
    sort: str = ""
    colour: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Address:
        path, _, search = text.removeprefix("#").partition("?")
        room, _, item = path.partition("/")
        if room not in ROOMS:
            return cls()
        pairs = parse_qsl(search, keep_blank_values=True)
        values = dict(pairs)
        if room == "labs":
            return cls(room, unquote(item), parameters=values)
        kind = values.get("kind", "")
        conditions = tuple(_conditions(value for name, value in pairs if name == "where"))
        return cls(
            room,
            unquote(item),
            values.get("q", ""),
            values.get("in", ""),
            values.get("picture", ""),
            Filter(kind if kind in KINDS else "", conditions),
            values.get("order", ""),
            values.get("sort", ""),
            values.get("colour", ""),
        )

    @property
    def item_of_collection(self) -> str:
        """The item of a collection that the address names; empty if it names none."""
        return "" if self.room == "labs" else self.item

    @property
    def is_whole(self) -> bool:
        """Whether it says all of what is shown. One without a collection leaves the rest as it is."""
        return bool(self.collection)

    def __str__(self) -> str:
        item = f"/{quote(self.item, safe='')}" if self.item else ""
        pairs = [
            ("in", self.collection),
            ("q", self.query),
            ("picture", self.picture),
            ("kind", self.filter.kind),
            *(("where", _written(condition)) for condition in self.filter.conditions),
            ("order", self.order),
            ("sort", self.sort),
            ("colour", self.colour),
        ]
        pairs = [(name, value) for name, value in pairs if value] + list(self.parameters.items())
        query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
        return f"#{self.room}{item}{'?' if query else ''}{query}"


def _written(condition: Condition) -> str:
    """A condition as one text. Spaces separate its parts, so those in the field are written otherwise."""
    field = condition.field.replace("%", "%25").replace(" ", "%20")
    return f"{field} {condition.operator} {condition.value}"


def _conditions(texts: Iterable[str]) -> Iterator[Condition]:
    for text in texts:
        field, _, rest = text.partition(" ")
        operator, _, value = rest.partition(" ")
        if operator in OPERATORS and value:  # anything else was written by nobody, or changed on its way
            yield Condition(unquote(field), operator, value)
