"""The fields that files of the reader's index are made of, each of which tells where it ends, and their frame."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from itertools import pairwise
from math import log2

import numpy as np
import numpy.typing as npt

from semblance.blog.reader.codes import Rows

MAGIC = b"SMBR"
FORMAT = 4
SUFFIX = ".smbr"

Numbers = Sequence[int] | npt.NDArray[np.intp]


def framed(kind: bytes, payload: bytes) -> bytes:
    r"""A file of the index: magic, format, kind, payload; gzipped, since hosts compress only types that they know.

    Examples
    --------
    >>> gzip.decompress(framed(b"p", b"..."))
    b'SMBR\x04p...'
    """
    return gzip.compress(MAGIC + bytes([FORMAT]) + kind + payload, 9, mtime=0)


def varint(number: int) -> bytes:
    r"""A whole number, seven bits a byte, the lowest first; the highest bit says that another byte follows (LEB128).

    Examples
    --------
    >>> varint(5), varint(300)
    (b'\x05', b'\xac\x02')
    """
    data = bytearray()
    while number > 0x7F:
        data.append(number & 0x7F | 0x80)
        number >>= 7
    data.append(number)
    return bytes(data)


def varints(numbers: Numbers) -> bytes:
    r"""How many whole numbers, then each.

    Examples
    --------
    >>> varints([3, 300])
    b'\x02\x03\xac\x02'
    """
    return varint(len(numbers)) + b"".join(map(varint, map(int, numbers)))


def ascending(numbers: Numbers) -> bytes:
    r"""Ascending numbers, each as its distance from the one before, the first from 0.

    Examples
    --------
    >>> ascending([3, 4, 9])
    b'\x03\x03\x01\x05'
    """
    return varints([number - before for before, number in pairwise([0, *map(int, numbers)])])


def counted(data: bytes) -> bytes:
    r"""How many bytes, then these.

    Examples
    --------
    >>> counted(b"tea")
    b'\x03tea'
    """
    return varint(len(data)) + data


def order(string: str) -> bytes:
    """What strings are sorted by: as JavaScript compares them, by their UTF-16."""
    return string.encode("utf-16-be")


def sorted_strings(strings: Sequence[str]) -> bytes:
    r"""How many strings, then each, in `order`: how many bytes of UTF-8 it shares with the one before, how many follow,
    and those.

    Examples
    --------
    >>> sorted_strings(["tea", "tear"])
    b'\x02\x00\x03tea\x03\x01r'
    """
    data, before = bytearray(varint(len(strings))), b""
    for string in strings:
        own = string.encode()
        shared = 0
        while shared < min(len(own), len(before), 255) and own[shared] == before[shared]:
            shared += 1
        data += varint(shared) + varint(len(own) - shared) + own[shared:]
        before = own
    return bytes(data)


def vectors(rows: Rows) -> bytes:
    """The dimension, the scales as numbers of four bytes, little-endian, and the levels, two a byte.

    Examples
    --------
    >>> len(vectors(Rows(np.zeros((3, 8), np.uint8), np.ones(3, np.float32))))
    26
    """
    scales = np.asarray(rows.scales, dtype="<f4").tobytes()
    return varint(rows.levels.shape[1]) + counted(scales) + rows.packed().tobytes()


def rounded_length(words: int) -> int:
    """A number of words in one byte, right to a twentieth.

    Examples
    --------
    >>> [rounded_length(words) for words in (0, 1, 100)]
    [0, 8, 53]
    """
    return min(255, round(8 * log2(1 + words)))
