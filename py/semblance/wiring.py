"""The text model of the blog kit: its encoder for this machine, and the engine that readers' browsers load.

Both are made at first use from published parts and kept in the cache.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from semblance.blog.engine import about, engine_files
from semblance.blog.output import Engine
from semblance.native.models import load_text_encoder
from semblance.native.tokenizer import Tokenizer
from semblance.parts import models
from semblance.parts.paths import MODELS, cache_dir
from semblance.ports import Encoders


async def load_encoders(threads: int = 0) -> Encoders:
    """The encoder of the site's text model.

    Parameters
    ----------
    threads : int
        Number of threads; 0 leaves the choice to onnxruntime.

    Raises
    ------
    BuildError
        If the model's weights can't be fetched.
    ModelError
        If the model can't be loaded.
    """
    manifest = _manifest()
    return Encoders(await load_text_encoder(_model_folder(manifest), manifest=manifest, threads=threads))


async def load_tokenizer() -> Tokenizer:
    """The tokenizer of the site's text model."""
    return await Tokenizer.create(_model_folder(_manifest()))


def token_vectors() -> Path:
    """The folder that keeps the model's vectors of single tokens, for all sites."""
    return cache_dir() / "tokens"


def _manifest() -> dict[str, Any]:
    text = (MODELS / models.TEXT_MODEL / "manifest.json").read_text(encoding="utf-8")
    return cast("dict[str, Any]", json.loads(text))


def _model_folder(manifest: dict[str, Any]) -> Path:
    return models.build(models.TEXT_MODEL, manifest)["config.json"].parent


def write_engine(folder: Path) -> Engine:
    """Write the engine into a folder.

    Raises
    ------
    BuildError
        If a part of the engine can't be fetched or made.
    """
    name = engine_files(folder)
    return Engine(f"{name}/", about(folder / name).download)
