"""One collection as one file, and back.

The format, version 2
---------------------
A zip archive with exactly these members, in this order:

``pictures/N.jpg``, ``pictures/N.original``
    For the Nth item, counted from 1, if it is a picture: its thumbnail, and its file if that was kept. Stored.
``items.jsonl``
    UTF-8, one JSON object and a line feed for each item, items sorted by id. Fields: ``id``, ``title``,
    ``content``, ``source``, ``note`` (text), ``metadata`` (an object), ``fingerprint`` (text; an item with
    the same one need not be embedded again), ``passages`` (a list of ``[start, end, heading]``: the passage
    is ``content[start:end]``, counted in Unicode code points), ``cut`` (characters at the end that no
    passage covers), ``updated`` (seconds since 1970, UTC). A picture's content may be empty; its one passage
    is ``[0, 0, ""]``, and it has ``picture``: ``{"digest": SHA-256 of its file, "width", "height",
    "thumbnail": SHA-256, "original": SHA-256, or "" where it was not kept}``. Deflated.
``vectors.f32``
    The passages' vectors, one after the other, in the order of the items and of their passages; each is
    ``dims`` little-endian IEEE 754 float32 numbers and has length 1. Stored, not compressed.
``manifest.json``
    ``{"format": "semblance-backup", "version": 2, "name": ..., "model": ..., "encoder_fingerprint": ...,
    "image_fingerprint": ..., "dims": d, "items": n, "passages": p,
    "sha256": {"items.jsonl": ..., "vectors.f32": ...}}``. Deflated. It comes last because it holds the hashes
    of the others.

Where the user has said something of pairs of items, the manifest also has ``relations``: ``{"pinned": [[id, id], ...],
"hidden": [[id, id], ...]}``, with ids sorted. Earlier readers ignore it.
A collection without pictures is written as version 1, which has no ``image_fingerprint``.
All members carry the date 1980-01-01, so the same collection gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import AsyncIterator, Callable, Mapping
from types import MappingProxyType
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from semblance.arrays import Codes
from semblance.collection import Collection
from semblance.documents import Picture
from semblance.errors import StaleCollection
from semblance.pace import Pacer
from semblance.ranking.vectors import dequantize
from semblance.records import Record
from semblance.storage.record_json import lesser_fields

FORMAT, VERSIONS = "semblance-backup", (1, 2)
ITEMS, VECTORS, MANIFEST = "items.jsonl", "vectors.f32", "manifest.json"
COMPRESSION = {ITEMS: ZIP_DEFLATED, VECTORS: ZIP_STORED, MANIFEST: ZIP_DEFLATED}
THUMBNAIL, ORIGINAL = "pictures/{}.jpg", "pictures/{}.original"

_BATCH = 250  # items read from the store at once
_PIECE = 1 << 20


async def write_backup(
    collection: Collection,
    change: Callable[[Record], Record] = lambda record: record,
    relations: Mapping[str, Any] = MappingProxyType({}),
) -> AsyncIterator[bytes]:
    """The bytes of a backup, in pieces as they come.

    Each item is written as it was when it was read, with its own vectors, whatever is added or changed
    meanwhile.

    Parameters
    ----------
    collection : Collection
    change : callable, optional
        What is written of an item: see `semblance.handout`.
    relations : mapping, optional
        What the user says of pairs of its items: see `semblance.relations.Relations.plain`.

    Raises
    ------
    StaleCollection
        If half of the collection is embedded again by a model of other dimensions.
    """
    out, pacer = _Pieces(), Pacer()
    codes: list[Codes] = []
    lines: list[bytes] = []
    with ZipFile(out, "w") as archive:
        async for whole in _records(collection):
            record = change(whole)
            lines.append(_line(record))
            codes.append(record.codes)
            _write_picture(archive, record.picture, len(lines))
            await pacer.breathe()
            if len(out) > _PIECE:
                yield out.take()
        has_pictures = bool(archive.infolist())
        with _Member(archive, ITEMS) as items:
            for line in lines:
                items.write(line)
                await pacer.breathe()
                if len(out) > _PIECE:
                    yield out.take()
        manifest = _manifest(collection, codes, has_pictures)
        with _Member(archive, VECTORS) as rows:
            for block in codes:
                rows.write(dequantize(block).astype("<f4").tobytes())
                await pacer.breathe()
                if len(out) > _PIECE:
                    yield out.take()
        if relations:
            manifest["relations"] = dict(relations)
        manifest["sha256"] = {member.name: member.sha256.hexdigest() for member in (items, rows)}
        with _Member(archive, MANIFEST) as last:
            last.write(json.dumps(manifest, indent=1).encode())
    yield out.take()


def _write_picture(archive: ZipFile, picture: Picture | None, number: int) -> None:
    if picture is None:
        return
    for name, data in ((THUMBNAIL, picture.thumbnail), (ORIGINAL, picture.original)):
        if data:
            with _Member(archive, name.format(number)) as member:
                member.write(data)


def _manifest(collection: Collection, codes: list[Codes], has_pictures: bool) -> dict[str, Any]:
    info = collection.info
    widths = {block.shape[1] for block in codes} or {info.dims}
    if len(widths) > 1:
        raise StaleCollection("collections.partly_embedded", where=info.name)
    return {
        "format": FORMAT,
        "version": VERSIONS[has_pictures],
        "name": info.name,
        "model": info.model,
        "encoder_fingerprint": info.encoder_fingerprint,
        **({"image_fingerprint": info.image_fingerprint} if has_pictures else {}),
        "dims": widths.pop(),
        "items": len(codes),
        "passages": sum(len(block) for block in codes),
    }


def _line(record: Record) -> bytes:
    doc = record.document
    fields = {
        "id": doc.id,
        "title": doc.title,
        "content": doc.content,
        "source": doc.source,
        "fingerprint": record.fingerprint,
        **lesser_fields(record),
    }
    if picture := record.picture:
        fields["picture"] |= {"thumbnail": _sha256(picture.thumbnail), "original": _sha256(picture.original)}
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest() if data else ""


async def _records(collection: Collection) -> AsyncIterator[Record]:
    ids = collection.ids()
    for start in range(0, len(ids), _BATCH):
        for record in await collection.get(ids[start : start + _BATCH], pictures="originals"):
            yield record


class _Pieces(io.RawIOBase):
    """A file that can only be written to. The writer of the backup takes its bytes out as they come."""

    def __init__(self) -> None:
        super().__init__()
        self._buffer = bytearray()

    def __len__(self) -> int:
        return len(self._buffer)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._buffer += data
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self._buffer)
        self._buffer.clear()
        return taken


class _Member:
    """A member that is being written, and the hash of what went into it."""

    def __init__(self, archive: ZipFile, name: str) -> None:
        info = ZipInfo(name)
        info.compress_type = COMPRESSION.get(name, ZIP_STORED)
        info.create_system = 3  # the same on every system
        self.name = name
        self.sha256 = hashlib.sha256()
        self._file = archive.open(info, "w", force_zip64=True)

    def write(self, data: bytes) -> None:
        self.sha256.update(data)
        self._file.write(data)

    def __enter__(self) -> _Member:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
