"""The text model of the blog kit: its encoder for this machine, and the engine that readers' browsers load.

Both are made at first use from published parts and kept in the cache.
"""

from __future__ import annotations

from pathlib import Path

from semblance.blog.engine import about, engine_files
from semblance.blog.output import Engine
from semblance.native.models import load_text_encoder
from semblance.native.tokenizer import Tokenizer
from semblance.parts import models
from semblance.parts.paths import cache_dir
from semblance.ports import Encoders


async def load_encoders(threads: int = 0, name: str = models.TEXT_MODEL) -> Encoders:
    """The encoder of one of the site's text models.

    Parameters
    ----------
    threads : int
        Number of threads; 0 leaves the choice to onnxruntime.
    name : str
        The model's folder in ``models/``.

    Raises
    ------
    BuildError
        If the model's weights can't be fetched.
    ModelError
        If the model can't be loaded.
    """
    model = models.named(name)
    folder = model.files["config.json"].parent
    return Encoders(await load_text_encoder(folder, manifest=model.manifest, threads=threads))


async def load_multilingual() -> Encoders:
    """The encoder for posts in languages that the site's text model does not know; raises as `load_encoders` does."""
    return await load_encoders(name=models.MULTILINGUAL)


async def load_tokenizer(name: str = models.TEXT_MODEL) -> Tokenizer:
    """The tokenizer of one of the site's text models."""
    return await Tokenizer.create(models.named(name).files["config.json"].parent)


async def load_multilingual_tokenizer() -> Tokenizer:
    """The tokenizer of the model for other languages."""
    return await load_tokenizer(models.MULTILINGUAL)


def token_vectors() -> Path:
    """The folder that keeps the model's vectors of single tokens, for all sites."""
    return cache_dir() / "tokens"


def write_engine(folder: Path) -> Engine:
    """Write the engine into a folder.

    Raises
    ------
    BuildError
        If a part of the engine can't be fetched or made.
    """
    name = engine_files(folder)
    return Engine(f"{name}/", about(folder / name).download)
