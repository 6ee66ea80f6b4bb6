"""The peer of the bench: Transformers.js, and the ONNX Runtime that it pins, as npm has them."""

from __future__ import annotations

import shutil
from pathlib import Path

from semblance.parts.fetch import fetch

VERSION = "4.3.1"
ORT_VERSION = "1.31.0-dev.20260914-8d85527a0"  # the one that this version of Transformers.js asks for

_TRANSFORMERS = f"npm:@huggingface/transformers@{VERSION}!dist"
_ORT = f"npm:onnxruntime-web@{ORT_VERSION}!dist"
# SHA-256 and source of each file. "asyncify" is what Transformers.js loads in Chromium, WebGPU or not.
_FILES = {
    "transformers.min.js": (
        "8d6716d9086f57c30a4bf367dba61b887593573c770c454465e8019b2703e743",
        _TRANSFORMERS,
    ),
    "ort-wasm-simd-threaded.asyncify.mjs": (
        "0966b6105cd936744498aa60df7a22cbd47af3374dbc64a9ab561c08a71e3611",
        _ORT,
    ),
    "ort-wasm-simd-threaded.asyncify.wasm": (
        "49871f5a4409519797e127440868a6d1923339d9185907f301a5b2a1d90af082",
        _ORT,
    ),
}


def place(folder: Path) -> None:
    """Put the files under ``folder/peer``, fetched and verified."""
    target = folder / "peer"
    target.mkdir(parents=True, exist_ok=True)
    for name, (sha256, source) in _FILES.items():
        path = fetch(f"Transformers.js {VERSION} ({name})", sha256, [f"{source}/{name}"])
        shutil.copyfile(path, target / name)
