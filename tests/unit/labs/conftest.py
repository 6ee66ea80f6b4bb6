"""The labs' tools in CPython, with the real models of the built site."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aio import run
from semblance.native.labs import Tools, load_tools


@pytest.fixture(scope="session")
def tools() -> Tools:
    """Tools for lessons; shared, since the models take a second to load."""
    models = os.environ.get("SEMBLANCE_MODELS")
    if models is None:
        pytest.skip("SEMBLANCE_MODELS names no folder of built models; `python build.py test` sets it")
    if not (Path(models) / "index.json").exists():
        pytest.skip(f"{models} holds no built models; `python build.py` builds them")
    return run(load_tools(Path(models).parent))
