"""The words of the app's pages, in the page's language: ``messages/LANGUAGE/app.toml``, with a section for each room.

Beside it are the words that scripts say: ``page.toml`` those of ``index.html``, ``start.toml`` those of the start. The labs
have words of their own.
"""

from __future__ import annotations

from pathlib import Path

from semblance.messages import Catalogue, current

SUBJECT = "app"
CATALOGUE = Catalogue(Path(__file__).with_name("messages"))


def words(key: str, /, **values: object) -> str:
    """A text, with values for its placeholders.

    Examples
    --------
    >>> words("collections.restored", name="tea")
    '“tea” is restored.'
    """
    return CATALOGUE.text(current(), SUBJECT, key, **values)


def counted(key: str, count: int, /, **values: object) -> str:
    """A text about so many things; about one thing it is the text whose key ends in ``_one``.

    Examples
    --------
    >>> counted("session.deleted", 1), counted("session.deleted", 1200)
    ('Deleted 1 item.', 'Deleted 1,200 items.')
    """
    return CATALOGUE.counted(current(), SUBJECT, key, count, **values)


def lines(key: str, /) -> list[str]:
    """A list of texts."""
    return CATALOGUE.lines(current(), SUBJECT, key)


def english(key: str, /) -> list[str]:
    """A list of texts in English, which all models know."""
    return CATALOGUE.lines("en", SUBJECT, key)


def sentences(*texts: str) -> str:
    """Sentences one after the other, as the language writes them; empty ones are left out.

    Examples
    --------
    >>> sentences("It is kept.", "", "It may go.")
    'It is kept. It may go.'
    """
    joined = ""
    for text in filter(None, texts):
        joined = words("app.then", first=joined, second=text) if joined else text
    return joined
