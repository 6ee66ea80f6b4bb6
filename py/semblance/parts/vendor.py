"""What ``static/vendor.lock`` pins, and putting it in place."""

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
    """One file that others wrote.

    ``to`` is its path in ``dist/``; empty for a wheel, whose modules go into ``py/PACKAGE.tar.gz``. ``use`` is `BLOG` for
    what only the blog kit needs.
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
    """Verified cache path of each file; every part that can't be had is named before the build stops."""
    found, problems = {}, []
    for file in files:
        label = f"{file.name} {file.version} ({Path(file.to).name or 'wheel'})"
        try:
            found[file] = fetch(label, file.sha256, file.sources)
        except FetchError as error:
            problems.append(str(error))
    if problems:
        raise BuildError("\n".join(problems))
    return found


def place(found: dict[Vendored, Path], dist: Path) -> None:
    """Copy the files that are served as they are."""
    for file, cached in found.items():
        if file.to:
            target = dist / file.to
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(cached, target)
