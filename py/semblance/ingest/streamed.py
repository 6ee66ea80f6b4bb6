"""A zip archive whose bytes are fetched as they are needed: one of photos may be larger than a page's memory.

Only the list of entries at its end is read at once. Its pictures are read when they are embedded, one after another.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from semblance.documents import Failure
from semblance.errors import InputError, Malformed, UnsafeArchive
from semblance.ingest.archives import Entry, entries, refusal_of
from semblance.ingest.formats import is_hidden, package_suffix
from semblance.ingest.kinds import kind_by_name, refusal
from semblance.ingest.limits import LIMITS, Limits, check_size, human_size

Fetch = Callable[[int, int], Awaitable[bytes]]
"""Gives the bytes of a file from a place to another."""

_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x06"
_LONGEST_END = 65_557 + 76  # a comment, the end of the list, and the end as archives beyond 4 GB have it
_LOCAL_HEADER = 30


@dataclass(frozen=True, slots=True)
class StreamedEntry:
    """A file of an archive. It is an `ImageFile`, so that a picture is read when it is needed.

    Parameters
    ----------
    name, note : str
        Its path, and how that was decoded if this is not obvious.
    where : str
        How messages name it.
    """

    name: str
    note: str
    where: str
    _info: zipfile.ZipInfo = field(repr=False)
    _start: int = field(repr=False)
    _fetch: Fetch = field(repr=False)

    @property
    def size(self) -> int:
        """Size in bytes, unpacked."""
        return self._info.file_size

    async def read(self, start: int, stop: int) -> bytes:
        """The bytes from `start` to `stop`, as of a slice.

        Raises
        ------
        Malformed
            It is damaged.
        """
        at = await self._data_at()
        if self._info.compress_type == zipfile.ZIP_STORED:
            return await self._fetch(at + start, at + min(stop, self.size))
        packed = await self._fetch(at, at + self._info.compress_size)
        try:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, min(stop, self.size))[start:]
        except zlib.error as error:
            raise Malformed("ingest.damaged", where=self.where) from error

    async def whole(self) -> bytes:
        """All bytes, which are those that were packed.

        Raises
        ------
        Malformed
            It is damaged.
        """
        data = await self.read(0, self.size)
        if len(data) != self.size or zlib.crc32(data) != self._info.CRC:
            raise Malformed("ingest.damaged", where=self.where)
        return data

    async def _data_at(self) -> int:
        header = await self._fetch(self._start, self._start + _LOCAL_HEADER)
        if not header.startswith(b"PK\x03\x04") or len(header) < _LOCAL_HEADER:
            raise Malformed("ingest.damaged", where=self.where)
        name, extra = struct.unpack_from("<HH", header, 26)
        return int(self._start + _LOCAL_HEADER + name + extra)


def is_streamed(head: bytes, size: int, limits: Limits = LIMITS) -> bool:
    r"""Whether a file, by its first bytes and its size, is an archive that is read from its end.

    Examples
    --------
    >>> is_streamed(b"PK\x03\x04" + bytes(26), 60_000_000), is_streamed(b"PK\x03\x04" + bytes(26), 6_000)
    (True, False)
    """
    is_archive = head.startswith(b"PK\x03\x04") and not package_suffix(head)
    return is_archive and limits.file_bytes < size


async def read(
    fetch: Fetch, size: int, where: str, limits: Limits = LIMITS
) -> AsyncIterator[StreamedEntry | Failure]:
    """The entries of an archive that may be read, and the failures of the others.

    Raises
    ------
    Malformed
        It is no zip archive.
    UnsafeArchive
        It is too large, or has too many entries.
    """
    if size > limits.streamed_bytes:
        limit = human_size(limits.streamed_bytes)
        raise UnsafeArchive("ingest.large_archive", size=human_size(size), limit=limit, where=where)
    archive, start = await _directory(fetch, size, where)
    if len(archive.infolist()) > limits.archive_entries:
        raise UnsafeArchive("ingest.many_entries", number=limits.archive_entries, where=where)
    for entry in entries(archive):
        if not is_hidden(entry.name):
            yield _checked(entry, start, fetch, f"{where}/{entry.name}", limits)


async def _directory(fetch: Fetch, size: int, where: str) -> tuple[zipfile.ZipFile, int]:
    """An archive that consists of the list of entries alone, and where that begins in the whole."""
    tail = await fetch(max(0, size - _LONGEST_END), size)
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + 22:
        raise Malformed("ingest.no_zip", where=where, remedy="ingest.copy_again")
    length = int.from_bytes(tail[end + 12 : end + 16], "little")
    end_64 = tail.rfind(_END_64, 0, end)
    if end_64 >= 0 and length == 0xFFFFFFFF:
        length, end = int.from_bytes(tail[end_64 + 40 : end_64 + 48], "little"), end_64
    start = size - len(tail) + end - length
    try:
        return zipfile.ZipFile(io.BytesIO(await fetch(max(0, start), size))), start
    except (zipfile.BadZipFile, ValueError, struct.error) as error:
        raise Malformed("ingest.no_zip", where=where, remedy="ingest.copy_again") from error


def _checked(entry: Entry, start: int, fetch: Fetch, place: str, limits: Limits) -> StreamedEntry | Failure:
    try:
        if error := refusal_of(entry, place, ""):
            raise error
        if kind := kind_by_name(entry.name):
            raise refusal(kind, place)
        check_size(place, entry.info.file_size, limits)
    except InputError as error:
        return Failure(entry.name, error)
    return StreamedEntry(entry.name, entry.note, place, entry.info, start + entry.info.header_offset, fetch)
