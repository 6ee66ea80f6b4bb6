"""Files that a page or a script gives Python to read."""

from __future__ import annotations

from semblance.browser import ffi
from semblance.ingest import LIMITS, check_kind, check_size
from semblance.ingest.kinds import HEAD


async def read_file(name: str, blob: ffi.JsAny) -> bytes:
    """All bytes of a file. Of one that is too large only the first are read: they may show a kind that is never read.

    Raises
    ------
    UnsupportedFormat, TooLarge
    """
    size = int(blob.size)
    if size > LIMITS.file_bytes:
        check_kind(name, await ffi.blob_bytes(blob.slice(0, HEAD)), where=name, apart=True)
        check_size(name, size)
    return await ffi.blob_bytes(blob)
