"""Reading a backup: everything is checked before anything is written. `semblance.backup` has the format."""

from __future__ import annotations

import hashlib
import io
import json
import re
import struct
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple
from zipfile import ZIP_STORED, BadZipFile, ZipFile

import numpy as np

from semblance.backup import COMPRESSION, FORMAT, ITEMS, MANIFEST, ORIGINAL, THUMBNAIL, VECTORS, VERSIONS
from semblance.documents import Document, Passage, Picture
from semblance.errors import BadBackup
from semblance.ingest.limits import LIMITS, human_size
from semblance.messages import Message
from semblance.nesting import is_too_deep
from semblance.pace import Pacer
from semblance.ranking.vectors import quantize
from semblance.records import CollectionInfo, Record

# A small file must not unpack to something that fills the memory or takes hours.
_LARGEST = {MANIFEST: 1 << 20, ITEMS: 4 << 30, VECTORS: 4 << 30}
_LARGEST_PICTURE = 100 << 20
_RATIO_MATTERS_FROM = 256 << 20  # bytes: below this it may be a collection of texts that repeat themselves
_LONGEST_LINE = 256 << 20
_MOST_DIMS = 65_536
_LARGEST_NUMBER = 2**53  # beyond it JavaScript, which stores them, has no exact whole numbers
_DEEPEST = 120  # the depth that ingest admits, and what a line adds around it
_ENCRYPTED = 0x1
_UNIT_TOLERANCE = 1e-3
_BATCH = 32
_ROWS = 4096

# The errors that zipfile raises for a faulty archive.
_ZIP_ERRORS = (BadZipFile, zlib.error, struct.error, EOFError, ValueError, RuntimeError)

_FIELDS: dict[str, type | tuple[type, ...]] = {
    "id": str,
    "title": str,
    "content": str,
    "source": str,
    "note": str,
    "metadata": dict,
    "fingerprint": str,
    "passages": list,
    "cut": int,
    "updated": (int, float),
}
_MANIFEST_FIELDS: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "model": str,
    "encoder_fingerprint": str,
    "dims": int,
    "items": int,
    "passages": int,
    "sha256": dict,
}
_PICTURE_FIELDS: dict[str, type | tuple[type, ...]] = {
    "digest": str,
    "width": int,
    "height": int,
    "thumbnail": str,
    "original": str,
}
_PICTURE = re.compile(r"pictures/\d{1,9}\.(jpg|original)")


