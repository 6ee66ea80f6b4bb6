"""Where the built models are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def text_model_folder() -> Path:
    """Folder of the built all-MiniLM-L6-v2; SEMBLANCE_MODELS names the folder that it lies in."""
    models = os.environ.get("SEMBLANCE_MODELS")
    if models is None:
        pytest.skip("SEMBLANCE_MODELS names no folder of built models; `python build.py test` sets it")
    folder = Path(models) / "all-MiniLM-L6-v2"
    if not (folder / "onnx" / "model_quantized.onnx").exists():
        pytest.skip(f"{folder} holds no built model; `python build.py` builds it")
    return folder
