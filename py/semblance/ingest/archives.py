"""Zip archives: each entry is read as a file of its own, within limits; an archive in an archive, too."""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from typing import NamedTuple

from semblance.documents import Failure
from semblance.errors import InputError, Malformed, UnsafeArchive
from semblance.ingest.encodings import label
from semblance.ingest.entry_names import ZIPS_OWN, encoding_of
from semblance.ingest.formats import ARCHIVES, is_hidden, suffix_of
from semblance.ingest.items import SLICE, Item, Steps, finished, joined
from semblance.ingest.kinds import HEAD, KINDS, check_kind, kind_by_name, refusal
from semblance.ingest.limits import Limits, check_size, human_size
from semblance.ingest.names import composed
from semblance.messages import Message

_CENTRAL_ENTRY = b"PK\x01\x02"
_END = b"PK\x05\x06"
_ENCRYPTED = 0x1
_NAME_IS_UTF8 = 0x800
_UNICODE_PATH = 0x7075  # Info-ZIP's field
_FROM_WINDOWS = 0
_RATIO_MATTERS_FROM = 1_000_000  # bytes unpacked: below this, text that repeats itself is no bomb

_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    OSError,
    ValueError,
    RuntimeError,
)

ReadEntry = Callable[[str, bytes, str], Steps]
"""Reads one entry: its path, its bytes, and how messages name it."""


def read(data: bytes, where: str, limits: Limits, read_entry: ReadEntry) -> Steps:
    """The items of all entries; the id of one is its path in the archive.

    The sizes that the archive declares are checked before anything is unpacked. They are not trusted after that:
    no more is unpacked than the limits allow. Folders, hidden files and the files that macOS adds are left out.
    Archives in it are read as well, within the same limits, but not those in them: some programs pack an export twice.

    Parameters
    ----------
    data : bytes
        The archive.
    where : str
        Its name.
    limits : Limits
    read_entry : callable

    Raises
    ------
    Malformed
        It is no zip archive, or all of it is encrypted.
    UnsafeArchive
        It is, or would become, larger than the limits allow. The entries before that are read.
    """
    yield from _read(data, where, _Budget(limits), read_entry, "")


class _Budget:
    """How much may still be unpacked of an archive and of those in it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.bytes = limits.archive_bytes
        self.entries = limits.archive_entries


def _read(data: bytes, where: str, budget: _Budget, read_entry: ReadEntry, outer: str) -> Steps:
    """The items of an archive. `outer` is its path in the archive that it is in, if it is in one."""
    archive = _open(data, where, budget)
    files = _without_views([entry for entry in entries(archive) if not is_hidden(entry.name)])
    if files and all(_is_encrypted(entry) for entry in files):
        raise _encrypted(where)
    _check_declared([entry.info for entry in files if _may_be_read(entry, outer)], where, budget.limits)
    for entry in files:
        name, info, place = entry.name, entry.info, f"{where}/{entry.name}"
        try:
            if refusal := refusal_of(entry, place, outer):
                raise refusal
            check_kind(name, _head(archive, info, place), where=place, apart=True)
            check_size(place, info.file_size, budget.limits)
            unpacked = yield from _unpack(archive, info, place, budget.bytes)
        except InputError as error:
            yield Failure(name, error)
            continue
        if unpacked is None:
            raise UnsafeArchive(
                "ingest.unpacks_to_more", limit=human_size(budget.limits.archive_bytes), where=where
            )
        budget.bytes -= len(unpacked)
        if suffix_of(name) in ARCHIVES:
            try:
                yield from _read(unpacked, place, budget, read_entry, name)
            except InputError as error:
                yield Failure(name, error)
            continue
        for step in read_entry(name, unpacked, place):
            if isinstance(step, Item):
                note = joined(entry.note, step.note) if step.id == name else step.note
                step = replace(step, note=note, file=f"{outer}/{name}" if outer else name)
            yield step


def _without_views(files: list[Entry]) -> list[Entry]:
    """The files without the tables of Notion that are a view of another one, which has all rows: ``A 0f….csv``."""
    whole = {entry.name.removesuffix("_all.csv") for entry in files if entry.name.endswith("_all.csv")}
    views = {
        f"{name}.csv" for name in whole if len(name) >= 32 and set(name[-32:]) <= set("0123456789abcdef")
    }
    return [entry for entry in files if entry.name not in views]


def _open(data: bytes, where: str, budget: _Budget) -> zipfile.ZipFile:
    budget.entries -= data.count(_CENTRAL_ENTRY, _directory_at(data))
    if budget.entries < 0:  # before a list of them is made
        raise UnsafeArchive("ingest.many_entries", number=budget.limits.archive_entries, where=where)
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGE as error:
        raise Malformed("ingest.no_zip", where=where, remedy="ingest.copy_again") from error


def _directory_at(data: bytes) -> int:
    """Where the list of entries begins at the earliest; archives that are entries have lists of their own before it."""
    end = data.rfind(_END)
    size = int.from_bytes(data[end + 12 : end + 16], "little") if end >= 0 else len(data)
    return max(0, end - size)


class Entry(NamedTuple):
    """A file of an archive: its path, and how that was decoded if this is not obvious."""

    name: str
    info: zipfile.ZipInfo
    note: str


def entries(archive: zipfile.ZipFile) -> Iterator[Entry]:
    """The files of an archive. Names without a declared encoding are decoded together."""
    declared = {info: _declared_name(info) for info in archive.infolist()}
    codec = encoding_of([_raw_name(info) for info, name in declared.items() if not name])
    guessed = Message("ingest.name_guessed", encoding=label(codec)).said()
    note = "" if codec in ("utf-8", ZIPS_OWN) else guessed
    for info, name in declared.items():
        raw = _raw_name(info) if not name else b""
        path = name or raw.decode(codec)
        # This comes after decoding, because a backslash may be the second byte of a character.
        path = path.replace("\\", "/") if info.create_system == _FROM_WINDOWS else path
        if not path.endswith("/"):
            yield Entry(composed(_inside(path)), info, "" if raw.isascii() else note)


def _declared_name(info: zipfile.ZipInfo) -> str:
    """An entry's path if the archive declares its encoding; else empty."""
    if info.flag_bits & _NAME_IS_UTF8:
        return info.orig_filename
    for kind, data in _extra_fields(info.extra):
        # A version, the checksum of the other name, which must still match, and the name in UTF-8.
        if kind == _UNICODE_PATH and data[:5] == struct.pack("<BL", 1, zlib.crc32(_raw_name(info))):
            with contextlib.suppress(UnicodeDecodeError):
                return data[5:].decode("utf-8")
    return ""


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode(ZIPS_OWN)  # as `zipfile` decoded it, which loses nothing


