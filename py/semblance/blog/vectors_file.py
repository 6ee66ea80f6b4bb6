r"""The vectors of a site's passages as one file. This is the description of its layout.

====== ===== =========================================================================
offset bytes what
====== ===== =========================================================================
0      4     ``SMBV``
4      2     format, 1; all numbers are little-endian
6      2     d, dimensions of a vector
8      4     n, number of vectors
12     4     zero
16     n * d int8, row after row: vectors as `semblance.ranking.vectors.quantize` rounds them
====== ===== =========================================================================

Only the directions of the rows count. Cosines come from `semblance.ranking.vectors.dequantize`, or from whole numbers:
the dot product of two rows, divided by both lengths.

>>> import numpy as np
>>> data = pack(np.array([[127, -64]], dtype=np.int8))
>>> len(data), unpack(data)
(18, array([[127, -64]], dtype=int8))
"""

from __future__ import annotations

import struct

import numpy as np

from semblance.arrays import Codes
from semblance.errors import Malformed

MAGIC = b"SMBV"
FORMAT = 1
_HEADER = struct.Struct("<4sHHII")


def pack(codes: Codes) -> bytes:
    """The file that holds `codes`, int8 of shape (n, d)."""
    rows, dims = codes.shape
    return _HEADER.pack(MAGIC, FORMAT, dims, rows, 0) + codes.astype(np.int8).tobytes()


def unpack(data: bytes) -> Codes:
    """The vectors of a file, int8 of shape (n, d), without copying them.

    Raises
    ------
    Malformed
        If it is no such file, has another format, or is cut off.
    """
    if len(data) < _HEADER.size:
        raise Malformed("it is too short to be a file of vectors")
    magic, version, dims, rows, _ = _HEADER.unpack_from(data)
    if magic != MAGIC or version != FORMAT:
        raise Malformed(f"it is no file of vectors of format {FORMAT}")
    if len(data) != _HEADER.size + rows * dims:
        raise Malformed(f"it holds {len(data) - _HEADER.size} bytes of vectors, not {rows} x {dims}")
    return np.frombuffer(data, np.int8, offset=_HEADER.size).reshape(rows, dims)
