"""The labs' tools in CPython, with the real models of the built site."""

from __future__ import annotations

from pathlib import Path

import pytest

from aio import run
from semblance.native.labs import Tools, load_tools


@pytest.fixture(scope="session")
def tools(dist: Path) -> Tools:
    """Tools for lessons; shared, since the models take a second to load."""
    return run(load_tools(dist))
