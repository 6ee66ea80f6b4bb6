"""Models from folders, for CPython."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from semblance.arrays import FloatArray
from semblance.errors import ModelError
from semblance.models.image import VisionEncoder
from semblance.models.image_manifest import IMAGE_CONFIG_FILES, read_image_manifest
from semblance.models.listing import pair
from semblance.models.manifest import SUFFIXES
from semblance.models.metric import metric_file, read_metric
from semblance.models.text import SentenceEncoder
from semblance.models.text_manifest import TEXT_CONFIG_FILES, TableFiles, read_text_manifest
from semblance.native.images import ImageDecoder
from semblance.native.onnx import InferenceSession
from semblance.native.tokenizer import Tokenizer
from semblance.native.word_table import WordTable, WordTableSession
from semblance.pace import Lazy
from semblance.ports import Encoders
from semblance.ports import InferenceSession as Session

_TOKENS_PER_BATCH = 512  # onnxruntime is slower with more: what it works on leaves the processor's cache


async def load_encoders(
    text_folder: Path,
    image_folder: Path | None = None,
    *,
    manifest: Mapping[str, Any] | None = None,
    threads: int = 0,
) -> Encoders:
    """Load the encoders of one vector space. The weights of the image encoder are loaded with its first picture.

    Parameters
    ----------
    text_folder : Path
        See `load_text_encoder`.
    image_folder : Path, optional
        Holds ``onnx/vision_model*.onnx``; the same folder as `text_folder` if one holds both halves.
    manifest : mapping, optional
        The parsed manifest of the text model, if it is not in its folder.
    threads : int
        Number of threads; 0 leaves the choice to onnxruntime.

    Raises
    ------
    ModelError
        If a file is missing, is not the one that the manifest names, or can't be used; or if the two encoders
        do not share a space.
    """
    text = await load_text_encoder(text_folder, manifest=manifest, threads=threads)
    return pair(text, _image_encoder(image_folder, threads, text.name) if image_folder else None)


async def load_text_encoder(
    folder: Path, *, manifest: Mapping[str, Any] | None = None, threads: int = 0
) -> SentenceEncoder:
    """Load a text model in the folder layout of transformers.js.

    Parameters
    ----------
    folder : Path
        It holds a ``manifest.json``; `describe` makes one where there is none.
    manifest : mapping, optional
        The parsed manifest, if it is not in the folder.
    threads : int
        Number of threads; 0 leaves the choice to onnxruntime.

    Raises
    ------
    ModelError
        If a file is missing, is not the one that the manifest names, or can't be used.
    """
    written = manifest or _manifest(folder)
    model = read_text_manifest(written, _configs(folder, TEXT_CONFIG_FILES, written))
    for name in (model.model_file, "tokenizer.json"):
        _verify(folder, name, written)
    encoder = await InferenceSession.create(folder / model.model_file, threads=threads)
    table = model.word_table and _word_table(folder, model.word_table, written)
    session = WordTableSession(encoder, table) if table else encoder
    return await SentenceEncoder.create(session, await Tokenizer.create(folder), model, _TOKENS_PER_BATCH)


def load_metric(folder: Path) -> FloatArray:
    """The metric of a folder's text model, which must have one; raises as `load_text_encoder` does."""
    manifest = _manifest(folder)
    file = metric_file(manifest)
    _verify(folder, file, manifest)
    return read_metric((folder / file).read_bytes(), manifest)


def _word_table(folder: Path, files: TableFiles, manifest: Mapping[str, Any]) -> WordTable:
    _verify(folder, files.vocabulary, manifest)
    return WordTable.read(folder, files.vocabulary, files.rows)


def _image_encoder(folder: Path, threads: int, text_model: str) -> VisionEncoder:
    written = _manifest(folder)
    manifest = read_image_manifest(written, _configs(folder, IMAGE_CONFIG_FILES, written), text_model)

    def lazy(file: str) -> Lazy[Session]:
        async def load() -> Session:
            _verify(folder, file, written)
            return await InferenceSession.create(folder / file, threads=threads)

        return Lazy(load)

    projection = lazy(manifest.projection.file) if manifest.projection else None
    return VisionEncoder(manifest, lazy(manifest.model_file), ImageDecoder(), projection)


