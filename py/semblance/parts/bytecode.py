"""Compile modules with the Python that runs in the browser, so that it need not compile them at its start."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

from semblance.parts import inside


def compiled(files: Mapping[str, bytes], pyodide: Path) -> dict[str, bytes]:
    """The files, with a ``.pyc`` in place of each ``.py``.

    Parameters
    ----------
    files : mapping
        Contents of files by their paths in site-packages.
    pyodide : Path
        Folder of Pyodide's own files.

    Raises
    ------
    BuildError
    """
    sources = {name: data for name, data in files.items() if name.endswith(".py")}
    output, _ = inside.run("compile_site.py", pyodide, sources, {})
    others = {name: data for name, data in files.items() if name not in sources}
    return others | _members(output)


def _members(data: bytes) -> dict[str, bytes]:
    contents = {}
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive:
            file = archive.extractfile(member)
            assert file is not None, f"{member.name} is no file"
            contents[member.name] = file.read()
    return contents
