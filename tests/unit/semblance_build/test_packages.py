"""Packages of tools are installed into the cache once, even if two processes want them at once."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from semblance_build import packages

# Ends when somebody else is installing, or has installed, the same.
INSTALL = """
import os, pathlib
while len(os.listdir("..")) < 2:
    pass
pathlib.Path("tool").touch()
"""


def test_two_that_install_the_same_at_once_share_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, pins = tmp_path / "cache", tmp_path / "requirements.txt"
    pins.write_text("tool==1.0\n")
    monkeypatch.setenv("SEMBLANCE_CACHE", str(cache))
    with ThreadPoolExecutor(2) as pool:
        command = [sys.executable, "-c", INSTALL]
        installing = [pool.submit(packages.installed, "tools", [pins], command) for _ in range(2)]
        folders = {each.result() for each in installing}
    assert list(cache.iterdir()) == list(folders)
    assert [path.name for folder in folders for path in folder.glob("tool")] == ["tool"]
