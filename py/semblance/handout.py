"""What is handed out of a collection, to readers who add nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from semblance.documents import Document, Passage
from semblance.records import Record

LONGEST_FIELD = 200  # characters of a field that goes along where texts don't


@dataclass(frozen=True, slots=True)
class Handout:
    """What goes along with titles, links and vectors. Files of pictures never do.

    Parameters
    ----------
    texts : bool
        Whether the items' texts do. Without them, an item is found by its title and by its meaning.
    thumbnails : bool

    Examples
    --------
    >>> record = Record(Document("a", "The moon pulls the sea.", "Tides"), "", (Passage(0, 23),), None)
    >>> lean = Handout(texts=False).lean(record)
    >>> lean.document.content, lean.passages
    ('Tides', (Passage(start=0, end=5, heading=''),))
    """

    texts: bool = True
    thumbnails: bool = True

    def lean(self, record: Record) -> Record:
        """The item as it is handed out."""
        if picture := record.picture:
            thumbnail = picture.thumbnail if self.thumbnails else b""
            record = replace(record, picture=replace(picture, thumbnail=thumbnail, original=b""))
        return record if self.texts else _without_text(record)


def _without_text(record: Record) -> Record:
    document = record.document
    content = "" if record.picture else document.title or document.id
    lean = Document(
        document.id, content, document.title, _short(document.metadata), document.source, document.note
    )
    passages = tuple(Passage(0, len(content)) for _ in record.passages)
    return replace(record, document=lean, passages=passages, cut=0)


def _short(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in metadata.items() if len(str(value)) <= LONGEST_FIELD}
