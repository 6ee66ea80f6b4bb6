"""The wheel and the source archive are what a package index takes: `twine` itself says so."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from ecosystem.conftest import INSTALL
from semblance_build import packages
from wheel import archives

REQUIREMENTS = Path(__file__).with_name("release") / "requirements.txt"


def test_twine_finds_nothing_wrong(aloud: Callable[[], AbstractContextManager[None]]) -> None:
    with aloud():
        tools = packages.installed("release", [REQUIREMENTS], INSTALL)
    files = sorted(archives().iterdir())
    assert [file.suffix for file in files] == [".whl", ".gz"]
    done = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *files],
        env=os.environ | {"PYTHONPATH": str(tools), "COLUMNS": "300", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("PASSED") == len(files)
