"""The npm package: entries for bundlers, their types, and the bridge. The engine's own files stay in ``dist/``."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from semblance.parts import scripts
from semblance.parts.paths import PACKAGE, ROOT
from semblance.version import __version__
from semblance_build.assemble import deterministic_zip

SOURCE = ROOT / "npm"
ENTRIES = ("semblance.js", "bridge.js", "eleventy.js", "related-posts.js", "semantic-search.js")
ELEMENTS = ("related-posts.js", "semantic-search.js")
BRIDGE = "bridge.zip"
# What `semblance.browser.onnx` imports, all in all.
BRIDGE_MODULES = (
    "__init__.py",
    "arrays.py",
    "browser/__init__.py",
    "browser/ffi.py",
    "browser/onnx.py",
    "documents.py",
    "errors.py",
    "messages.py",
    "ranking/__init__.py",
    "ranking/vectors.py",
    "records.py",
)
BRIDGE_WORDS = "messages/*/*.toml"


def write(folder: Path) -> dict[str, int]:
    """Write the package; gives how many bytes of each entry are transferred if the host compresses.

    Parameters
    ----------
    folder : Path
        What is in it is removed.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in SOURCE.iterdir():
        shutil.copy(path, folder)
    described = json.loads((SOURCE / "package.json").read_text(encoding="utf-8"))
    described = {"name": described.pop("name"), "version": __version__, **described}
    (folder / "package.json").write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")
    shutil.copy(ROOT / "LICENSE", folder)
    for name in ELEMENTS:
        (folder / name).write_bytes(scripts.read_script(scripts.JAVASCRIPT / "blog" / name))
    deterministic_zip(folder / BRIDGE, _bridge())
    return {name: len(gzip.compress((folder / name).read_bytes(), 9, mtime=0)) for name in (*ENTRIES, BRIDGE)}


def _bridge() -> Iterator[tuple[str, bytes]]:
    for path in [*(PACKAGE / name for name in BRIDGE_MODULES), *PACKAGE.glob(BRIDGE_WORDS)]:
        yield f"semblance/{path.relative_to(PACKAGE).as_posix()}", path.read_bytes()
