"""The words of the app's pages, in its language: ``messages/LANGUAGE/app.toml``, with a section for each room.

What stands fixed in ``index.html`` is not among them: it is HTML, and in English. The labs have words of their own.
"""

from __future__ import annotations

from pathlib import Path

from semblance.messages import Catalogue

LANGUAGE = "en"
SUBJECT = "app"
CATALOGUE = Catalogue(Path(__file__).with_name("messages"))


def words(key: str, /, **values: object) -> str:
    """A text, with values for its placeholders.

    Examples
    --------
    >>> words("collections.restored", name="tea")
    '“tea” is restored.'
    """
    return CATALOGUE.text(LANGUAGE, SUBJECT, key, **values)


def counted(key: str, count: int, /, **values: object) -> str:
    """A text about so many things; about one thing it is the text whose key ends in ``_one``.

    Examples
    --------
    >>> counted("session.deleted", 1), counted("session.deleted", 1200)
    ('Deleted 1 item.', 'Deleted 1,200 items.')
    """
    return CATALOGUE.counted(LANGUAGE, SUBJECT, key, count, **values)


def lines(key: str, /) -> list[str]:
    """A list of texts."""
    return CATALOGUE.lines(LANGUAGE, SUBJECT, key)
