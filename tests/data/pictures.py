"""Pictures of every kind, made on the spot, good ones and bad ones."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageCms

CASES = Path(__file__).parent / "cases" / "pictures"
WIDTH, HEIGHT = 97, 61
ORIENTATION = 0x0112  # of the EXIF tags


def scene(width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """Shades, edges and detail, differing in all four corners: shape (h, w, 3), uint8."""
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    waves = np.sin(40 * x + 25 * y * y)
    pixels = np.stack([255 * x, 255 * y, 127 + 120 * waves], axis=-1)
    pixels[: height // 3, : width // 3] = 240, 20, 30
    pixels[height // 2 :, width // 2 :: 2] *= 0.6
    return pixels.clip(0, 255).astype(np.uint8)


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def picture(width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    return Image.fromarray(scene(width, height))


def see_through() -> Image.Image:
    """The scene, fading out from left to right, with a hole."""
    alpha = np.tile(np.linspace(255, 0, WIDTH).astype(np.uint8), (HEIGHT, 1))
    alpha[20:30, 10:20] = 0
    return Image.fromarray(np.dstack([scene(), alpha]))


def palette_with_hole() -> bytes:
    image = picture().quantize(40, dither=Image.Dither.NONE)
    return encoded(image, "PNG", transparency=image.getpixel((5, 5)))


def turned(orientation: int, format: str = "JPEG") -> bytes:
    """A file that, by its EXIF orientation, shows the scene upright."""
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    image = picture()
    if orientation in back:
        image = image.transpose(back[orientation])
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    options = {"lossless": True} if format == "WEBP" else {"quality": 95}
    return encoded(image, format, exif=exif, **options)


def grey_16_bits() -> bytes:
    levels = np.linspace(0, 65535, WIDTH * HEIGHT).reshape(HEIGHT, WIDTH).astype(np.uint16)
    return encoded(Image.fromarray(levels), "PNG")


def colour_16_bits() -> bytes:
    """Pillow can't write these: 8 bits, repeated."""
    rows = np.repeat(scene(), 2, axis=-1)
    raw = b"".join(b"\0" + row.tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 16, 2, 0, 0, 0)
    return _png((b"IHDR", header), (b"IDAT", zlib.compress(raw)), (b"IEND", b""))


def bomb(side: int = 20_000) -> bytes:
    """400 megapixels, promised by a header; there is hardly anything behind it."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return _png((b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))


def promised(width: int, height: int) -> bytes:
    """A JPEG whose header promises another size."""
    frame = re.search(b"\xff\xc0..\x08(....)", data := jpeg(), re.DOTALL)
    assert frame is not None, "Pillow writes baseline JPEGs"
    return data[: frame.start(1)] + struct.pack(">HH", height, width) + data[frame.end(1) :]


def tiff_bomb() -> bytes:
    data = bytearray(encoded(picture(), "TIFF"))
    for tag in (256, 257):
        entry = data.index(struct.pack("<H", tag), struct.unpack_from("<I", data, 4)[0])
        struct.pack_into("<HHII", data, entry, tag, 4, 1, 20_000)
    return bytes(data)


def _png(*chunks: tuple[bytes, bytes]) -> bytes:
    parts = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def animated(format: str) -> bytes:
    others = [Image.new("RGB", (WIDTH, HEIGHT), colour) for colour in ("black", "yellow")]
    options = {"lossless": True} if format == "WEBP" else {}
    first = picture().quantize(200, dither=Image.Dither.NONE) if format == "GIF" else picture()
    return encoded(first, format, save_all=True, append_images=others, duration=50, **options)


def swapped_primaries(format: str) -> bytes:
    """A picture with a profile that calls its first channel green and its second red."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    names = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ"}
    swapped = re.sub(b"[rg]XYZ(?=.{8})", lambda found: names[found[0]], profile, flags=re.DOTALL)
    options = {"lossless": True} if format == "WEBP" else {}
    return encoded(picture(), format, icc_profile=swapped, **options)