def describe(folder: Path, **overrides: Any) -> dict[str, Any]:
    """A ``manifest.json`` for a folder that has none.

    Parameters
    ----------
    folder : Path
        It has the model's name. It holds ``onnx/model*.onnx``, or one or both halves of a pair,
        ``onnx/text_model*.onnx`` and ``onnx/vision_model*.onnx``.
    **overrides
        What the model's own files do not give, or give wrongly: see `semblance.models.text_manifest` and
        `semblance.models.image_manifest`. A ``dtype`` chooses among several models.

    Raises
    ------
    ModelError
        If there is no model in the folder, or more than one.
    """
    dtype = overrides.get("dtype") or _only_dtype(folder)
    names = (*_onnx_files(folder, dtype), "tokenizer.json", *TEXT_CONFIG_FILES, *IMAGE_CONFIG_FILES)
    files = {name: _pin(folder / name) for name in names if (folder / name).exists()}
    return {"name": folder.name, "dtype": dtype, "files": files, **overrides}


def fingerprint(folder: Path, manifest: Mapping[str, Any]) -> str:
    """The fingerprint of a folder's text model, without its weights being read."""
    return read_text_manifest(manifest, _configs(folder, TEXT_CONFIG_FILES, manifest)).fingerprint


def check_manifest(folder: Path) -> None:
    """Raise `ModelError` unless the manifest and the model's own files give all that is needed."""
    manifest = _manifest(folder)
    if any(file.startswith(("onnx/model", "onnx/text_model", "onnx/encoder")) for file in manifest["files"]):
        read_text_manifest(manifest, _configs(folder, TEXT_CONFIG_FILES, manifest))
    if any(file.startswith("onnx/vision_model") for file in manifest["files"]):
        read_image_manifest(manifest, _configs(folder, IMAGE_CONFIG_FILES, manifest))


def dtypes_of(folder: Path) -> list[str]:
    """The dtypes of the models in a folder, fp32 first."""
    return [dtype for dtype in SUFFIXES if _onnx_files(folder, dtype)]


def _only_dtype(folder: Path) -> str:
    dtypes = dtypes_of(folder)
    if len(dtypes) > 1:
        raise ModelError(
            f"the folder holds models of dtype {', '.join(dtypes)}: say which", where=str(folder)
        )
    if not dtypes:
        raise ModelError("the folder holds 0 models of known names, not one", where=str(folder))
    return dtypes[0]


def _onnx_files(folder: Path, dtype: str) -> list[str]:
    """The model or its halves. Some exports also hold the whole beside the halves; it is left out."""
    if dtype not in SUFFIXES:
        raise ModelError(f"{dtype!r} is no dtype; known are {', '.join(SUFFIXES)}", where=str(folder))
    names = {part: f"onnx/{part}{SUFFIXES[dtype]}.onnx" for part in ("text_model", "vision_model", "model")}
    existing = {part: name for part, name in names.items() if (folder / name).exists()}
    if "text_model" in existing:
        existing.pop("model", None)
    return list(existing.values())


def _manifest(folder: Path) -> Any:
    file = folder / "manifest.json"
    if file.exists():
        return _json(file)
    return describe(folder, dtype=next(iter(dtypes_of(folder)), None))


def _configs(folder: Path, names: Iterable[str], manifest: Mapping[str, Any]) -> dict[str, Any]:
    there = [name for name in names if name in manifest.get("files", {}) or (folder / name).exists()]
    for name in there:
        _verify(folder, name, manifest)
    return {name: _json(folder / name) for name in there}


def _verify(folder: Path, name: str, manifest: Mapping[str, Any]) -> None:
    """Raise unless a file is there and the one that the manifest names, where it names one: the fingerprint relies on it."""
    pinned = manifest.get("files", {}).get(name, {})
    path, sha256 = folder / name, pinned.get("sha256", "")
    if not path.exists():
        raise ModelError("the file is missing", where=str(path))
    if sha256 and _sha256(path, pinned.get("compression", "")) != sha256:
        raise ModelError("it is not the file that the manifest names: its SHA-256 differs", where=str(path))


def _pin(path: Path) -> dict[str, Any]:
    return {"sha256": _sha256(path), "bytes": path.stat().st_size}


def _sha256(path: Path, compression: str = "") -> str:
    """The digest of a file; of what it holds, if it is compressed: its own bytes depend on the version of zlib."""
    with gzip.open(path) if compression == "gzip" else path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelError(f"it is not JSON ({error})", where=str(path)) from error
