"""Loading models from the site's ``models/`` folder."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from semblance.browser import ffi
from semblance.browser.onnx import InferenceSession
from semblance.browser.tokenizer import Tokenizer
from semblance.errors import ModelError
from semblance.models.index import ModelEntry
from semblance.models.index import read_index as parse_index
from semblance.models.manifest import CONFIG_FILES, read_manifest
from semblance.models.text import SentenceEncoder
from semblance.ports import Encoders

OnBytes = Callable[[int, int], None]


async def read_index() -> list[ModelEntry]:
    """The models of this site; the first is the default.

    Raises
    ------
    ModelError
    """
    return parse_index(await _json(ffi.bridge.asset("models/index.json")))


async def load_encoders(entry: ModelEntry, on_progress: OnBytes | None = None) -> Encoders:
    """The encoders of one of the site's models.

    Parameters
    ----------
    entry : ModelEntry
    on_progress : callable, optional
        Called with (bytes loaded, bytes in all) of the text model's weights.

    Raises
    ------
    ModelError
    """
    return Encoders(await load_encoder(ffi.bridge.asset(f"models/{entry.text}/"), on_progress))


async def load_text_encoder(on_progress: OnBytes | None = None) -> SentenceEncoder:
    """The text model of the site's default."""
    default = (await read_index())[0]
    return await load_encoder(ffi.bridge.asset(f"models/{default.text}/"), on_progress)


async def load_encoder(folder: str, on_progress: OnBytes | None = None) -> SentenceEncoder:
    """The model in a folder, given as an address that ends in a slash: see `semblance.models.manifest`."""
    raw = await _json(f"{folder}manifest.json")
    listed = [name for name in CONFIG_FILES if name in raw.get("files", {})]
    configs = await asyncio.gather(*[_json(folder + name) for name in listed])
    manifest = read_manifest(raw, dict(zip(listed, configs, strict=True)))
    weights = manifest.files[manifest.model_file]
    session, tokenizer = await asyncio.gather(
        InferenceSession.create(
            folder + manifest.model_file,
            sha256=weights.sha256,
            bytes=weights.bytes,
            on_progress=on_progress,
        ),
        Tokenizer.create(folder),
    )
    return await SentenceEncoder.create(session, tokenizer, manifest)


async def _json(url: str) -> Any:
    text = await ffi.js_call(ffi.bridge.fetchText(url))
    try:
        return json.loads(text)
    except ValueError as error:
        raise ModelError(f"it is not JSON: {error}", where=url) from error
