"""Loading models from the site's ``models/`` folder."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from semblance.arrays import FloatArray
from semblance.browser import ffi
from semblance.browser.images import ImageDecoder
from semblance.browser.onnx import InferenceSession
from semblance.browser.tokenizer import Tokenizer
from semblance.errors import ModelError
from semblance.models.image import VisionEncoder
from semblance.models.image_manifest import IMAGE_CONFIG_FILES, Projection, read_image_manifest
from semblance.models.listing import ModelEntry, pair, read_listing
from semblance.models.metric import read_metric
from semblance.models.text import SentenceEncoder
from semblance.models.text_manifest import TEXT_CONFIG_FILES, read_text_manifest
from semblance.pace import Lazy
from semblance.ports import Encoders
from semblance.ports import InferenceSession as Session

OnBytes = Callable[[int, int], None]


async def read_index() -> list[ModelEntry]:
    """The models of this site; the first is the default.

    Raises
    ------
    ModelError
    """
    return read_listing(await _json(ffi.bridge.asset("models/index.json")))


async def load_encoders(
    entry: ModelEntry,
    on_progress: OnBytes | None = None,
    on_image_progress: OnBytes | None = None,
) -> Encoders:
    """The encoders of one of the site's models. The first picture loads the weights for pictures.

    Parameters
    ----------
    entry : ModelEntry
    on_progress, on_image_progress : callable, optional
        Called with (bytes loaded, bytes in all) of the weights for texts or for pictures.

    Raises
    ------
    ModelError
    """
    text = load_encoder(_folder(entry.text), on_progress)
    if entry.image is None:
        return pair(await text, None)
    return pair(
        *await asyncio.gather(text, _image_encoder(_folder(entry.image), on_image_progress, entry.text))
    )


async def load_encoder(folder: str, on_progress: OnBytes | None = None) -> SentenceEncoder:
    """The model in a folder, given as an address that ends in a slash: see `semblance.models.text_manifest`."""
    manifest = read_text_manifest(*await _described(folder, TEXT_CONFIG_FILES))
    weights = manifest.files[manifest.model_file]
    session, tokenizer = await asyncio.gather(
        InferenceSession.create(
            folder + manifest.model_file,
            sha256=weights.sha256,
            bytes=weights.bytes,
            on_progress=on_progress,
        ),
        Tokenizer.create(folder, manifest.files),
    )
    return await SentenceEncoder.create(session, tokenizer, manifest)


async def load_metric(entry: ModelEntry) -> FloatArray:
    """The metric of one of the site's models that has one."""
    folder = _folder(entry.text)
    manifest, _ = await _described(folder, ())
    expected = ffi.js_object(manifest["files"][entry.metric])
    data = await ffi.js_call(ffi.bridge.fetchBytes(folder + entry.metric, expected))
    return read_metric(ffi.array_bytes(data), manifest)


async def _image_encoder(folder: str, on_progress: OnBytes | None, text_model: str) -> VisionEncoder:
    manifest = read_image_manifest(*await _described(folder, IMAGE_CONFIG_FILES), text_model)
    session: Lazy[Session] = Lazy(
        lambda: InferenceSession.create(
            folder + manifest.model_file,
            sha256=manifest.sha256,
            bytes=manifest.bytes,
            on_progress=on_progress,
        )
    )
    projection = _projection(folder, manifest.projection) if manifest.projection else None
    return VisionEncoder(manifest, session, ImageDecoder(), projection)


def _projection(folder: str, projection: Projection) -> Lazy[Session]:
    return Lazy(
        lambda: InferenceSession.create(
            folder + projection.file, sha256=projection.sha256, bytes=projection.bytes
        )
    )


def _folder(name: str) -> str:
    return str(ffi.bridge.asset(f"models/{name}/"))


async def _described(folder: str, names: Sequence[str]) -> tuple[Any, dict[str, Any]]:
    """The manifest of a folder, and the configuration files that it lists, by name."""
    manifest = await _json(f"{folder}manifest.json")
    files = manifest.get("files", {})
    listed = [name for name in names if name in files]
    configs = await asyncio.gather(*[_json(folder + name, files[name]) for name in listed])
    return manifest, dict(zip(listed, configs, strict=True))


async def _json(url: str, expected: Mapping[str, Any] = MappingProxyType({})) -> Any:
    """A parsed file. `expected` is the manifest's size and digest of it."""
    text = await ffi.js_call(ffi.bridge.fetchText(url, ffi.js_object(dict(expected))))
    try:
        return json.loads(text)
    except ValueError as error:
        raise ModelError("models.no_json", reason=error, where=url) from error