def jpeg(**options: Any) -> bytes:
    return encoded(picture(), "JPEG", **({"quality": 95, "subsampling": 0} | options))


GOOD: dict[str, Callable[[], bytes]] = {
    "plain.png": lambda: encoded(picture(), "PNG"),
    "alpha.png": lambda: encoded(see_through(), "PNG"),
    "palette.png": lambda: encoded(picture().quantize(40), "PNG"),
    "palette-hole.png": palette_with_hole,
    "grey.png": lambda: encoded(picture().convert("L"), "PNG"),
    "grey-alpha.png": lambda: encoded(see_through().convert("LA"), "PNG"),
    "black-and-white.png": lambda: encoded(picture().convert("1"), "PNG"),
    "grey-16.png": grey_16_bits,
    "colour-16.png": colour_16_bits,
    "interlaced-alpha.webp": lambda: encoded(see_through(), "WEBP", lossless=True, exact=True),
    "lossy.webp": lambda: encoded(picture(), "WEBP", quality=90),
    "animated.webp": lambda: animated("WEBP"),
    "still.gif": lambda: encoded(picture().quantize(200), "GIF"),
    "animated.gif": lambda: animated("GIF"),
    "cut-in-a-later-frame.gif": lambda: animated("GIF")[:-40],
    "animated.png": lambda: animated("PNG"),
    "still.avif": lambda: encoded(picture(), "AVIF", quality=95, subsampling="4:4:4"),
    "alpha.avif": lambda: encoded(see_through(), "AVIF", quality=95, subsampling="4:4:4"),
    "turned.avif": lambda: turned(6, "AVIF"),
    **{f"turned-{n}.webp": partial(turned, n, "WEBP") for n in range(2, 9)},
    **{f"turned-{n}.png": partial(turned, n, "PNG") for n in range(2, 9)},
    "plain.jpg": jpeg,
    "halved-colour.jpg": lambda: jpeg(subsampling=2),
    "progressive.jpg": lambda: jpeg(progressive=True),
    "grey.jpg": lambda: encoded(picture().convert("L"), "JPEG", quality=95),
    "cmyk.jpg": lambda: encoded(picture().convert("CMYK"), "JPEG", quality=95, subsampling=0),
    "no-end.jpg": lambda: jpeg().removesuffix(b"\xff\xd9"),
    "film-behind.jpg": lambda: jpeg(subsampling=2).removesuffix(b"\xff\xd9") + b"film " * 700,
    "no-end-grey.jpg": lambda: encoded(picture().convert("L"), "JPEG", quality=95).removesuffix(b"\xff\xd9"),
    "no-end-restarts.jpg": lambda: jpeg(restart_marker_blocks=3).removesuffix(b"\xff\xd9"),
    "trailer.jpg": lambda: jpeg() + b"what some cameras write behind the picture",
    **{f"turned-{n}.jpg": partial(turned, n) for n in range(1, 9)},
    "profile.png": lambda: swapped_primaries("PNG"),
    "profile.webp": lambda: swapped_primaries("WEBP"),
    "plain.bmp": lambda: encoded(picture(), "BMP"),
    "palette.bmp": lambda: encoded(picture().quantize(40), "BMP"),
    "plain.tiff": lambda: encoded(picture(), "TIFF"),
    **{
        f"{compression}.tiff": partial(encoded, picture(), "TIFF", compression=compression)
        for compression in ("tiff_lzw", "tiff_adobe_deflate", "packbits")
    },
    "grey.tiff": lambda: encoded(picture().convert("L"), "TIFF"),
    "palette.tiff": lambda: encoded(picture().quantize(40), "TIFF"),
    "black-and-white.tiff": lambda: encoded(picture().convert("1"), "TIFF"),
    "scan.tiff": lambda: encoded(picture().convert("1"), "TIFF", compression="group4"),
    "alpha.tiff": lambda: encoded(see_through(), "TIFF"),
    "cmyk.tiff": lambda: encoded(picture().convert("CMYK"), "TIFF"),
    "several.tiff": lambda: encoded(picture(), "TIFF", save_all=True, append_images=[picture(9, 9)]),
    **{f"turned-{n}.tiff": partial(turned, n, "TIFF") for n in (3, 6)},
    "profile.tiff": lambda: swapped_primaries("TIFF"),
    # Pillow's HEIC reader can't write; these were written by pillow-heif, from the same scene.
    **{name: (CASES / name).read_bytes for name in ("phone.heic", "profile.heic", "turned.heic")},
    "tall.png": lambda: encoded(picture(300, 900), "PNG"),
    "1x1.png": lambda: encoded(picture(1, 1), "PNG"),
    "1x5000.png": lambda: encoded(picture(1, 5000), "PNG"),
    "20000x10.png": lambda: encoded(picture(20_000, 10), "PNG"),
    "20000x10.jpg": lambda: encoded(picture(20_000, 10), "JPEG", quality=95, subsampling=0),
}
"""How to make each picture that can be read, by a name for it."""