class _Item(NamedTuple):
    document: Document
    fingerprint: str
    passages: tuple[Passage, ...]
    cut: int
    updated: float
    picture: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that has been checked: ``info`` (whose key and date are not set), its items, and relations of these."""

    info: CollectionInfo
    _archive: ZipFile
    relations: Mapping[str, Any] = field(default_factory=dict)

    async def records(self) -> AsyncIterator[list[Record]]:
        """All items, in batches."""
        batch: list[Record] = []
        with self._archive.open(ITEMS) as items, self._archive.open(VECTORS) as vectors:
            for number, item in enumerate(_items(items), start=1):
                size = len(item.passages) * self.info.dims * 4
                rows = np.frombuffer(vectors.read(size), dtype="<f4").reshape(-1, self.info.dims)
                picture = _picture(self._archive, item.picture, number)
                batch.append(
                    Record(
                        item.document,
                        item.fingerprint,
                        item.passages,
                        quantize(rows),
                        item.cut,
                        item.updated,
                        picture,
                    )
                )
                if len(batch) == _BATCH:
                    yield batch
                    batch = []
        if batch:
            yield batch


async def read_backup(data: bytes, file_name: str = "") -> Backup:
    """Check a backup from its first byte to its last.

    Parameters
    ----------
    data : bytes
    file_name : str, optional
        For the message if something is wrong.

    Raises
    ------
    BadBackup
        Saying what is wrong, and where.
    """
    try:
        archive = ZipFile(io.BytesIO(data))
        _check_members(archive)
        manifest = _read_manifest(archive)
        await _check_vectors(archive, manifest)
        await _check_items(archive, manifest)
        relations = _relations(manifest)
    except BadBackup as error:
        error.where = file_name
        raise
    except _ZIP_ERRORS as error:
        raise BadBackup("backup.no_zip", reason=error, where=file_name) from error
    info = CollectionInfo(
        image_fingerprint=manifest.get("image_fingerprint", ""),
        key="",
        name=manifest["name"].strip(),
        model=manifest["model"],
        encoder_fingerprint=manifest["encoder_fingerprint"],
        dims=manifest["dims"],
        created=0.0,
        count=manifest["items"],
    )
    return Backup(info, archive, relations)


def _relations(manifest: dict[str, Any]) -> Mapping[str, Any]:
    if "relations" not in manifest:
        return {}
    from semblance.relations import Relations  # few backups have any

    try:
        return Relations.parse(manifest["relations"]).plain()
    except (AttributeError, ValueError) as error:
        raise BadBackup("backup.field_kind", place=MANIFEST, field="relations") from error


def _check_members(archive: ZipFile) -> None:
    names = [member.filename for member in archive.infolist()]
    others = [name for name in names if not _PICTURE.fullmatch(name)]
    if sorted(others) != sorted(COMPRESSION) or len(set(names)) != len(names):
        raise BadBackup("backup.members", held=_some(others), expected=_some(COMPRESSION))
    for member in archive.infolist():
        compression = COMPRESSION.get(member.filename, ZIP_STORED)
        if member.flag_bits & _ENCRYPTED or member.compress_type != compression:
            raise BadBackup("backup.compression", file=member.filename)
        most = _LARGEST.get(member.filename, _LARGEST_PICTURE)
        if member.file_size > most:
            limit = human_size(most)
            raise BadBackup("backup.large", file=member.filename, bytes=member.file_size, limit=limit)
        times = member.file_size / max(1, member.compress_size)
        if member.file_size > _RATIO_MATTERS_FROM and times > LIMITS.archive_ratio:
            raise BadBackup("backup.ratio", file=member.filename, times=times, limit=LIMITS.archive_ratio)


def _read_manifest(archive: ZipFile) -> dict[str, Any]:
    manifest = _object(archive.read(MANIFEST), MANIFEST)
    if manifest.get("format") != FORMAT:
        raise BadBackup("backup.something_else", file=MANIFEST)
    if manifest.get("version") not in VERSIONS:
        raise BadBackup("backup.newer", format=repr(manifest.get("version")), known=VERSIONS[-1])
    _check_fields(manifest, _MANIFEST_FIELDS, MANIFEST)
    if not isinstance(manifest.get("image_fingerprint", ""), str):
        raise BadBackup("backup.field_kind", place=MANIFEST, field="image_fingerprint")
    if not manifest["name"].strip():
        raise BadBackup("backup.blank_name", file=MANIFEST)
    if (
        manifest["items"] < 0
        or manifest["passages"] < manifest["items"]
        or not 0 <= manifest["dims"] <= _MOST_DIMS
    ):
        raise BadBackup("backup.counts", file=MANIFEST)
    return manifest


async def _check_vectors(archive: ZipFile, manifest: dict[str, Any]) -> None:
    dims, count = manifest["dims"], manifest["passages"]
    size = archive.getinfo(VECTORS).file_size
    if size != count * dims * 4 or (count and not dims):
        raise BadBackup("backup.vectors", file=VECTORS, bytes=size, rows=count, dims=dims)
    digest, pacer = hashlib.sha256(), Pacer()
    with archive.open(VECTORS) as file:
        while block := file.read(_ROWS * dims * 4):
            digest.update(block)
            lengths = np.linalg.norm(np.frombuffer(block, dtype="<f4").reshape(-1, dims), axis=1)
            is_unit = np.abs(lengths - 1) < _UNIT_TOLERANCE  # false for NaN
            if not (is_unit | (lengths == 0)).all():  # items that were not embedded yet have zeros
                raise BadBackup("backup.lengths", file=VECTORS)
            await pacer.breathe()
    _check_hash(VECTORS, digest.hexdigest(), manifest)


async def _check_items(archive: ZipFile, manifest: dict[str, Any]) -> None:
    ids, passages, pacer = set[str](), 0, Pacer()
    with archive.open(ITEMS) as file:
        hashed = _Hashed(file)
        for item in _items(hashed):
            if item.document.id in ids:
                raise BadBackup("backup.same_id", file=ITEMS, id=repr(item.document.id))
            ids.add(item.document.id)
            passages += len(item.passages)
            _picture(archive, item.picture, len(ids))
            await pacer.breathe()
    _check_hash(ITEMS, hashed.sha256.hexdigest(), manifest)
    if (len(ids), passages) != (manifest["items"], manifest["passages"]):
        raise BadBackup(
            "backup.numbers",
            items_file=ITEMS,
            items=len(ids),
            passages=passages,
            manifest=MANIFEST,
            said_items=manifest["items"],
            said_passages=manifest["passages"],
        )


class _Hashed:
    """Lines of a file, and the hash of all that was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def readline(self, limit: int) -> bytes:
        line = self._file.readline(limit)
        self.sha256.update(line)
        return line


