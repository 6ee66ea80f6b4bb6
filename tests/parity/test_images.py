"""Real photographs: the vectors that the browser gives are those of CPython.

Where they could differ, in the order in which a picture passes, measured over these 50 photographs in Chromium 156:

- decoding: both decode JPEG with libjpeg-turbo, and interpolate halved colours in the same way: equal to the bit;
- colour: a profile is translated by Skia here and by Little CMS there, equal to the bit in `test_images_bridge.py`;
- resampling: one definition, in integers, in both (`static/js/workers/resample.js`): equal to the bit;
- inference: the kernels of onnxruntime for WebAssembly and for the CPU add up in another order. That alone is left:
  the least cosine is 0.9999998, with either model.

Firefox ESR 153, looked at by hand, gives the same pixels too, but for pictures with transparency (up to 3 levels),
profiles (2) and AVIF with halved colours (its own interpolation: 4 levels in the mean).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import astuple
from functools import partial
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from aio import run
from browser.interpreter import python
from browser.watch import Watch
from data import photos
from data.clip import write_clip_folder
from semblance.documents import ImageBytes
from semblance.models.preprocessing import read_preprocessing
from semblance.native.images import ImageDecoder
from semblance.native.models import load_encoders
from semblance.ports import ImageEncoder
from semblance_build.server import serving

NUMBER = 50
PAGES = Path(__file__).parents[1] / "browser" / "pages"
TEXT_MODELS = {"tiny-clip": "tiny-clip", "semblance-vision-lite0": "all-MiniLM-L6-v2"}
CLIP = read_preprocessing({"size": 224, "crop_size": 224, "resample": 3, "do_normalize": False})

ENCODE = """
import base64
import hashlib
from semblance.browser.models import load_encoders
from semblance.documents import ImageBytes
from semblance.models.listing import ModelEntry

encoders = await load_encoders(ModelEntry(image, text, image))
vectors = [(await encoders.image.encode(ImageBytes(base64.b64decode(file)))).vector.tolist() for file in files]
vectors
"""

LOOK = """
import base64, hashlib
from semblance.browser.images import ImageDecoder
from semblance.documents import ImageBytes
from semblance.records import Window

digests = []
for file, window in zip(files, windows):
    decoded = await ImageDecoder().open(ImageBytes(base64.b64decode(file)))
    digests.append(hashlib.sha256((await decoded.pixels(Window(*window))).tobytes()).hexdigest())
    decoded.close()
digests
"""


def lies_in(archive: str, row: photos.Row) -> bool:
    return bool(row["zip"] == archive)


@pytest.fixture(scope="module")
def files() -> list[bytes]:
    """Photographs from all collections in turn; without those, the lessons' in many ways."""
    if not photos.PHOTOS.is_dir():
        return photos.varied()
    archives = sorted({row["zip"] for row in photos.rows()})
    columns = [photos.some(NUMBER, partial(lies_in, name)) for name in archives]
    mixed = [row for rank in zip_longest(*columns) for row in rank]
    return [photos.data_of(row) for row in mixed[:NUMBER]]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the model that tests make; the other is part of the site."""
    folder = tmp_path_factory.mktemp("overlay") / "models"
    write_clip_folder(folder / "tiny-clip")
    return folder


@pytest.fixture(scope="module")
def page(browser: Browser, dist: Path, models: Path) -> Iterator[Page]:
    with serving([models.parent, PAGES, dist]) as address:
        watching = Watch(address)
        context = browser.new_context()
        page = context.new_page()
        watching.watch(page)
        page.goto(address + "blank.html")
        page.evaluate("async () => (await import('./static/js/semblance.js')).semblance.collections()")
        yield page
        context.close()
    assert watching.problems == []


def sent(files: list[bytes]) -> list[str]:
    return [base64.b64encode(file).decode() for file in files]


async def encode_natively(encoder: ImageEncoder, files: list[bytes]) -> np.ndarray:
    return np.array([(await encoder.encode(ImageBytes(file))).vector for file in files])


@pytest.mark.parametrize("name", TEXT_MODELS)
def test_vectors_of_photos_are_those_of_cpython(
    page: Page, models: Path, dist: Path, files: list[bytes], name: str
) -> None:
    image, text = (
        next(root / folder for root in (models, dist / "models") if (root / folder).is_dir())
        for folder in (name, TEXT_MODELS[name])
    )
    ours = np.array(python(page, ENCODE, files=sent(files), image=name, text=TEXT_MODELS[name]))
    encoder = run(load_encoders(text, image)).image
    assert encoder is not None
    theirs = run(encode_natively(encoder, files))
    cosines = (ours * theirs).sum(axis=1)
    assert ours.shape == theirs.shape
    assert cosines.min() >= 0.99, f"median {np.median(cosines):.6f}"


def test_pixels_of_photos_are_those_of_cpython(page: Page, files: list[bytes]) -> None:
    """So that what differs between the vectors comes from inference alone."""

    async def look() -> tuple[list[list[float]], list[str]]:
        windows, digests = [], []
        for file in files:
            decoded = await ImageDecoder().open(ImageBytes(file))
            window = CLIP.window(decoded.width, decoded.height)
            windows.append(list(astuple(window)))
            digests.append(hashlib.sha256((await decoded.pixels(window)).tobytes()).hexdigest())
        return windows, digests

    windows, expected = run(look())
    assert python(page, LOOK, files=sent(files), windows=windows) == expected
