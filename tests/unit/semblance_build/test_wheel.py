"""The wheel is the product: installed in an empty environment, its command works, and the workshop is not in it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path, PurePosixPath

import pytest

from semblance.parts.paths import ROOT, cache_dir
from semblance.version import __version__

CONSTRAINTS = ROOT / "constraints.txt"
MANIFEST = "models/all-MiniLM-L6-v2/manifest.json"
MULTILINGUAL = "models/multilingual-e5-small"
RESOURCES = (
    "static/js",
    "static/vendor.lock",
    "static/wasm/bert.wasm",
    MANIFEST,
    f"{MULTILINGUAL}/manifest.json",
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
            made.rename(folder)
    return folder


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
def wheel(archives: Path) -> Path:
    (wheel,) = archives.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def dependencies(wheel: Path) -> Path:
    """A folder with what the wheel says that it needs, and nothing else."""
    with zipfile.ZipFile(wheel) as archive:
        metadata = message_from_bytes(archive.read(f"semblance-{__version__}.dist-info/METADATA"))
    required: list[str] = metadata.get_all("Requires-Dist", [])

    def make(folder: Path) -> None:
        pip(sys.executable, "install", "--target", folder, *required)

    return kept("wheel-dependencies", "\n".join([*required, CONSTRAINTS.read_text(encoding="utf-8")]), make)


@pytest.fixture(scope="module")
def installed(wheel: Path, dependencies: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the programs of an environment in which pip installed the wheel, its dependencies at hand."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(f"{dependencies}\n")
    pip(folder / "bin" / "python", "install", "--no-index", wheel)
    return folder / "bin"


def members(archive: Path) -> set[str]:
    """The files of a wheel, or of a source archive without its first folder."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as opened:
            return set(opened.namelist())
    with tarfile.open(archive) as opened_tar:
        return {str(PurePosixPath(*PurePosixPath(name).parts[1:])) for name in opened_tar.getnames()}


def test_the_wheel_holds_the_package_and_what_it_opens(wheel: Path) -> None:
    package = {path.relative_to(ROOT / "py").as_posix() for path in files("py/semblance")}
    resources = {f"semblance/resources/{path.relative_to(ROOT).as_posix()}" for path in files(*RESOURCES)}
    about = {name for name in members(wheel) if name.startswith(f"semblance-{__version__}.dist-info/")}
    assert members(wheel) - about == package | resources
    assert "semblance/py.typed" in package


def test_the_source_archive_holds_what_the_wheel_is_built_from(archives: Path) -> None:
    (sdist,) = archives.glob("*.tar.gz")
    sources = files("py/semblance", *RESOURCES, *SDIST_ONLY, "pyproject.toml", "README.md", "LICENSE")
    expected = {path.relative_to(ROOT).as_posix() for path in sources}
    assert members(sdist) - {"PKG-INFO", ".gitignore"} == expected


def test_the_command_works_where_nothing_else_is_installed(installed: Path, tmp_path: Path) -> None:
    assert run(installed / "semblance", "--version", cwd=tmp_path) == f"semblance {__version__}\n"
    blog = tmp_path / "blog"
    shutil.copytree(ROOT / "static" / "sample-blog", blog, ignore=shutil.ignore_patterns("semblance"))
    assert "12 posts" in run(installed / "semblance", "site", blog, "--engine", cwd=tmp_path)
    (engine,) = blog.glob("semblance/engine-*")
    assert (engine / "static" / "wasm" / "bert.wasm").is_file()
    related = json.loads((blog / "semblance/related/posts/reading-a-tide-table.json").read_bytes())["related"]
    assert related[0]["url"] == "posts/the-estuary-by-bicycle/"
