"""The order of a list of items, and which of its rows are near what can be seen. No browser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from semblance.records import Entry

NAME, DATE, FOLDER = "", "date", "folder"
SORTS = {NAME: "items.by_name", DATE: "items.by_date", FOLDER: "items.by_folder"}
BEYOND = 20  # rows beyond what can be seen, on either side


def name_of(entry: Entry) -> str:
    """What an item is called in a list."""
    return entry.title or entry.id


def folder_of(entry: Entry) -> str:
    """The folder that an item lies in, or else the one that it was added with.

    Examples
    --------
    >>> folder_of(Entry("notes/sea/tides.md", "Tides", "notes", "")), folder_of(Entry("17", "Tap", "shop", ""))
    ('notes/sea', 'shop')
    """
    return entry.id.rpartition("/")[0] or entry.source


def in_order(entries: Iterable[Entry], sort: str, dates: Mapping[str, float]) -> list[Entry]:
    """Items in one of the orders of `SORTS`; those that are equal in it by their names.

    Examples
    --------
    >>> entries = [Entry("b/1", "Rye", "", ""), Entry("a/2", "tea", "", ""), Entry("a/1", "Sea", "", "")]
    >>> [entry.title for entry in in_order(entries, NAME, {})]
    ['Rye', 'Sea', 'tea']
    >>> [entry.title for entry in in_order(entries, FOLDER, {})]
    ['Sea', 'tea', 'Rye']
    >>> [entry.title for entry in in_order(entries, DATE, {"b/1": 1.0, "a/2": 3.0, "a/1": 1.0})]
    ['tea', 'Rye', 'Sea']
    """
    by_name = sorted(entries, key=lambda entry: name_of(entry).casefold())
    if sort == DATE:
        return sorted(by_name, key=lambda entry: -dates.get(entry.id, 0.0))
    if sort == FOLDER:
        return sorted(by_name, key=lambda entry: folder_of(entry).casefold())
    return by_name


def rows_near(top: float, height: float, row: float, number: int, beyond: int = BEYOND) -> range:
    """The rows of a list that can be seen or nearly.

    Parameters
    ----------
    top, height : float
        The part of the list that can be seen, from its beginning.
    row : float
        Height of a row.
    number : int
        Of rows.
    beyond : int
        How many rows more, on either side.

    Examples
    --------
    >>> rows_near(0, 500, 50, 5000), rows_near(100_000, 500, 50, 5000), rows_near(0, 500, 50, 3)
    (range(0, 30), range(1980, 2030), range(0, 3))
    """
    first = max(0, int(top // row) - beyond)
    last = min(number, int(-(-(top + height) // row)) + beyond)
    return range(min(first, last), last)
