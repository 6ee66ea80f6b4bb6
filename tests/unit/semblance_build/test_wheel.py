"""The wheel is the product: installed in an empty environment, its command works, and the workshop is not in it."""

from __future__ import annotations

import json
import shutil
import sys
import tarfile
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path, PurePosixPath

import pytest

from semblance.parts.paths import ROOT
from semblance.version import __version__
from wheel import CONSTRAINTS, RESOURCES, SDIST_ONLY, files, kept, pip, run
from wheel import archives as wheel_archives


@pytest.fixture(scope="module")
def archives() -> Path:
    """A folder with the wheel and the source archive."""
    return wheel_archives()


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
