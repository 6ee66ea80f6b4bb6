"""Pages in a text: where a passage stands in the file that it is from."""

from __future__ import annotations

import re

from semblance.documents import Document
from semblance.messages import Message

PAGE_BREAK = "\f"
"""Parts the pages of a text, and the slides. A form feed, as ``pdftotext`` writes it."""

_PLACES = {"pages": ("papers.page", "papers.pages"), "slides": ("papers.slide", "papers.slides")}


def place_of(document: Document, start: int, end: int) -> Message | None:
    r"""Where a stretch of a document stands, such as “page 12”; None if the document has no pages.

    Examples
    --------
    >>> document = Document("tides.pdf", "High.\n\f\nLow.\n\f\nSlack.", metadata={"pages": 3})
    >>> print(place_of(document, 8, 12))
    page 2
    >>> print(place_of(document, 8, 21))
    pages 2–3
    """
    unit = _unit_of(document)
    if not unit:
        return None
    one, several = _PLACES[unit]
    first = document.content.count(PAGE_BREAK, 0, start) + 1
    last = first + document.content.count(PAGE_BREAK, start, end)
    return Message(one, number=first) if first == last else Message(several, first=first, last=last)


def places_in(document: Document) -> dict[int, Message]:
    r"""The pages of a document, by where each begins in its content; nothing if it has none.

    Examples
    --------
    >>> pages = places_in(Document("tides.pdf", "High.\n\f\nLow.", metadata={"pages": 2}))
    >>> {start: str(page) for start, page in pages.items()}
    {0: 'page 1', 8: 'page 2'}
    """
    unit = _unit_of(document)
    if not unit:
        return {}
    starts = [0, *(match.end() for match in re.finditer(f"{PAGE_BREAK}\n*", document.content))]
    return {start: Message(_PLACES[unit][0], number=number) for number, start in enumerate(starts, 1)}


def _unit_of(document: Document) -> str:
    """What the parts of a document's text are called; empty if its metadata tell no number of parts, or another."""
    parts = document.content.count(PAGE_BREAK) + 1
    return next((unit for unit in _PLACES if document.metadata.get(unit) == parts), "")
