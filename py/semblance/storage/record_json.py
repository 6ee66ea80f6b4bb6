"""What stores write of a record beside the fields that they look things up by."""

from __future__ import annotations

import json
from typing import Any

from semblance.arrays import FloatArray
from semblance.documents import Document, Passage, Picture
from semblance.records import Record


def lesser_fields(record: Record) -> dict[str, Any]:
    """Everything that a store need not know about, as plain data; the bytes of a picture are not in it."""
    picture = record.picture
    fields = {
        "metadata": dict(record.document.metadata),
        "note": record.document.note,
        "passages": [[passage.start, passage.end, passage.heading] for passage in record.passages],
        "cut": record.cut,
        "updated": record.updated,
    }
    if picture:
        fields["picture"] = {"digest": picture.digest, "width": picture.width, "height": picture.height}
    return fields


def pack(record: Record) -> str:
    """`lesser_fields` as JSON."""
    return json.dumps(lesser_fields(record))


def unpack(
    id: str,
    title: str,
    source: str,
    fingerprint: str,
    vectors: FloatArray,
    content: str,
    packed: str,
    thumbnail: bytes = b"",
    original: bytes = b"",
) -> Record:
    """The record whose lesser fields `pack` wrote."""
    rest = json.loads(packed)
    document = Document(id, content, title, rest["metadata"], source, rest["note"])
    passages = tuple(Passage(*passage) for passage in rest["passages"])
    picture = (
        Picture(**rest["picture"], thumbnail=thumbnail, original=original) if "picture" in rest else None
    )
    return Record(document, fingerprint, passages, vectors, rest["cut"], rest["updated"], picture)
