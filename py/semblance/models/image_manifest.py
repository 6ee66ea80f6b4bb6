"""What an image model is, gathered from its manifest and from the files that transformers exports.

The model's folder holds ``config.json``, ``preprocessor_config.json`` and ``onnx/vision_model{suffix}.onnx``, with a
``manifest.json`` that names the model and lists its files:

>>> manifest = {"name": "mine", "dtype": "int8", "dims": 384, "logit_scale": 20, "files": {
...     "onnx/vision_model_int8.onnx": {"sha256": "ab" * 32, "bytes": 10}}}
>>> rules = {"size": {"height": 224, "width": 224}, "resample": 3, "do_normalize": False}
>>> model = read_image_manifest(manifest, {"preprocessor_config.json": rules})
>>> model.model_file, model.dims, model.preprocessing.size
('onnx/vision_model_int8.onnx', 384, (224, 224))
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from semblance.errors import ModelError
from semblance.models.manifest import CLASS_DEFAULTS, SUFFIXES, name_and_dtype
from semblance.models.preprocessing import Preprocessing, read_preprocessing

IMAGE_CONFIG_FILES = ("config.json", "preprocessor_config.json")
"""The files that `read_image_manifest` looks at, where a folder has them."""

CLIP_LOGIT_SCALE = 100.0
"""All of OpenAI's CLIP models were trained to this scale. Their config.json gives the initial value only."""


@dataclass(frozen=True, slots=True)
class Projection:
    """A linear map from the space of an image model into that of another text model than its own.

    Parameters
    ----------
    file : str
        Path of an ONNX file that takes ``image_embeds`` (b, d) and gives vectors of the other space.
    sha256 : str
        Of the file, in hexadecimal.
    bytes : int
        Its size; 0 if not known.
    """

    file: str
    sha256: str
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class ImageManifest:
    """All that the encoder and the loader need to know of an image model.

    Parameters
    ----------
    name : str
        For people.
    dims : int
        Length of its vectors.
    model_file : str
        Path of the ONNX file in the model's folder.
    sha256 : str
        Of the ONNX file, in hexadecimal.
    bytes : int
        Its size; 0 if not known.
    logit_scale : float
        What cosines are multiplied by before the softmax over several texts. (SigLIP's bias is left out: a number
        that is added to all scores does not change a softmax.)
    preprocessing : Preprocessing
    projection : Projection, optional
        Into the space that was asked for, if it is not the model's own.
    """

    name: str
    dims: int
    model_file: str
    sha256: str
    bytes: int
    logit_scale: float
    preprocessing: Preprocessing
    projection: Projection | None = None

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same picture could get another vector: the ONNX files, and how they are used."""
        settings = [self.sha256, self.dims, self.preprocessing.fingerprint]
        if self.projection is not None:
            settings.append(self.projection.sha256)
        return hashlib.sha256(json.dumps(settings).encode()).hexdigest()[:32]


def read_image_manifest(
    manifest: Mapping[str, Any], configs: Mapping[str, Any], text_model: str = ""
) -> ImageManifest:
    """Describe an image model.

    Parameters
    ----------
    manifest : mapping
        The parsed ``manifest.json``: ``name``, ``dtype``, ``files`` (``{"sha256": ..., "bytes": ...}`` by path), and
        ``dims`` and ``logit_scale`` where the model's own files do not give them.
    configs : mapping of str to parsed JSON
        Those of `IMAGE_CONFIG_FILES` that the folder has, by their paths.
    text_model : str
        The text model whose space the vectors are for. The manifest's ``projections`` has, by such names, the ``file``
        of the linear map into that space, and the ``logit_scale`` there. A name that is not there is the model's own.

    Raises
    ------
    ModelError
        If a value that is needed is given nowhere, or pictures must be prepared in an unknown way.
    """
    name, dtype = name_and_dtype(manifest)
    config = configs.get("config.json", {})
    dims = manifest.get("dims") or _dims(config)
    into = manifest.get("projections", {}).get(text_model, {})
    logit_scale = into.get("logit_scale") or manifest.get("logit_scale") or _logit_scale(config)
    if dims is None or logit_scale is None:
        missing = "dims" if dims is None else "logit_scale"
        raise ModelError("models.no_image_field", field=missing, where=name)
    model_file = f"onnx/vision_model{SUFFIXES[dtype]}.onnx"
    pinned = manifest.get("files", {}).get(model_file, {})
    if not pinned.get("sha256"):
        raise ModelError("models.no_sha256", file=model_file, where=name)
    try:
        preprocessing = read_preprocessing(configs.get("preprocessor_config.json", {}))
    except ModelError as error:
        error.where = name
        raise
    return ImageManifest(
        name=name,
        dims=int(dims),
        model_file=model_file,
        sha256=pinned["sha256"],
        bytes=pinned.get("bytes", 0),
        logit_scale=float(logit_scale),
        preprocessing=preprocessing,
        projection=_projection(into, manifest) if into else None,
    )


def _projection(into: Mapping[str, Any], manifest: Mapping[str, Any]) -> Projection:
    pinned = manifest.get("files", {}).get(into["file"], {})
    if not pinned.get("sha256"):
        raise ModelError("models.no_sha256", file=into["file"], where=manifest["name"])
    return Projection(into["file"], pinned["sha256"], pinned.get("bytes", 0))


def _dims(config: Mapping[str, Any]) -> int | None:
    """Size of the projection, else of the last layer; that of the vision half, if the model has two halves."""
    parts = config, config.get("vision_config") or {}, CLASS_DEFAULTS.get(config.get("model_type", ""), {})
    sizes = (part.get(key) for key in ("projection_dim", "hidden_size") for part in parts)
    return next((int(size) for size in sizes if size), None)


def _logit_scale(config: Mapping[str, Any]) -> float | None:
    return CLIP_LOGIT_SCALE if str(config.get("model_type", "")).startswith("clip") else None
