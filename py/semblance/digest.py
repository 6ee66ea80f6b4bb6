"""What makes two picture files one and the same: the SHA-256 of their bytes."""

from __future__ import annotations

import hashlib

from semblance.documents import ImageFile
from semblance.pace import Pacer

_SLICE = 1 << 20  # bytes; hashing so many takes a browser a few milliseconds


async def digest(image: ImageFile) -> str:
    """SHA-256 of a file's bytes in hexadecimal, read in slices, giving way to the page in between.

    Examples
    --------
    >>> import asyncio
    >>> from semblance.documents import ImageBytes
    >>> asyncio.run(digest(ImageBytes(b"abc")))[:8]
    'ba7816bf'
    """
    hashed, pacer = hashlib.sha256(), Pacer()
    for start in range(0, image.size, _SLICE):
        hashed.update(await image.read(start, start + _SLICE))
        await pacer.breathe()
    return hashed.hexdigest()
