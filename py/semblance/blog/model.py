"""The text model, on this machine: built from published weights at first use, and kept in the cache."""

from __future__ import annotations

import json

from semblance.build import models
from semblance.build.paths import MODELS
from semblance.native.models import load_text_encoder
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
