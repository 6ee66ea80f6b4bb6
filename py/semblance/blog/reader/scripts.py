"""The scripts that search the reader's index, in a folder whose name changes with them."""

from __future__ import annotations

from pathlib import Path

from semblance.blog.engine import SCRIPTS, script_files
from semblance.blog.writing import hashed, write
from semblance.parts.paths import ROOT
from semblance.parts.scripts import read_script

ENTRIES = ("blog/reader/search.js",)


def write_scripts(folder: Path) -> list[str]:
    """Write the scripts into a folder of their own, ``reader-`` and a digest of them, in this one.

    Returns
    -------
    list of str
        Their paths from `folder`, the entry first.
    """
    scripts = {script.as_posix(): read_script(script) for script in script_files(ROOT, ENTRIES)}
    digests = [f"{hashed(data)} {path}" for path, data in sorted(scripts.items())]
    name = f"reader-{hashed(chr(10).join(digests).encode())}"
    for path, data in scripts.items():
        write(folder / name / path, data)
    entries = [(SCRIPTS / entry).as_posix() for entry in ENTRIES]
    return [f"{name}/{path}" for path in [*entries, *sorted(scripts.keys() - set(entries))]]
