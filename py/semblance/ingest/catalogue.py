"""Joins pictures with a table that describes them: title, price, a link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import unquote

from semblance.documents import Document, Failure
from semblance.errors import MissingPicture
from semblance.ingest.formats import JSON, JSON_LINES, SPREADSHEETS, TABLES, is_picture, suffix_of
from semblance.ingest.names import composed
from semblance.messages import Message

_SUFFIXES = (*TABLES, *SPREADSHEETS, *JSON, *JSON_LINES)


def may_describe(name: str) -> bool:
    """Whether a file is of a kind whose rows may describe pictures.

    Examples
    --------
    >>> may_describe("shop/products.csv"), may_describe("shop/readme.md")
    (True, False)
    """
    return suffix_of(name) in _SUFFIXES


def describe(
    pictures: Sequence[Document], rows: Sequence[Document], table: str
) -> tuple[list[Document], list[Document], list[Failure]]:
    """Give pictures what the rows of a table say of them.

    A row is about the picture whose path or file name is its id or one of its values. A table of which no row
    is about a picture is not a catalogue, and its rows stay documents.

    Parameters
    ----------
    pictures, rows : sequence of Document
        What was added together.
    table : str
        Name of the file that the rows are from; empty if that is not known.

    Returns
    -------
    pictures : list of Document
        In their order; those that are described have the row's title and metadata.
    rows : list of Document
        Those that stay documents: all or none, if they are known to be from one table.
    failures : list of Failure
        One for each row of a catalogue whose picture is not there.

    Examples
    --------
    >>> from semblance.documents import ImageBytes
    >>> tap = Document("shop/tap.jpg", "", image=ImageBytes(b""))
    >>> row = Document("17", "tap.jpg Brass tap 12", "Brass tap", {"file": "tap.jpg", "price": "12"})
    >>> described, _, _ = describe([tap], [row], "shop/products.csv")
    >>> described[0].title, described[0].metadata["price"]
    ('Brass tap', '12')
    """
    places = _places(pictures)
    pairs = [(row, _picture_of(row, places, table)) for row in rows]
    if not any(place is not None for _, place in pairs):
        return list(pictures), list(rows), []
    described, left, failures = list(pictures), list[Document](), list[Failure]()
    for row, place in pairs:
        if place is None and not table:
            left.append(row)
        elif place is None:
            where = Message("ingest.row_of_table", table=table, row=row.id).said()
            failures.append(Failure(row.id, MissingPicture("ingest.no_picture", where=where)))
        else:
            described[place] = _described(described[place], row)
    return described, left, failures


def _places(pictures: Sequence[Document]) -> dict[str, int]:
    """The place of each picture in the list, by its path, and by its name if no other has the same name."""
    names = Counter(_name(picture.id) for picture in pictures)
    by_name = {_name(p.id): place for place, p in enumerate(pictures) if names[_name(p.id)] == 1}
    return by_name | {_key(picture.id): place for place, picture in enumerate(pictures)}


def _picture_of(row: Document, places: dict[str, int], table: str) -> int | None:
    folder = _key(table).rpartition("/")[0]
    for value in _references(row):
        for key in (f"{folder}/{value}", value, _name(value)):
            if key in places:
                return places[key]
    return None


def _references(row: Document) -> Iterator[str]:
    """Values that may name a picture: those that look like such a name, and the id."""
    for value in (*row.metadata.values(), row.id):
        if isinstance(value, str) and is_picture(value):
            yield _key(value.replace("\\", "/").removeprefix("./"))


def _key(path: str) -> str:
    """A path without the differences that systems and programs make: capitals, composed letters, spaces in addresses."""
    return composed(unquote(path) if "%" in path else path).casefold()


def _name(path: str) -> str:
    return _key(path).rpartition("/")[2]


def _described(picture: Document, row: Document) -> Document:
    kept = sum(len(value) for value in row.metadata.values() if isinstance(value, str))
    partly = Message("ingest.long_text").said()
    note = partly if len(row.content) > kept + len(row.metadata) + len(row.id) else row.note
    metadata = {**picture.metadata, **row.metadata}
    return replace(picture, title=row.title or picture.title, metadata=metadata, note=note)
