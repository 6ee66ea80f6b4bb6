"""What a picture's file is known by, and how large one may be."""

from __future__ import annotations

import hashlib

from semblance.documents import ImageFile
from semblance.errors import ImageTooLarge, NotAnImage
from semblance.pace import Pacer

MAX_BYTES = 100_000_000
MAX_PIXELS = 100_000_000
"""A picture takes up to 4 bytes a pixel once decoded: beyond this a page would run out of memory."""

MAX_BYTES = 100_000_000
"""Of a picture's file."""

_SLICE = 1 << 20


def check_size(image: ImageFile) -> None:
    """Raise unless the file is of a size that a picture may have.

    Raises
    ------
    NotAnImage
        If it is empty.
    ImageTooLarge
        If it has more than `MAX_BYTES`.

    Examples
    --------
    >>> check_size(ImageBytes(b""))
    Traceback (most recent call last):
    semblance.errors.NotAnImage: the file is empty...
    """
    if image.size == 0:
        raise NotAnImage("the file is empty")
    if image.size > MAX_BYTES:
        raise ImageTooLarge(f"the file is larger than {MAX_BYTES // 1_000_000} MB")


async def digest(image: ImageFile) -> str:
    """SHA-256 of a file's bytes, in hexadecimal; read in slices, giving way to the page in between.

    Raises
    ------
    NotAnImage, ImageTooLarge
        As `check_size`: what is not fit to be a picture is not read.

    Examples
    --------
    >>> asyncio.run(digest(ImageBytes(b"abc")))[:16]
    'ba7816bf8f01cfea'
    """
    check_size(image)
    pacer = Pacer()
    sha256 = hashlib.sha256()
    for start in range(0, image.size, _SLICE):
        sha256.update(await image.read(start, min(start + _SLICE, image.size)))
        await pacer.breathe()
    return sha256.hexdigest()
