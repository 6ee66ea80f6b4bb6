"""The text model, on this machine and for the readers': made at first use from published parts, kept in the cache."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from semblance.blog.engine import about, engine_files
from semblance.native.models import load_text_encoder
from semblance.parts import models
from semblance.parts.paths import MODELS
from semblance.ports import Encoders


async def load_encoders(threads: int = 0) -> Encoders:
    """The encoder of the site's text model.

    Parameters
    ----------
    threads : int
        How many to compute with; 0 leaves it to onnxruntime.

    Raises
    ------
    BuildError
        If its weights can't be had.
    ModelError
        If it can't be loaded.
    """
    manifest = json.loads((MODELS / models.TEXT_MODEL / "manifest.json").read_text(encoding="utf-8"))
    folder = models.build(models.TEXT_MODEL, manifest)["config.json"].parent
    return Encoders(await load_text_encoder(folder, manifest=manifest, threads=threads))


class Engine(NamedTuple):
    """The folder that embeds what a reader searches for, ending in a slash, and the bytes that a reader loads of it."""

    folder: str
    download: int


def write_engine(folder: Path) -> Engine:
    """Write the engine into a folder.

    Raises
    ------
    BuildError
        If a part of it can't be had.
    """
    name = engine_files(folder)
    return Engine(f"{name}/", about(folder / name).download)
