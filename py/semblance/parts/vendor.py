"""Read the pins of ``static/vendor.lock``, fetch the files, and put them in place."""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

from semblance.parts.errors import BuildError, FetchError
from semblance.parts.fetch import fetch
from semblance.parts.paths import ROOT

LOCK = ROOT / "static" / "vendor.lock"
APP, BLOG = "app", "blog"
SITE = "site"


@dataclass(frozen=True, slots=True)
class Vendored:
    """One third-party file.

    ``to`` is its path in ``dist/``; it is empty for a wheel, whose modules go into ``py/PACKAGE.tar.gz``. ``use`` is
    `BLOG` for files that only the blog kit needs.
    """

    name: str
    version: str
    licence: str
    sha256: str
    sources: tuple[str, ...]
    to: str = ""
    use: str = APP
    package: str = SITE


def read_lock(path: Path = LOCK) -> list[Vendored]:
    """Every pinned file, in the order of the lock."""
    parts = tomllib.loads(path.read_text(encoding="utf-8"))["part"]
    return [
        Vendored(
            name=part["name"],
            version=part["version"],
            licence=part["licence"],
            sha256=file["sha256"],
            sources=tuple(file["sources"]),
            to=file.get("to", ""),
            use=part.get("use", APP),
            package=part.get("package", SITE),
        )
        for part in parts
        for file in part["files"]
    ]


def fetch_all(files: list[Vendored]) -> dict[Vendored, Path]:
    """The verified cache path of each file. All files that can't be fetched are named before the build stops."""
    paths, problems = {}, []
    for file in files:
        label = f"{file.name} {file.version} ({Path(file.to).name or 'wheel'})"
        try:
            paths[file] = fetch(label, file.sha256, file.sources)
        except FetchError as error:
            problems.append(str(error))
    if problems:
        raise BuildError("\n".join(problems))
    return paths


def place(paths: dict[Vendored, Path], dist: Path) -> None:
    """Copy the files that are served as they are, from these paths."""
    for file, path in paths.items():
        if file.to:
            target = dist / file.to
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
