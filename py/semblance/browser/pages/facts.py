"""What an item's metadata says of it: its language, its link, its date, and the short values beside it. No browser."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from semblance.documents import Document
from semblance.ingest.tables import KNOWN_NAMES
from semblance.wording import written

LINKS = KNOWN_NAMES["link"]
LANGUAGES = ("lang", "language")
DATES = KNOWN_NAMES["date"]
SHOWN_ELSEWHERE = ("title", "file", "filename", "image", *LINKS)
LONGEST = 40  # characters of a value that stands beside an item

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*", re.IGNORECASE)
_YEAR = re.compile(r"\d{4}")


def language_of(metadata: Mapping[str, Any]) -> str:
    """An item's language as HTML's ``lang`` has it; empty if it is not known.

    Examples
    --------
    >>> language_of({"lang": "de_AT"}), language_of({"Language": "fr"}), language_of({"language": "English"})
    ('de-AT', 'fr', '')
    """
    for value in _values(metadata, LANGUAGES):
        tag = str(value).strip().replace("_", "-")
        if _LANGUAGE.fullmatch(tag):
            return tag
    return ""


def is_link(value: Any) -> bool:
    """Whether a value is an address that is safe to follow."""
    return isinstance(value, str) and value.strip().lower().startswith(("https://", "http://"))


def link_of(metadata: Mapping[str, Any]) -> str:
    """An item's address; empty if there is none that is safe to follow.

    Examples
    --------
    >>> link_of({"URL": "https://example.org/a"}), link_of({"link": "javascript:alert(1)"})
    ('https://example.org/a', '')
    """
    return next((value.strip() for value in _values(metadata, LINKS) if is_link(value)), "")


def date_of(metadata: Mapping[str, Any]) -> float | None:
    """An item's own date in seconds since 1970; None if it has none that can be read.

    Examples
    --------
    >>> date_of({"date": "1970-01-02"}), date_of({"pubDate": "Fri, 02 Jan 1970 00:00:00 GMT"}), date_of({"date": "May"})
    (86400.0, 86400.0, None)
    >>> date_of({"Created": 1971})
    31536000.0
    """
    dates = (_timestamp(str(value).strip()) for value in _values(metadata, DATES))
    return next((date for date in dates if date is not None), None)


def short_facts(document: Document, most: int, fields: Sequence[str] = ()) -> str:
    """Some short values of an item's metadata, without those that are shown elsewhere.

    Parameters
    ----------
    document : Document
    most : int
        How many values.
    fields : sequence of str
        Fields that come before all others: those by which the collection can be narrowed down.

    Examples
    --------
    >>> metadata = {"id": "n1", "title": "Tap", "price": 45.0, "category": ["bath", "brass"], "link": "https://a.example"}
    >>> short_facts(Document("n1", "", "Tap", metadata), most=4)
    'price: 45 · category: bath, brass'
    >>> short_facts(Document("n1", "", "Tap", metadata), most=1, fields=["category"])
    'category: bath, brass'
    """
    names, metadata = (document.id, document.title), document.metadata
    ordered = {field: metadata[field] for field in (*fields, *metadata) if field in metadata}
    facts = [
        f"{field}: {written(value)}"
        for field, value in ordered.items()
        if field.lower() not in SHOWN_ELSEWHERE and _is_short(value) and written(value) not in names
    ]
    return " · ".join(facts[:most])


def _is_short(value: Any) -> bool:
    is_list = isinstance(value, list) and all(isinstance(part, str | int | float) for part in value)
    return (is_list or isinstance(value, str | int | float)) and 0 < len(written(value)) <= LONGEST


def _values(metadata: Mapping[str, Any], names: tuple[str, ...]) -> list[Any]:
    """The values of the fields of these names, in any case, in the order of the names."""
    by_name = {str(field).strip().lower(): value for field, value in metadata.items()}
    return [by_name[name] for name in names if name in by_name]


def _timestamp(text: str) -> float | None:
    try:
        date = datetime(int(text), 1, 1) if _YEAR.fullmatch(text) else datetime.fromisoformat(text)
    except ValueError:
        try:
            date = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    try:
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
