"""What the commands and the plugins are wired with: encoders for this machine, and libraries of collections.

Models, and the engine that readers' browsers load, are made at first use from published parts and kept in the cache.
"""

from __future__ import annotations

import asyncio
import os
import sys
import urllib.request
from collections.abc import Sequence
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path

from semblance.arrays import FloatArray
from semblance.blog.engine import about, engine_files
from semblance.blog.output import Engine
from semblance.blog.pipeline import FOLDER
from semblance.blog.reader import published
from semblance.embedding.runs import MIXED
from semblance.errors import ModelError, SiteError
from semblance.library import Library
from semblance.models.names import ALIASES, IMAGE_MODEL, MULTILINGUAL, STANDS_IN_FOR, TEXT_MODEL, own_name
from semblance.native import models as native_models
from semblance.native.models import load_text_encoder
from semblance.native.store import DirectoryStore
from semblance.native.tokenizer import Tokenizer
from semblance.pace import Lazy
from semblance.parts import models, multilingual_export
from semblance.parts.paths import MODELS, cache_dir, data_dir
from semblance.ports import Encoders, VectorStore

_PATIENCE_S = 30


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


async def load_multilingual(threads: int = 0) -> Encoders:
    """The encoder for posts in languages that the site's text model does not know. As `load_encoders` otherwise."""
    return await load_encoders(threads, models.MULTILINGUAL)


async def load_metric() -> FloatArray:
    """How items with vectors of the multilingual model are compared: see `semblance.ranking.contrast`.

    The model itself, which may have to be fetched, is not needed for it.
    """
    return native_models.load_metric(MODELS / MULTILINGUAL)


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


MODELS_OF_SITE = (TEXT_MODEL, MULTILINGUAL)
"""The text models that a library has without being asked."""

# --- collections ------------------------------------------------------------------------------------


def open_library(place: Path | str | VectorStore | None = None, *, model: str = "") -> Library:
    """The collections in a folder, or in a store, with the site's models.

    Parameters
    ----------
    place : Path, str or VectorStore, optional
        A folder; by default the one of the command line.
    model : str
        The folder of a model beside the site's own and those that were added, or the name of one of these.

    Raises
    ------
    ModelError
        If there is no such model.
    StoreError
        If the place can't be used.
    """
    store = place if isinstance(place, VectorStore) else DirectoryStore(Path(place or data_dir()))
    encoders = {name: Lazy(partial(load_space, name)) for name in MODELS_OF_SITE}
    for added in own_models():
        encoders[added] = Lazy(partial(native_models.load_encoders, *halves(added)))
    name = model_name(model)
    if model and name not in encoders:
        encoders[name] = Lazy(partial(native_models.load_encoders, *halves(model)))
    return Library(
        store,
        encoders,
        languages={TEXT_MODEL: models.languages(TEXT_MODEL)},
        metrics={MULTILINGUAL: Lazy(load_metric)},
    )


async def open_site(site: str) -> Library:
    """The posts of a published site, a collection for each language.

    Parameters
    ----------
    site : str
        Its folder, or its address.

    Raises
    ------
    SiteError
        If it has no index that can be read.
    """

    async def read(path: str) -> bytes:
        return await asyncio.to_thread(read_published, site, path)

    return await published.open_site(read, {name: Lazy(partial(load_space, name)) for name in MODELS_OF_SITE})


def read_published(site: str, path: str) -> bytes:
    """A file of a site's folder ``semblance/``; raises as `open_site` does."""
    try:
        if not site.startswith(("https://", "http://")):
            return Path(site, FOLDER, path).read_bytes()
        address = f"{site.rstrip('/')}/{FOLDER}/{path}"
        with urllib.request.urlopen(address, timeout=_PATIENCE_S) as response:
            return bytes(response.read())
    except (OSError, ValueError) as error:
        raise SiteError(
            f"the site's index can't be read ({error})",
            where=f"{site.rstrip('/')}/{FOLDER}/{path}",
            remedy="Check the path or the address; `semblance site` writes the index.",
        ) from error


def model_name(model: str) -> str:
    """The name under which a library has a model: one of the site's, one that was added, or a folder.

    Raises
    ------
    ModelError
        If it is none of these.
    """
    name = STANDS_IN_FOR.get(model) or own_name(model)
    if not name or name in MODELS_OF_SITE or name in own_models():
        return name
    if Path(model).is_dir():
        return Path(model).resolve().name
    raise ModelError(
        "there is no such model",
        where=model,
        remedy=f"Name {TEXT_MODEL}, {MULTILINGUAL}, one of {', '.join(ALIASES)}, or the folder of a model. "
        "`semblance models list` names those that were added.",
    )


async def load_space(name: str) -> Encoders:
    """The encoders of one of the site's text models, with the image model where there is one."""
    with redirect_stdout(sys.stderr):  # results go to the standard output, what is being built does not
        model = models.named(name)
    folder = model.files["config.json"].parent
    images = image_model()
    return await native_models.load_encoders(
        folder, images if images.is_dir() else None, manifest=model.manifest
    )


def image_model() -> Path:
    """Where the folder of the image model is, if it is there: in a clone, or in ``$SEMBLANCE_MODELS``. No wheel has it."""
    return Path(os.environ.get("SEMBLANCE_MODELS") or MODELS) / IMAGE_MODEL


def models_dir() -> Path:
    """Where the models are that ``semblance models add`` has added."""
    return data_dir() / "models"


def export_model(name: str, folder: Path) -> Path:
    """Write one of the site's text models into a folder for other programs; give the path of its ONNX file.

    Raises
    ------
    BuildError
        If the model's weights can't be fetched.
    """
    with redirect_stdout(sys.stderr):
        return multilingual_export.export(folder) if name == MULTILINGUAL else models.export(name, folder)


def own_models() -> list[str]:
    """The names of the models that were added."""
    return sorted(path.parent.name for path in models_dir().glob("[!.]*/manifest.json"))


def halves(model: str) -> Sequence[Path]:
    """The folder of a text model, by its path or its name; twice, if it holds an image model, too."""
    folder = models_dir() / model if model in own_models() else Path(model)
    return [folder, folder] if list(folder.glob("onnx/vision_model*.onnx")) else [folder]


def fingerprint(name: str) -> str:
    """The fingerprint of a site's text model, without its weights; "" for any other model."""
    if name not in MODELS_OF_SITE:
        return MIXED
    with redirect_stdout(sys.stderr):
        model = models.named(name)
    return native_models.fingerprint(model.files["config.json"].parent, model.manifest)
