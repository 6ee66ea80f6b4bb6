"""The digest of a picture's file, and how large such a file may be."""

from __future__ import annotations

import hashlib

from semblance.documents import ImageFile
from semblance.errors import ImageTooLarge, NotAnImage
from semblance.pace import Pacer

MAX_BYTES = 100_000_000
MAX_PIXELS = 100_000_000
"""A picture takes 4 bytes a pixel once decoded: much beyond this a page would run out of memory."""
MAX_PIXELS_SCALED = 250_000_000
"""A JPEG may have more, since it is scaled while it is decoded. Phones make some of 108 and of 200 megapixels."""

_SLICE = 1 << 20  # bytes; a browser hashes them in a few milliseconds


def check_size(image: ImageFile) -> None:
    """Raise unless the file is of a size that a picture may have.

    Raises
    ------
    NotAnImage
        If it is empty.
    ImageTooLarge
        If it has more than `MAX_BYTES`.
    """
    if image.size == 0:
        raise NotAnImage("ingest.empty_picture", remedy="ingest.leave_picture")
    if image.size > MAX_BYTES:
        raise ImageTooLarge("ingest.large_picture", number=MAX_BYTES // 1_000_000)


async def digest(image: ImageFile) -> str:
    """SHA-256 of a file's bytes in hexadecimal. The file is read in slices, with a turn for the page after each.

    Raises
    ------
    NotAnImage, ImageTooLarge
        As `check_size`. The file is then not read.

    Examples
    --------
    >>> import asyncio
    >>> from semblance.documents import ImageBytes
    >>> asyncio.run(digest(ImageBytes(b"abc")))[:8]
    'ba7816bf'
    """
    check_size(image)
    hashed, pacer = hashlib.sha256(), Pacer()
    for start in range(0, image.size, _SLICE):
        hashed.update(await image.read(start, start + _SLICE))
        await pacer.breathe()
    return hashed.hexdigest()