def _extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        yield kind, extra[4 : 4 + size]
        extra = extra[4 + size :]


def _inside(path: str) -> str:
    """A path as an id: relative, and never leading out of the archive."""
    path = path.partition("\0")[0]
    return "/".join(part for part in path.split("/") if part not in ("", ".", "..")) or "(no name)"


def refusal_of(entry: Entry, where: str, outer: str) -> InputError | None:
    """Why an entry is not unpacked, as far as that is known without unpacking."""
    name, info, _ = entry
    if outer and suffix_of(name) in ARCHIVES:
        return refusal(KINDS["inner_archive"], where)
    if _is_encrypted(entry):
        return _encrypted(where)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Malformed("ingest.compression", where=where, remedy="ingest.unzip")
    return None


def _is_encrypted(entry: Entry) -> bool:
    return bool(entry.info.flag_bits & _ENCRYPTED)


def _encrypted(where: str) -> Malformed:
    kind = KINDS["locked_zip"]
    return Malformed("ingest.kind", kind=kind.name, where=where, remedy=kind.remedy)


def _may_be_read(entry: Entry, outer: str) -> bool:
    return refusal_of(entry, entry.name, outer) is None and kind_by_name(entry.name) is None


def _head(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str) -> bytes:
    """The first bytes of an entry: a film is not unpacked only to be refused."""
    try:
        with archive.open(info) as entry:
            return entry.read(HEAD)
    except _DAMAGE as error:
        raise Malformed("ingest.damaged", where=where) from error


def _check_declared(infos: list[zipfile.ZipInfo], where: str, limits: Limits) -> None:
    for info in infos:
        ratio = info.file_size / max(1, info.compress_size)
        if info.file_size > _RATIO_MATTERS_FROM and ratio > limits.archive_ratio:
            raise UnsafeArchive("ingest.bomb", times=ratio, limit=limits.archive_ratio, where=where)
    total = sum(info.file_size for info in infos if info.file_size <= limits.file_bytes)
    if total > limits.archive_bytes:
        size, limit = human_size(total), human_size(limits.archive_bytes)
        raise UnsafeArchive("ingest.large_archive", size=size, limit=limit, where=where)


def _unpack(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str, most: int
) -> Generator[None, None, bytes | None]:
    """An entry's bytes; None if there are more than `most`."""
    unpacked = bytearray()
    try:
        with archive.open(info) as entry:
            while piece := entry.read(SLICE):
                unpacked += piece
                if len(unpacked) > most:
                    return None
                yield None
    except _DAMAGE as error:
        raise Malformed("ingest.damaged", where=where) from error
    return bytes(unpacked)


def open_within(data: bytes, where: str, limits: Limits) -> zipfile.ZipFile:
    """An archive whose declared sizes keep the limits; `read` says what is raised."""
    archive = _open(data, where, _Budget(limits))
    _check_declared(archive.infolist(), where, limits)
    return archive


def unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str) -> bytes:
    """The bytes of an entry: never more than it declares.

    Raises
    ------
    Malformed
        It is damaged, or encrypted.
    """
    return finished(_unpack(archive, info, where, info.file_size)) or b""
