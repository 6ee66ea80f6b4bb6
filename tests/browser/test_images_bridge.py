"""Pictures in the browser: the pixels and the errors are those of CPython."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import asdict
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from aio import run
from browser.interpreter import python
from data.pictures import BAD, GOOD, encoded, picture, see_through
from semblance.documents import ImageBytes
from semblance.models.preprocessing import FILTERS, read_preprocessing, thumbnail_window
from semblance.native.images import ImageDecoder
from semblance.records import Window

CLIP = read_preprocessing({"size": 224, "crop_size": 224, "resample": 3, "do_normalize": False})

# Mean absolute differences in levels out of 255, where there are any: Chromium reads the alpha of AVIF as if it were
# of limited range (16 to 235), so that what is half transparent comes out a little lighter or darker.
# Two versions of libheif round the colours of HEIC in their own ways.
DIFFERENT = {"alpha.avif": 6.0, "profile.heic": 0.2, "turned.heic": 0.2}

OPEN = """
import base64
from semblance.browser.images import ImageDecoder
from semblance.documents import ImageBytes
from semblance.models.image import check
from semblance.records import Window

async def look(data, window):
    image = ImageBytes(base64.b64decode(data))
    await check(image)
    decoded = await ImageDecoder().open(image)
    try:
        rgb = await decoded.pixels(Window(**window))
        return [decoded.width, decoded.height, base64.b64encode(rgb.tobytes()).decode()]
    finally:
        decoded.close()
"""

LOOK = OPEN + "await look(data, window)"

FAIL = (
    OPEN
    + """
from semblance.errors import SemblanceError
try:
    await look(data, window)
    result = None
except SemblanceError as error:
    result = [type(error).__name__, error.message]
result
"""
)


def look(page: Page, data: bytes, window: Window) -> tuple[tuple[int, int], np.ndarray]:
    """Size and pixels as the browser sees them."""
    text = base64.b64encode(data).decode()
    width, height, rgb = python(page, LOOK, data=text, window=asdict(window))
    pixels = np.frombuffer(base64.b64decode(rgb), np.uint8)
    return (width, height), pixels.reshape(window.height, window.width, 3)


async def natively(data: bytes, window: Window | None = None) -> tuple[tuple[int, int], Window, np.ndarray]:
    """Size, what CLIP sees of it unless told otherwise, and its pixels as Pillow sees them."""
    decoded = await ImageDecoder().open(ImageBytes(data))
    window = window or CLIP.window(decoded.width, decoded.height)
    return (decoded.width, decoded.height), window, await decoded.pixels(window)


def test_a_photo_of_108_megapixels_is_scaled_while_it_is_decoded(interpreter_page: Page) -> None:
    small = picture(1_200, 900)
    data = encoded(small.resize((12_000, 9_000), Image.Resampling.NEAREST), "JPEG", quality=40)
    size, window, expected = run(natively(data))
    shape, pixels = look(interpreter_page, data, window)
    assert shape == size == (12_000, 9_000)
    assert difference(pixels, expected).mean() < 1
    _, _, plain = run(natively(encoded(small, "PNG"), CLIP.window(1_200, 900)))
    assert difference(pixels, plain).mean() < 3


def difference(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.asarray(np.abs(a.astype(int) - b))


@pytest.mark.parametrize("name", GOOD)
def test_pixels_are_those_of_pillow(interpreter_page: Page, name: str) -> None:
    data = GOOD[name]()
    size, window, expected = run(natively(data))
    shape, pixels = look(interpreter_page, data, window)
    assert shape == size
    assert difference(pixels, expected).mean() <= DIFFERENT.get(name, 0.01)


@pytest.mark.parametrize("resample", FILTERS)
@pytest.mark.parametrize(("width", "height"), [(13, 9), (97, 61), (300, 200)])
def test_every_filter_reduces_and_enlarges_as_pillows_does(
    interpreter_page: Page, resample: int, width: int, height: int
) -> None:
    data = encoded(picture(), "PNG")
    window = Window(3.25, 1 / 3, 90.5, 60.9, width, height, resample)
    _, _, expected = run(natively(data, window))
    _, pixels = look(interpreter_page, data, window)
    assert difference(pixels, expected).max() <= 1
    assert (pixels == expected).mean() > 0.999


@pytest.mark.parametrize("name", BAD)
def test_errors_are_those_of_cpython(interpreter_page: Page, name: str) -> None:
    make, kind, message = BAD[name]
    data = base64.b64encode(make()).decode()
    result = python(interpreter_page, FAIL, data=data, window=asdict(CLIP.window(97, 61)))
    assert result is not None, "it was read"
    assert result[0] == kind
    assert message in result[1]


THUMBNAIL = """
import base64
from semblance.browser import ffi
from semblance.browser.images import BlobFile, ImageDecoder
from semblance.picture_file import digest
from semblance.models.preprocessing import thumbnail_window

file = BlobFile(ffi.blob([base64.b64decode(data)]))
decoded = await ImageDecoder().open(file)
jpeg = await decoded.thumbnail(thumbnail_window(decoded.width, decoded.height))
decoded.close()
[base64.b64encode(jpeg).decode(), file.size, await digest(file)]
"""


def test_a_thumbnail_is_a_small_jpeg_on_white(interpreter_page: Page) -> None:
    data = encoded(see_through().resize((900, 600)), "PNG")
    text, size, digest = python(interpreter_page, THUMBNAIL, data=base64.b64encode(data).decode())
    assert (size, digest) == (len(data), hashlib.sha256(data).hexdigest())
    thumbnail = Image.open(BytesIO(base64.b64decode(text)))
    assert (thumbnail.format, thumbnail.size) == ("JPEG", (384, 256))
    _, _, expected = run(natively(data, thumbnail_window(900, 600)))
    assert difference(np.asarray(thumbnail), expected).mean() < 4


LEFT_OPEN = """
import asyncio
import base64
from semblance.browser.images import ImageDecoder
from semblance.documents import ImageBytes
from semblance.errors import SemblanceError
from semblance.models.preprocessing import thumbnail_window

image = ImageBytes(base64.b64decode(data))
decoder = ImageDecoder()
opening = asyncio.ensure_future(decoder.open(image))
await asyncio.sleep(0)
opening.cancel()
await asyncio.wait([opening])
decoded = await decoder.open(image)
between = decoded._handle - 1
decoded.close()
answers = []
for handle in (between, decoded._handle):
    decoded._handle = handle
    try:
        await decoded.pixels(thumbnail_window(8, 8))
        answers.append("open")
    except SemblanceError:
        answers.append("closed")
[opening.cancelled(), *answers]
"""


def test_what_was_closed_or_cancelled_takes_no_memory(interpreter_page: Page) -> None:
    data = base64.b64encode(encoded(picture(), "PNG")).decode()
    assert python(interpreter_page, LEFT_OPEN, data=data) == [True, "closed", "closed"]
