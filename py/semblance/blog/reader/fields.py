"""The fields that files of the reader's index are made of, and their frame."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from itertools import pairwise
from math import log2

import numpy as np
import numpy.typing as npt

MAGIC = b"SMBR"
FORMAT = 3
SUFFIX = ".smbr"


def framed(kind: bytes, payload: bytes) -> bytes:
    r"""A file of the index: magic, format, kind, payload; gzipped, since hosts compress only types that they know.

    Examples
    --------
    >>> gzip.decompress(framed(b"p", b"..."))
    b'SMBR\x03p...'
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


def varints(numbers: Sequence[int] | npt.NDArray[np.intp]) -> bytes:
    """Whole numbers one after another."""
    return b"".join(map(varint, map(int, numbers)))


def gaps(numbers: Sequence[int] | npt.NDArray[np.intp]) -> bytes:
    r"""Ascending numbers, each as its distance from the one before, the first from 0.

    Examples
    --------
    >>> gaps([3, 4, 9])
    b'\x03\x01\x05'
    """
    ascending = list(map(int, numbers))
    return varints([number - before for before, number in pairwise([0, *ascending])])


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


def floats(numbers: npt.ArrayLike) -> bytes:
    """Numbers of four bytes, little-endian."""
    return np.asarray(numbers, dtype="<f4").tobytes()


def rounded_length(words: int) -> int:
    """A number of words in one byte, right to a twentieth.

    Examples
    --------
    >>> [rounded_length(words) for words in (0, 1, 100)]
    [0, 8, 53]
    """
    return min(255, round(8 * log2(1 + words)))
