"""The scripts that search the reader's index, in a folder whose name changes with them."""

from __future__ import annotations

from pathlib import Path

from semblance.blog.engine import script_files
from semblance.blog.writing import hashed, write
from semblance.parts.paths import ROOT
from semblance.parts.scripts import read_script

ENTRIES = ("blog/reader/search.js",)


def write_scripts(folder: Path) -> str:
    """Write the scripts into a folder; gives the name of theirs, ``reader-`` and a digest of them."""
    scripts = {script.as_posix(): read_script(script) for script in script_files(ROOT, ENTRIES)}
    digests = [f"{hashed(data)} {path}" for path, data in sorted(scripts.items())]
    name = f"reader-{hashed(chr(10).join(digests).encode())}"
    for path, data in scripts.items():
        write(folder / name / path, data)
    return name
