"""The wheel and the source archive of the tree as it is, built once and kept in the cache."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from semblance.parts.paths import ROOT, cache_dir, settle

CONSTRAINTS = ROOT / "constraints.txt"
MANIFEST = "models/all-MiniLM-L6-v2/manifest.json"
MULTILINGUAL = "models/multilingual-e5-small"
RESOURCES = (
    "static/js",
    "static/sbom.cdx.json",
    "static/vendor.lock",
    "static/wasm/bert.wasm",
    MANIFEST,
    f"{MULTILINGUAL}/manifest.json",
    f"{MULTILINGUAL}/metric.npy",
    f"{MULTILINGUAL}/order.xz",
)
SDIST_ONLY = ("static/wasm/bert.c",)
SOURCES = (
    "py/semblance",
    *RESOURCES,
    *SDIST_ONLY,
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "constraints.txt",
)


def files(*names: str) -> list[Path]:
    paths = [path for name in names for path in (ROOT / name, *(ROOT / name).rglob("*"))]
    return sorted(path for path in paths if path.is_file() and "__pycache__" not in path.parts)


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env=inherited | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def pip(interpreter: str | Path, *arguments: str | Path) -> None:
    """Pip takes the versions of constraints.txt, for building too."""
    run(interpreter, "-m", "pip", "--quiet", *arguments, PIP_CONSTRAINT=str(CONSTRAINTS))


def kept(kind: str, key: str, make: Callable[[Path], None]) -> Path:
    """A folder of the cache, made unless there is one that was made of the same."""
    folder = cache_dir() / kind / hashlib.sha256(f"{sys.version}\n{key}".encode()).hexdigest()[:16]
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as aside:
            made = Path(aside) / "made"
            made.mkdir()
            make(made)
            settle(made, folder)
    return folder


def archives() -> Path:
    """A folder with the wheel and the source archive."""

    def make(folder: Path) -> None:
        pip(sys.executable, "wheel", "--no-deps", "--wheel-dir", folder, ROOT)
        with tempfile.TemporaryDirectory() as backend:
            pip(sys.executable, "install", "--target", backend, "hatchling")
            build = f"from hatchling.build import build_sdist; build_sdist({str(folder)!r})"
            run(sys.executable, "-c", build, PYTHONPATH=backend)

    lines = [
        f"{path.relative_to(ROOT)} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in files(*SOURCES)
    ]
    return kept("wheels", "\n".join(lines), make)
