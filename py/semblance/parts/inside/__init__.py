"""Run a script in the site's own Pyodide, in Node, because the browser's Python runs only there.

Results are kept in the cache, by everything that they depend on.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

from semblance.parts.errors import BuildError
from semblance.parts.paths import ROOT, cache_dir, settle

HERE = Path(__file__).parent
LAYOUT = ROOT / "static" / "js" / "python-layout.js"  # shared with the page
_EPOCH = 315532800  # 1980-01-01

Files = Mapping[str, bytes]
"""Contents of files by their paths."""


def run(
    script: str, pyodide: Path, site: Files, libraries: Files, *, snapshot: bool = False
) -> tuple[bytes, int]:
    """Run a script with these files in site-packages.

    Parameters
    ----------
    script : str
        Name of a file of this folder.
    pyodide : Path
        Folder of Pyodide's own files.
    site : mapping
        Files for site-packages.
    libraries : mapping
        Shared libraries that are linked before Python starts, in this order.
    snapshot : bool
        Whether to return Python's memory after the script; else the bytes that the script returns.

    Returns
    -------
    output : bytes
    table : int
        Entries of the function table when Python starts.

    Raises
    ------
    BuildError
    """
    archive = tar(site)
    key = _digest(script, pyodide, archive, libraries, snapshot)
    kept = cache_dir() / "inside" / key
    if not kept.is_dir():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            _run(Path(folder), script, pyodide, archive, libraries, snapshot)
            settle(Path(folder) / "result", kept)
    return (kept / "output").read_bytes(), int((kept / "table").read_text())


def tar(files: Files) -> bytes:
    """A tar whose bytes depend only on names and contents."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(data), _EPOCH
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def _digest(script: str, pyodide: Path, archive: bytes, libraries: Files, snapshot: bool) -> str:
    digest = hashlib.sha256(repr((snapshot, list(libraries))).encode())
    texts = [HERE / "run.mjs", HERE / script, LAYOUT, *sorted(path for path in pyodide.iterdir())]
    for data in [archive, *libraries.values(), *(path.read_bytes() for path in texts)]:
        digest.update(hashlib.sha256(data).digest())
    return digest.hexdigest()


def _run(folder: Path, script: str, pyodide: Path, archive: bytes, libraries: Files, snapshot: bool) -> None:
    result, engine = folder / "result", folder / "pyodide"
    result.mkdir()
    shutil.copytree(pyodide, engine)
    shutil.copyfile(LAYOUT, engine / "python-layout.mjs")
    (folder / "site.tar").write_bytes(archive)
    for number, data in enumerate(libraries.values()):
        (folder / str(number)).write_bytes(data)
    task = {
        "pyodide": str(engine),
        "site": str(folder / "site.tar"),
        "libraries": {name: str(folder / str(number)) for number, name in enumerate(libraries)},
        "script": str(HERE / script),
        "output": str(result / "output"),
        "snapshot": snapshot,
    }
    (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")
    (result / "table").write_text(str(_node(folder / "task.json")["table"]))


def _node(task: Path) -> dict[str, int]:
    if shutil.which("node") is None:
        raise BuildError("Node.js is not installed. Install Node.js 20 or newer, then run the same again.")
    command = ["node", str(HERE / "run.mjs"), str(task)]
    environment = os.environ | {"TZ": "UTC", "NODE_OPTIONS": ""}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode != 0:
        # Node repeats the source line of an error, and that line may be a megabyte long.
        lines = [line[:300] for line in (done.stderr + done.stdout).strip().splitlines()]
        raise BuildError("Python could not be prepared in Node.js:\n    " + "\n    ".join(lines[-30:]))
    answer: dict[str, int] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer
