"""What a text model's manifest and an image model's have in common.

A model lies in a folder in the layout that transformers.js reads, with a ``manifest.json`` that names it and lists its
files. A text model is ``onnx/model{suffix}.onnx``. A pair such as CLIP has two halves, ``onnx/text_model{suffix}.onnx``
and ``onnx/vision_model{suffix}.onnx``. `semblance.models.text_manifest` and `semblance.models.image_manifest` read the
two kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from semblance.errors import ModelError

SUFFIXES = {
    "fp32": "",
    "fp16": "_fp16",
    "q8": "_quantized",
    "int8": "_int8",
    "uint8": "_uint8",
    "q4": "_q4",
    # What sentence-transformers calls its exports: optimised ones, and 8-bit ones by the processor they are for.
    **{level: f"_{level}" for level in ("O1", "O2", "O3", "O4")},
    **{kind: f"_{kind}" for kind in ("qint8_arm64", "qint8_avx512", "qint8_avx512_vnni", "quint8_avx2")},
}
"""How a dtype is written in a file's name, as in transformers.js and sentence-transformers."""

CLASS_DEFAULTS: dict[str, dict[str, int]] = {
    "clip": {"projection_dim": 512, "max_position_embeddings": 77},
    "siglip": {"hidden_size": 768, "max_position_embeddings": 64},
    "siglip2": {"hidden_size": 768, "max_position_embeddings": 64},
}
"""Defaults of model classes, by ``model_type``. transformers leaves out of config.json what equals them."""


def name_and_dtype(manifest: Mapping[str, Any]) -> tuple[str, str]:
    """The model's name, and its dtype, which is a key of `SUFFIXES`.

    Raises
    ------
    ModelError
        If the manifest lacks one of them.
    """
    name, dtype = str(manifest.get("name", "")), manifest.get("dtype")
    if not name or dtype not in SUFFIXES:
        raise ModelError("models.manifest", dtypes=", ".join(SUFFIXES), where=name)
    return name, dtype
