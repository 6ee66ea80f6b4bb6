"""The file of a part. This is the description of its layout.

====== ===== =========================================================================
offset bytes what
====== ===== =========================================================================
0      4     ``SMBP``
4      4     format, 1, little-endian
8      32    the part's key: see `semblance.blog.parts.part.Part`
40     32    SHA-256 of all that follows
72           the vectors of its texts, in their order: see `semblance.blog.vectors_file`
====== ===== =========================================================================

A row of zeros stands for a text that the model failed at.

>>> import numpy as np
>>> key = "ab" * 32
>>> unpack(pack(key, np.array([[127, -64]], dtype=np.int8)), key)
array([[127, -64]], dtype=int8)
"""

from __future__ import annotations

import hashlib
import struct

from semblance.arrays import Codes
from semblance.blog import vectors_file
from semblance.errors import Malformed

MAGIC = b"SMBP"
FORMAT = 1
_HEADER = struct.Struct("<4sI32s32s")


def pack(key: str, codes: Codes) -> bytes:
    """The file that holds the vectors of a part's texts, int8 of shape (n, d)."""
    vectors = vectors_file.pack(codes)
    return _HEADER.pack(MAGIC, FORMAT, bytes.fromhex(key), hashlib.sha256(vectors).digest()) + vectors


def unpack(data: bytes, key: str) -> Codes:
    """The vectors of a part's texts, int8 of shape (n, d).

    Raises
    ------
    Malformed
        If it is no such file, has another format, is that of another part, or is damaged.
    """
    if len(data) < _HEADER.size:
        raise Malformed("it is too short to be a part")
    magic, version, own_key, digest = _HEADER.unpack_from(data)
    if magic != MAGIC or version != FORMAT:
        raise Malformed(f"it is no part of format {FORMAT}")
    if own_key.hex() != key:
        raise Malformed("it is another part")
    vectors = data[_HEADER.size :]
    if hashlib.sha256(vectors).digest() != digest:
        raise Malformed("it is damaged: its SHA-256 differs")
    return vectors_file.unpack(vectors)
