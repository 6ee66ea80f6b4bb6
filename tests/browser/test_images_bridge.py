"""Pictures in the browser: the pixels and the errors are those of CPython."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import asdict
from io import BytesIO
from typing import Any

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
from semblance.ports import Window

CLIP = read_preprocessing({"size": 224, "crop_size": 224, "resample": 3, "do_normalize": False})

# Mean absolute difference, in levels out of 255. Without loss there is none, but that Skia and Pillow round
# differently where they lay a picture on white, make 8 bits of 16, or translate a profile. Of lossy formats the
# decoders differ: in how they interpolate halved colours, and in the last bit of the inverse transforms.
TOLERANCE = {"png": 0.01, "gif": 0.01, "webp": 1.0, "jpg": 1.0, "avif": 1.0}
ROUNDED = 1.0

OPEN = """
import base64
from semblance.browser.images import ImageDecoder
from semblance.documents import ImageBytes
from semblance.models.image import check
from semblance.ports import Window

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


def difference(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.abs(a.astype(int) - b)


@pytest.mark.parametrize("name", GOOD)
def test_pixels_are_those_of_pillow(interpreter_page: Page, name: str) -> None:
    data = GOOD[name]()
    size, window, expected = run(natively(data))
    shape, pixels = look(interpreter_page, data, window)
    assert shape == size
    kind = name.rpartition(".")[2]
    rounded = any(part in name for part in ("alpha", "16", "profile"))
    print(f"{name}: mean {difference(pixels, expected).mean():.4f}, most {difference(pixels, expected).max()}")
    assert difference(pixels, expected).mean() <= (ROUNDED if rounded else TOLERANCE[kind])
