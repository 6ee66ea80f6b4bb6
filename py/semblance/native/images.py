"""Pillow behind the `ImageDecoder` port."""

from __future__ import annotations

import asyncio
import warnings
from dataclasses import replace
from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms, ImageOps, JpegImagePlugin, UnidentifiedImageError

from semblance.documents import ImageFile
from semblance.errors import ImageTooLarge, NotAnImage
from semblance.ingest.formats import picture_suffix
from semblance.ingest.kinds import KINDS
from semblance.picture_file import MAX_PIXELS, MAX_PIXELS_SCALED
from semblance.records import Window

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP", "TIFF")
INSTALL_HEIC = "Install what reads it: pip install 'semblance[photos]'"
_JPEG = ("JPEG", "MPO")  # the second holds several pictures, of which the first is read

THUMBNAIL_QUALITY = 82

_SRGB = ImageCms.createProfile("sRGB")


class DecodedImage:
    """A picture in memory: see `semblance.ports.DecodedImage`."""

    def __init__(self, image: Image.Image, size: tuple[int, int]) -> None:
        self._image = image
        self.width, self.height = size

    async def pixels(self, window: Window) -> npt.NDArray[np.uint8]:
        """The window, resampled: shape (height, width, 3)."""
        return np.asarray(await asyncio.to_thread(resample, self._image, self._scaled(window)))

    async def thumbnail(self, window: Window) -> bytes:
        """The window, resampled, as a JPEG file."""
        return await asyncio.to_thread(self._jpeg, window)

    def close(self) -> None:
        """Free its memory."""
        self._image.close()

    def _scaled(self, window: Window) -> Window:
        """The window in the pixels that there are: a large picture is scaled while it is decoded."""
        across, down = self._image.width / self.width, self._image.height / self.height
        return replace(
            window,
            left=window.left * across,
            top=window.top * down,
            right=window.right * across,
            bottom=window.bottom * down,
        )

    def _jpeg(self, window: Window) -> bytes:
        file = BytesIO()
        resample(self._image, self._scaled(window)).save(file, "JPEG", quality=THUMBNAIL_QUALITY)
        return file.getvalue()


class ImageDecoder:
    """Decodes pictures in threads."""

    async def open(self, image: ImageFile) -> DecodedImage:
        """Decode a picture. The caller closes it.

        Raises
        ------
        NotAnImage
            If it is in none of `FORMATS`, or damaged.
        ImageTooLarge
            If its header declares more than `semblance.picture_file.MAX_PIXELS`, or MAX_PIXELS_SCALED for a JPEG. Nothing
            is decoded then.
        """
        return await asyncio.to_thread(_decode, await image.read(0, image.size))


def resample(image: Image.Image, window: Window) -> Image.Image:
    """The window of a picture, resampled along rows and then along columns.

    It takes one step at a time. Pillow 13 begins with columns where that is quicker; earlier versions and the browser's
    counterpart of this never do, and the rounding in between differs.
    """
    filter = Image.Resampling(window.resample)
    narrow = image.resize((window.width, image.height), filter, (window.left, 0, window.right, image.height))
    return narrow.resize((window.width, window.height), filter, (0, window.top, window.width, window.bottom))


def _decode(data: bytes) -> DecodedImage:
    """The first frame, upright, in sRGB, on white; mode RGB. A JPEG beyond `MAX_PIXELS` is halved while it is decoded."""
    with _open(data) as image:
        pixels, most = image.width * image.height, MAX_PIXELS
        if image.format in _JPEG:
            most = MAX_PIXELS_SCALED
        if pixels > most:
            raise _too_large(most)
        width, height = image.size
        try:
            if pixels > MAX_PIXELS:
                image.draft(None, (width // 2, height // 2))
            upright = _on_white(ImageOps.exif_transpose(_loaded(image, data)))
            is_turned = (upright.width > upright.height) != (width > height)
            return DecodedImage(upright, (height, width) if is_turned else (width, height))
        except Exception as error:  # each of Pillow's readers raises errors of its own
            raise NotAnImage(f"the picture is damaged or cut off ({error})") from error


def _loaded(image: Image.Image, data: bytes) -> Image.Image:
    """The picture with its pixels. A JPEG may lack its end if it lacks nothing else."""
    try:
        image.load()
    except OSError:
        if image.format not in _JPEG or "progressive" in image.info:
            raise
        # Blocks that are missing would be made of what follows: whatever that is, a whole picture is the same.
        first, second = (_open(data + filler * 1_000 + b"\xff\xd9") for filler in (b"\x55", b"\xaa"))
        if first.tobytes() != second.tobytes():
            raise
        return first
    return image


def _open(data: bytes) -> Image.Image:
    """The picture, with only its header read."""
    try:
        with warnings.catch_warnings():
            # Pillow warns from 89 megapixels on and refuses from 179 on. Here the caller decides.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        if picture_suffix(data) == ".jpg":
            return JpegImagePlugin.JpegImageFile(BytesIO(data))
        raise _too_large(MAX_PIXELS) from error
    except UnidentifiedImageError as error:
        if picture_suffix(data) == ".heic":
            return _open_heic(data)
        raise NotAnImage("it is not a JPEG, PNG, WebP, GIF, AVIF, HEIC, TIFF or BMP picture") from error
    except Exception as error:  # as above
        raise NotAnImage(f"the picture is damaged or cut off ({error})") from error


def _open_heic(data: bytes) -> Image.Image:
    """The same of a HEIC photo, which libheif reads where its package is installed."""
    try:
        from pi_heif import register_heif_opener
    except ImportError as error:
        raise NotAnImage(f"it is a HEIC photo. {INSTALL_HEIC}, or export it as JPEG") from error
    register_heif_opener(thumbnails=False)
    try:
        return Image.open(BytesIO(data), formats=("HEIF",))
    except Exception as error:  # as above
        kind = KINDS["heic"]
        raise NotAnImage("ingest.kind", kind=kind.name, remedy=kind.remedy) from error


def _too_large(most: int) -> ImageTooLarge:
    return ImageTooLarge(f"it has more than {most // 1_000_000} megapixels")


def _on_white(image: Image.Image) -> Image.Image:
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    colours = _srgb(_eight_bits(image))
    if alpha is None:
        return colours
    white = Image.new("RGB", image.size, "white")
    white.paste(colours, mask=alpha)
    return white


def _eight_bits(image: Image.Image) -> Image.Image:
    """The upper 8 of 16 bits of grey, as in browsers. Pillow's own conversion would clip instead."""
    if not image.mode.startswith("I"):
        return image
    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))


def _srgb(image: Image.Image) -> Image.Image:
    """RGB in sRGB. A profile that is damaged or has other channels is ignored, as in browsers."""
    profile = image.info.get("icc_profile")
    plain = image if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(plain, source, _SRGB, outputMode="RGB")
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError):
            pass
    return plain.convert("RGB")
