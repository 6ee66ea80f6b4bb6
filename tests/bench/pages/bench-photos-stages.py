"""The steps of `VisionEncoder.encode`, each with a clock of its own."""

import time
from typing import Any

from semblance.browser import ffi
from semblance.browser.images import BlobFile, ImageDecoder
from semblance.browser.models import load_encoders, read_index
from semblance.models.image import VisionEncoder
from semblance.models.preprocessing import thumbnail_window

decoder = ImageDecoder()
encoder: VisionEncoder


async def load(name: str) -> None:
    global encoder
    (entry,) = [entry for entry in await read_index() if entry.name == name]
    image = (await load_encoders(entry)).image
    assert isinstance(image, VisionEncoder)
    encoder = image


async def prepare(blob: Any) -> Any:
    """Pixels as the model takes them; a thumbnail is made too, as the app does."""
    decoded = await decoder.open(BlobFile(blob))
    try:
        pixels = await decoded.pixels(encoder.manifest.preprocessing.window(decoded.width, decoded.height))
        await decoded.thumbnail(thumbnail_window(decoded.width, decoded.height))
    finally:
        decoded.close()
    return pixels


async def stages(blobs: Any) -> Any:
    preparing, inference, vectors = [], [], []
    for blob in blobs:
        start = time.perf_counter()
        pixels = await prepare(blob)
        between = time.perf_counter()
        vector = await encoder.embed(pixels)
        inference.append(1000 * (time.perf_counter() - between))
        preparing.append(1000 * (between - start))
        vectors.append(vector.tolist())
    return ffi.js_object({"preparing": preparing, "inference": inference, "vectors": vectors})


scope = ffi.Scope()  # as long as the page
ffi.window.startBench(scope.function(load), scope.function(stages))
