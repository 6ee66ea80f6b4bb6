"""Write the files that Python starts with on the site: its modules, numpy's libraries, and a snapshot of its memory.

The snapshot is the memory of a Python that runs and has imported what every page needs. A page copies it instead of
starting Python and importing. `static/js/python.js` is the reader of these files.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from semblance.parts import inside
from semblance.parts.paths import cache_dir

# The libraries that `import numpy` loads. They are linked before Python starts, in this order. Others are loaded on use.
LIBRARIES = ("numpy/_core/_multiarray_umath", "numpy/linalg/_umath_linalg")
# What Pyodide loads by itself at its start.
RUNTIME = ("pyodide.asm.wasm", "python_stdlib.zip")


def write(
    dist: Path,
    files: Mapping[str, bytes],
    pyodide: Path,
    packages: Mapping[str, Mapping[str, bytes]] | None = None,
    *,
    memory: bool = True,
) -> None:
    """Write ``py/`` of the site.

    Parameters
    ----------
    dist : Path
    files : mapping
        Contents of site-packages by path, modules compiled.
    pyodide : Path
        Folder of Pyodide's own files.
    packages : mapping, optional
        Packages that are added to site-packages only on demand: the files of each package, by its name.
    memory : bool
        Whether to make a snapshot. Without one, Python starts the long way.

    Raises
    ------
    BuildError
    """
    libraries = {_file(name, files): files[_file(name, files)] for name in LIBRARIES}
    # Python checks that the libraries exist, but does not read those that are already linked.
    site = dict(files) | dict.fromkeys(libraries, b"")
    layout: dict[str, Any] = {
        "site": _write(dist, "py/site.tar.gz", _gzip(inside.tar(site))),
        "libraries": [
            {"name": name, **_write(dist, f"py/{Path(name).name.partition('.')[0]}.wasm", data)}
            for name, data in libraries.items()
        ],
        # Pyodide loads these by itself; a page tells how much of them has arrived.
        "runtime": [
            {"path": f"static/vendor/pyodide/{name}", "bytes": (pyodide / name).stat().st_size}
            for name in RUNTIME
        ],
        "packages": {
            name: _write(dist, f"py/{name}.tar.gz", _gzip(inside.tar(files)))
            for name, files in (packages or {}).items()
        },
    }
    if memory:
        image, table = inside.run("prepare_memory.py", pyodide, site, libraries, snapshot=True)
        layout |= {"snapshot": _write(dist, "py/snapshot.gz", _gzip(image)), "table": table}
    text = json.dumps(layout, indent=2)
    (dist / "py" / "layout.js").write_text(
        f"// What the build made for Python's start.\n\nexport const layout = {text};\n", encoding="utf-8"
    )


def _file(library: str, files: Mapping[str, bytes]) -> str:
    (path,) = (path for path in files if path.startswith(f"{library}.") and path.endswith(".so"))
    return path


def _gzip(data: bytes) -> bytes:
    """Data at gzip's best compression. It takes seconds, so the result is kept in the cache."""
    kept = cache_dir() / "gzip" / hashlib.sha256(data + zlib.ZLIB_RUNTIME_VERSION.encode()).hexdigest()
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as aside:
            aside.write(gzip.compress(data, 9, mtime=0))
        Path(aside.name).replace(kept)  # whole or not at all
    return kept.read_bytes()


def _write(dist: Path, path: str, data: bytes) -> dict[str, Any]:
    (dist / path).write_bytes(data)
    return {"path": path, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
