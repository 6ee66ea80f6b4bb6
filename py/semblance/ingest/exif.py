"""When and where a photo was taken, from the EXIF block of its file: fields to sort and narrow down by.

Only that is read. A block that is damaged or made up gives no field, and never an error: the picture is one all the same.
The layout is that of TIFF 6.0 and of CIPA DC-008 (Exif 2.32).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

HEAD = 262_144
"""So many first bytes are looked at. A JPEG has the block near its beginning, a PNG mostly."""

_JPEG, _PNG, _RIFF = b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF"
_MARK = b"Exif\0\0"
_TIFF, _BOXES = (b"II*\0", b"MM\0*"), b"ftyp"
_TAKEN, _CHANGED = 0x9003, 0x0132
_EXIF_TABLE, _PLACE_TABLE = 0x8769, 0x8825
_SOUTH_OR_NORTH, _LATITUDE, _EAST_OR_WEST, _LONGITUDE = 1, 2, 3, 4
_ASCII, _LONG, _RATIONAL = 2, 4, 5
_BYTES = {1: 1, _ASCII: 1, 3: 2, _LONG: 4, _RATIONAL: 8}
_MOST_ENTRIES, _LONGEST = 200, 64
_DATE = r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)"


class _Entry(NamedTuple):
    kind: int
    data: bytes


def fields(head: bytes) -> dict[str, str]:
    """The fields ``date`` and ``place`` of a photo, as far as its file tells them.

    Parameters
    ----------
    head : bytes
        The beginning of the file, `HEAD` bytes of it.

    Examples
    --------
    >>> fields(b"no picture")
    {}
    """
    try:
        for block in _blocks(head):
            return _fields(block.removeprefix(_MARK))
    except (struct.error, IndexError, ValueError, ZeroDivisionError, OverflowError):
        pass  # a damaged block
    return {}


def _blocks(head: bytes) -> Iterator[bytes]:
    if head.startswith(_JPEG):
        return _in_jpeg(head)
    if head.startswith(_PNG):
        return _in_chunks(head, 8, ">I4s", b"eXIf", rest=4)
    if head.startswith(_RIFF) and head[8:12] == b"WEBP":
        return _in_chunks(head, 12, "<4sI", b"EXIF", rest=0)
    if head[4:8] == _BOXES:
        return _in_boxes(head)
    if head.startswith(_TIFF):
        return iter([head])
    return iter(())


def _in_jpeg(head: bytes) -> Iterator[bytes]:
    at = 2
    while at + 4 <= len(head) and head[at] == 0xFF:
        marker, length = head[at + 1], struct.unpack_from(">H", head, at + 2)[0]
        if marker == 0xDA or length < 2:  # the picture itself
            return
        segment = head[at + 4 : at + 2 + length]
        if marker == 0xE1 and segment.startswith(_MARK):
            yield segment
        at += 2 + length


def _in_boxes(head: bytes) -> Iterator[bytes]:
    """The block of a HEIC or AVIF. Its place is told far away from it, and it is known by its own beginning."""
    at = head.find(_MARK)
    while at >= 0:
        block = head[at + len(_MARK) :]
        if block.startswith(_TIFF):
            yield block
        at = head.find(_MARK, at + 1)


def _in_chunks(head: bytes, at: int, header: str, name: bytes, rest: int) -> Iterator[bytes]:
    """The chunks of a name, in a PNG or WebP."""
    while at + 8 <= len(head):
        values = struct.unpack_from(header, head, at)
        length = next(value for value in values if isinstance(value, int))
        if name in values:
            yield head[at + 8 : at + 8 + length]
        at += 8 + length + rest + (0 if rest else length % 2)


def _fields(block: bytes) -> dict[str, str]:
    order = {b"II": "<", b"MM": ">"}[block[:2]] if block[:2] in (b"II", b"MM") else ""
    if not order:
        return {}
    main = _table(block, order, struct.unpack_from(f"{order}I", block, 4)[0])
    exif = _below(block, order, main, _EXIF_TABLE)
    found = {
        "date": _date(exif.get(_TAKEN) or main.get(_CHANGED)),
        "place": _place(_below(block, order, main, _PLACE_TABLE), order),
    }
    return {name: value for name, value in found.items() if value}


def _below(block: bytes, order: str, table: dict[int, _Entry], tag: int) -> dict[int, _Entry]:
    entry = table.get(tag)
    return _table(block, order, struct.unpack(f"{order}I", entry.data[:4])[0]) if entry else {}


def _table(block: bytes, order: str, at: int) -> dict[int, _Entry]:
    """The entries of a table by their tags; long ones are none of ours."""
    (count,) = struct.unpack_from(f"{order}H", block, at)
    entries = dict[int, _Entry]()
    for place in range(at + 2, at + 2 + 12 * min(count, _MOST_ENTRIES), 12):
        tag, kind, number = struct.unpack_from(f"{order}HHI", block, place)
        size = _BYTES.get(kind, 0) * number
        if not 0 < size <= _LONGEST:
            continue
        start = place + 8 if size <= 4 else struct.unpack_from(f"{order}I", block, place + 8)[0]
        entries[tag] = _Entry(kind, block[start : start + max(size, 4)])
    return entries


def _date(entry: _Entry | None) -> str:
    """A date in the form of ISO 8601; "" for none. Cameras write zeros or spaces where their clock was never set."""
    text = entry.data.decode("ascii", "replace") if entry and entry.kind == _ASCII else ""
    match = re.match(_DATE, text)
    if match is None:
        return ""
    try:
        return datetime(*map(int, match.groups())).isoformat()  # type: ignore[arg-type]
    except ValueError:
        return ""


def _place(table: dict[int, _Entry], order: str) -> str:
    """Latitude and longitude in degrees, as maps take them; "" for none."""
    if not {_SOUTH_OR_NORTH, _LATITUDE, _EAST_OR_WEST, _LONGITUDE} <= table.keys():
        return ""
    latitude = _degrees(table[_LATITUDE], order) * (-1 if table[_SOUTH_OR_NORTH].data[:1] in b"Ss" else 1)
    longitude = _degrees(table[_LONGITUDE], order) * (-1 if table[_EAST_OR_WEST].data[:1] in b"Ww" else 1)
    is_place = abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude, longitude) != (0, 0)
    return f"{latitude:.5f}, {longitude:.5f}" if is_place else ""


def _degrees(entry: _Entry, order: str) -> float:
    numbers = struct.unpack(f"{order}6I", entry.data[:24])
    degrees, minutes, seconds = (numbers[n] / (numbers[n + 1] or 1) for n in (0, 2, 4))
    return float(degrees + minutes / 60 + seconds / 3600)
