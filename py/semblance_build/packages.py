"""Packages of tools beside our own environment, installed once into the cache, outside the tree."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from semblance.parts.paths import cache_dir, settle

NPM = ["npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
"""Installs exactly what the ``package-lock.json`` of the folder names, with those hashes."""


def installed(name: str, pins: Sequence[Path], install: Sequence[str]) -> Path:
    """The folder in the cache with these packages, installed when it is not there yet.

    Parameters
    ----------
    name : str
        What the folder's path in the cache begins with.
    pins : sequence of Path
        Files that name the exact versions. Where one changes, the packages are installed anew.
    install : sequence of str
        The command that installs into its working folder, which holds copies of the pins.
    """
    contents = {pin.name: pin.read_bytes() for pin in pins}
    key = hashlib.sha256(b"\n".join([sys.version.encode(), *contents.values()])).hexdigest()[:16]
    folder = cache_dir() / f"{name}-{key}"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(dir=folder.parent))
        try:
            for file_name, data in contents.items():
                (aside / file_name).write_bytes(data)
            subprocess.run(install, cwd=aside, check=True, capture_output=True, text=True)
            settle(aside, folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return folder
