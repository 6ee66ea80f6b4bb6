"""What Python starts with on the site: its modules, numpy's libraries, and a snapshot of its memory.

The snapshot is Python's memory once it runs and has imported what every page needs, so a page copies it in instead of
starting and importing. `static/js/python.js` is the other end of it.
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

# Those that `import numpy` loads; they are linked before Python starts, in this order. The rest is loaded on use.
LIBRARIES = ("numpy/_core/_multiarray_umath", "numpy/linalg/_umath_linalg")


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
        What is added to site-packages only when it is asked for: the files of each package, by its name.
    memory : bool
        Whether there is to be a snapshot; without, Python starts in full.

    Raises
    ------
    BuildError
    """
    libraries = {_file(name, files): files[_file(name, files)] for name in LIBRARIES}
    # Python looks whether they are there, but does not read what is linked already.
    site = dict(files) | dict.fromkeys(libraries, b"")
    layout: dict[str, Any] = {
        "site": _write(dist, "py/site.tar.gz", _gzip(inside.tar(site))),
        "libraries": [
            {"name": name, **_write(dist, f"py/{Path(name).name.partition('.')[0]}.wasm", data)}
            for name, data in libraries.items()
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
    (found,) = (name for name in files if name.startswith(f"{library}.") and name.endswith(".so"))
    return found


def _gzip(data: bytes) -> bytes:
    """Compressed as far as gzip can, which takes seconds: kept in the cache."""
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