def cut(data: bytes) -> bytes:
    return data[: len(data) * 6 // 10]


BAD: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "text.jpg": (lambda: b"Dear diary,\nthis is no picture.\n", "NotAnImage", "it is not a JPEG, PNG"),
    "empty.png": (lambda: b"", "NotAnImage", "the file is empty"),
    "drawing.svg": (
        lambda: b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
        "NotAnImage",
        "an SVG is a drawing that may hold scripts; save it as PNG",
    ),
    "drawing.png": (
        lambda: '<svg xmlns="http://www.w3.org/2000/svg"/>'.encode("utf-16"),
        "NotAnImage",
        "an SVG is a drawing",
    ),
    "bomb.png": (bomb, "ImageTooLarge", "it has more than 100 megapixels"),
    "bomb.jpg": (lambda: promised(16_000, 16_000), "ImageTooLarge", "it has more than 250 megapixels"),
    "cut.bmp": (lambda: cut(encoded(picture(), "BMP")), "NotAnImage", "damaged or cut off"),
    "cut.tiff": (lambda: cut(encoded(picture(), "TIFF")), "NotAnImage", "damaged or cut off"),
    "bomb.tiff": (tiff_bomb, "ImageTooLarge", "it has more than 100 megapixels"),
    "photo.heic": (
        lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200),
        "NotAnImage",
        "it is a HEIC photo",
    ),
    "cut.jpg": (lambda: cut(jpeg()), "NotAnImage", "damaged or cut off"),
    "cut-near-its-end.jpg": (lambda: jpeg()[:-200], "NotAnImage", "damaged or cut off"),
    "progressive-without-end.jpg": (lambda: jpeg(progressive=True)[:-2], "NotAnImage", "damaged or cut off"),
    "cut-progressive.jpg": (lambda: cut(jpeg(progressive=True)), "NotAnImage", "damaged or cut off"),
    "cut-header.jpg": (lambda: jpeg()[:30], "NotAnImage", ""),
    "cut.png": (lambda: cut(encoded(picture(), "PNG")), "NotAnImage", "damaged or cut off"),
    "cut.webp": (lambda: cut(encoded(picture(), "WEBP")), "NotAnImage", ""),
    "cut.gif": (lambda: cut(encoded(picture().quantize(200), "GIF")), "NotAnImage", "damaged or cut off"),
    "cut.avif": (lambda: cut(encoded(picture(), "AVIF")), "NotAnImage", ""),
    "noise.png": (lambda: encoded(picture(), "PNG")[:60] + bytes(2000), "NotAnImage", "damaged or cut off"),
}
"""How to make each that can't, the class of error that it gives, and what the message says."""
