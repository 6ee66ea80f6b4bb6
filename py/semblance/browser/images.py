"""The browser's own decoders, in a worker, behind the `ImageDecoder` port."""

from __future__ import annotations

from dataclasses import asdict
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt

from semblance.browser import ffi
from semblance.documents import ImageFile
from semblance.errors import NotAnImage
from semblance.ingest.kinds import KINDS
from semblance.picture_file import MAX_PIXELS, MAX_PIXELS_SCALED
from semblance.records import Window

_LIMITS = {"maxPixels": MAX_PIXELS, "maxPixelsScaled": MAX_PIXELS_SCALED}
_handles = count(1)


class BlobFile:
    """A File or Blob of JavaScript as an `ImageFile`. It is read when it is needed."""

    def __init__(self, blob: ffi.JsAny) -> None:
        self.blob = blob

    @property
    def size(self) -> int:
        """Size in bytes."""
        return int(self.blob.size)

    async def read(self, start: int, stop: int) -> bytes:
        """The bytes from `start` to `stop`, as of a slice."""
        return await ffi.blob_bytes(self.blob.slice(start, stop))


class DecodedImage:
    """A picture in the worker's memory: see `semblance.ports.DecodedImage`."""

    def __init__(self, handle: int, width: int, height: int) -> None:
        self._handle = handle
        self.width = width
        self.height = height

    async def pixels(self, window: Window) -> npt.NDArray[np.uint8]:
        """The window, resampled: shape (height, width, 3)."""
        rgb = await ffi.js_call(ffi.bridge.imagePixels(self._handle, ffi.js_object(asdict(window))))
        return ffi.numpy_array(rgb, np.uint8, (window.height, window.width, 3))

    async def thumbnail(self, window: Window) -> bytes:
        """The window, resampled, as a JPEG file."""
        jpeg = await ffi.js_call(ffi.bridge.imageThumbnail(self._handle, ffi.js_object(asdict(window))))
        return bytes(jpeg.to_bytes())

    def close(self) -> None:
        """Free its memory."""
        ffi.bridge.closeImage(self._handle)


class ImageDecoder:
    """Decodes pictures in the worker, one after another."""

    async def open(self, image: ImageFile) -> DecodedImage:
        """Decode a picture; the caller closes it.

        Raises
        ------
        NotAnImage
            If it is no JPEG, PNG, WebP, GIF, AVIF, HEIC, TIFF or BMP, or damaged.
        ImageTooLarge
            If its header promises more than `semblance.picture_file.MAX_PIXELS`, or MAX_PIXELS_SCALED for a JPEG; nothing is
            decoded then.
        """
        blob = await _blob(image)
        handle = next(_handles)
        try:
            opened = await ffi.js_call(ffi.bridge.openImage(handle, blob, ffi.js_object(_LIMITS)))
        except NotAnImage as error:
            raise _named(error) from error
        except BaseException:  # a cancelled caller would never close the picture that the worker is decoding
            ffi.bridge.closeImage(handle)
            raise
        return DecodedImage(handle, opened.width, opened.height)


def _named(error: NotAnImage) -> NotAnImage:
    """The error, with the remedy of its kind if it is of one that has its own."""
    if error.text.key != "scripts.heic":
        return error
    kind = KINDS["heic"]
    return NotAnImage("ingest.kind", kind=kind.name, remedy=kind.remedy)


async def _blob(image: ImageFile) -> Any:
    """The picture as a Blob. A picture that is a Blob already is not read."""
    if isinstance(image, BlobFile):
        return image.blob
    return ffi.blob([await image.read(0, image.size)])
