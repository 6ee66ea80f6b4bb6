"""The file of a part. This is the description of its layout.

====== ===== ==============================================================
offset bytes what
====== ===== ==============================================================
0      4     ``SMBP``
4      4     format, 1, little-endian
8      32    the part's key: see `semblance.blog.parts.part.Part`
40     32    SHA-256 of all that follows
72           the result, as the part's kind writes it
====== ===== ==============================================================

>>> unpack(pack("ab" * 32, b"tea"), "ab" * 32)
b'tea'
"""

from __future__ import annotations

import hashlib
import struct

from semblance.errors import Malformed

MAGIC = b"SMBP"
FORMAT = 1
_HEADER = struct.Struct("<4sI32s32s")


def pack(key: str, content: bytes) -> bytes:
    """The file of a part."""
    return _HEADER.pack(MAGIC, FORMAT, bytes.fromhex(key), hashlib.sha256(content).digest()) + content


def unpack(data: bytes, key: str) -> bytes:
    """The content of the file of a part.

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
    content = data[_HEADER.size :]
    if hashlib.sha256(content).digest() != digest:
        raise Malformed("it is damaged: its SHA-256 differs")
    return content
