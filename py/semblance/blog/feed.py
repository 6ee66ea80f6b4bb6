"""The entries of a feed as posts for `related-posts.js`: no-build mode, in the reader's browser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from semblance.blog.posts import iso_date, key_of, shortened
from semblance.documents import Document

EXCERPT = 160  # characters

_LINKS = ("link", "url", "external_url")  # of RSS and Atom as our reader gives them, then of JSON Feed
_DATES = ("date", "date_published", "date_modified")
_HEADINGS = re.compile(r"^#{1,6} .*\n*", re.MULTILINE)


def document_of(document: Document, feed: str) -> Document | None:
    """An entry with the absolute address of its post under ``link``; None if it links to no page.

    Parameters
    ----------
    document : Document
        As `semblance.ingest.read` gives it.
    feed : str
        Address of the feed.

    Examples
    --------
    >>> entry = document_of(Document("1", "Text.", metadata={"url": "/a/"}), "https://example.org/feed.json")
    >>> entry.metadata["link"]
    'https://example.org/a/'
    >>> document_of(Document("1", "Text.", metadata={"link": "javascript:alert()"}), "https://example.org/feed.xml")
    """
    link = urljoin(feed, _first(document.metadata, _LINKS) or document.id)
    if urlsplit(link).scheme not in ("http", "https"):
        return None
    return replace(document, metadata={**document.metadata, "link": link})


def key_of_address(address: str) -> str:
    """The key of the page at an address; see `semblance.blog.posts.key_of`.

    Examples
    --------
    >>> key_of_address("https://example.org/a/?utm=1"), key_of_address("/a.html")
    ('a', 'a')
    """
    return key_of(urlsplit(address).path)


def row_of(document: Document, score: float) -> dict[str, Any]:
    r"""A post as a row of ``related/KEY.json``; empty fields are left out.

    Examples
    --------
    >>> tea = Document("1", "# Tea\n\nBoil water.\n\n## Pot\n\nWarm it.", "Tea", {"link": "https://example.org/"})
    >>> row_of(tea, 0.61234)
    {'url': 'https://example.org/', 'title': 'Tea', 'excerpt': 'Boil water. Warm it.', 'score': 0.6123}
    """
    link = document.metadata["link"]
    row = {
        "url": link,
        "title": document.title or link,
        "date": iso_date(_first(document.metadata, _DATES)),
        "excerpt": shortened(_HEADINGS.sub("", document.content), EXCERPT),
        "score": round(score, 4),
    }
    return {key: value for key, value in row.items() if value != ""}


def _first(values: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    return next((value for key in keys if isinstance(value := values.get(key), str) and value), "")
