"""Pages in a text: where a passage stands in the file that it is from."""

from __future__ import annotations

from semblance.documents import Document
from semblance.messages import Message

PAGE_BREAK = "\f"
"""Parts the pages of a text, and the slides. A form feed, as ``pdftotext`` writes it."""

UNITS = ("page", "slide")


def unit_of(document: Document) -> str:
    r"""What the parts of a document's text are, as its metadata tell: ``{"pages": 2}``; empty if it has no such parts.

    Examples
    --------
    >>> unit_of(Document("a.pptx", "One\n\f\nTwo", metadata={"slides": 2}))
    'slide'
    >>> unit_of(Document("row 7", "A book of another catalogue", metadata={"pages": 320}))
    ''
    """
    breaks = document.content.count(PAGE_BREAK)
    return next((unit for unit in UNITS if document.metadata.get(f"{unit}s") == breaks + 1), "")


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
    unit = unit_of(document)
    if not unit:
        return None
    first = document.content.count(PAGE_BREAK, 0, start) + 1
    last = first + document.content.count(PAGE_BREAK, start, end)
    if first == last:
        return Message(f"papers.{unit}", number=first)
    return Message(f"papers.{unit}s", first=first, last=last)


def places_in(document: Document) -> dict[int, Message]:
    r"""The pages of a document, by where each begins in its content; nothing if it has none.

    Examples
    --------
    >>> pages = places_in(Document("tides.pdf", "High.\n\f\nLow.", metadata={"pages": 2}))
    >>> {start: str(page) for start, page in pages.items()}
    {0: 'page 1', 7: 'page 2'}
    """
    unit = unit_of(document)
    breaks = [at + 1 for at, char in enumerate(document.content) if char == PAGE_BREAK] if unit else []
    starts = [0, *breaks] if unit else []
    return {start: Message(f"papers.{unit}", number=number) for number, start in enumerate(starts, 1)}