def _items(file: IO[bytes] | _Hashed) -> Iterator[_Item]:
    number = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        yield _item(line, Message("backup.line", file=ITEMS, number=number))


def _item(line: bytes, place: Message) -> _Item:
    if not line.endswith(b"\n"):
        raise BadBackup("backup.no_end", place=place)
    fields = _object(line, place)
    _check_fields(fields, _FIELDS, place)
    _check_numbers(fields, ("updated", "cut"), place)
    picture = fields.get("picture")
    if picture is not None:
        if not isinstance(picture, dict):
            raise BadBackup("backup.field_kind", place=place, field="picture")
        _check_fields(picture, _PICTURE_FIELDS, Message("backup.picture", place=place))
        _check_numbers(picture, ("width", "height"), place)
    names = ("id", "content", "title", "metadata", "source", "note")
    document = Document(**{name: fields[name] for name in names}, links=_links(fields, place))
    least = 0 if picture else 1
    passages = tuple(_passage(value, len(document.content), least, place) for value in fields["passages"])
    if not passages:
        raise BadBackup("backup.no_passages", place=place)
    return _Item(document, fields["fingerprint"], passages, fields["cut"], float(fields["updated"]), picture)


def _picture(archive: ZipFile, fields: dict[str, Any] | None, number: int) -> Picture | None:
    """A picture, after a check that its bytes are those that its item names."""
    if fields is None:
        return None
    thumbnail = _picture_bytes(archive, THUMBNAIL.format(number), fields["thumbnail"])
    original = _picture_bytes(archive, ORIGINAL.format(number), fields["original"])
    return Picture(fields["digest"], fields["width"], fields["height"], thumbnail, original)


def _picture_bytes(archive: ZipFile, name: str, sha256: str) -> bytes:
    if not sha256:
        return b""
    if name not in archive.NameToInfo:
        raise BadBackup("backup.missing", file=name)
    data = archive.read(name)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise BadBackup("backup.changed", file=name)
    return data


def _links(fields: dict[str, Any], place: Message) -> tuple[str, ...]:
    links = fields.get("links", [])
    if not isinstance(links, list) or not all(isinstance(link, str) for link in links):
        raise BadBackup("backup.field_kind", place=place, field="links")
    return tuple(links)


def _passage(value: Any, length: int, least: int, place: Message) -> Passage:
    """A passage of at least so many characters."""
    match value:
        case [int(start), int(end), str(heading)] if 0 <= start <= end - least and end <= length:
            return Passage(start, end, heading)
    raise BadBackup("backup.passage", place=place, passage=str(value)[:60], length=length)


def _object(data: bytes, place: str | Message) -> dict[str, Any]:
    try:
        text = data.decode()
        if is_too_deep(text, _DEEPEST):
            raise BadBackup("backup.deep", place=place, limit=_DEEPEST)
        value = json.loads(text)
        # It raises for half a surrogate pair, and for what is no number in JSON.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except ValueError as error:
        raise BadBackup("backup.no_json", place=place, reason=error) from error
    if not isinstance(value, dict):
        raise BadBackup("backup.no_object", place=place)
    return value


def _check_fields(fields: dict[str, Any], expected: dict[str, Any], place: str | Message) -> None:
    for name, kind in expected.items():
        if not isinstance(fields.get(name), kind) or isinstance(fields.get(name), bool):
            raise BadBackup("backup.field_missing", place=place, field=name)


def _check_numbers(fields: dict[str, Any], names: Iterable[str], place: Message) -> None:
    """Refuse numbers that no clock, text or picture gives. A clock that was wrong may have given a negative time."""
    for name in names:
        least = -_LARGEST_NUMBER if name == "updated" else 0
        if not least <= fields[name] <= _LARGEST_NUMBER:  # false for NaN
            raise BadBackup("backup.number", place=place, field=name)


def _check_hash(name: str, digest: str, manifest: dict[str, Any]) -> None:
    if manifest["sha256"].get(name) != digest:
        raise BadBackup("backup.changed", file=name)


def _some(names: Any) -> str | Message:
    names = list(names)
    shown = ", ".join(names[:5])
    return Message("backup.more", names=shown) if len(names) > 5 else shown
