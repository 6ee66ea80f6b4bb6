"""Pagefind, the usual search for static sites (MIT), as npm has it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from semblance.parts.errors import BuildError
from semblance.parts.fetch import fetch

VERSION = "1.6.0"
LABEL = f"Pagefind {VERSION}"

_SHA256 = "ac6240c0481cd82eaaed2dbac84037259de686c924d50954f6d0dfbf82f6cfcc"
_SOURCE = f"npm:@pagefind/linux-x64@{VERSION}!bin/pagefind_extended"


def available() -> bool:
    """Whether this machine can run the binary that is pinned."""
    return (platform.system(), platform.machine()) == ("Linux", "x86_64")


def index(site: Path) -> float:
    """Index a site, into its folder ``pagefind/``; seconds."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder, "pagefind")
        shutil.copyfile(fetch(LABEL, _SHA256, [_SOURCE]), program)
        program.chmod(0o755)
        started = time.monotonic()
        done = subprocess.run(
            [str(program), "--site", str(site)],
            capture_output=True,
            text=True,
            env=dict(os.environ),
            check=False,
        )
        seconds = time.monotonic() - started
    if done.returncode:
        raise BuildError(f"Pagefind failed:\n{done.stdout}{done.stderr}")
    return seconds
