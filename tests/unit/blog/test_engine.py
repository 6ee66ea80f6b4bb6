"""The engine folder of the blog kit."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from semblance.blog.engine import About, about, engine_files, package_files
from semblance.parts.paths import ROOT
from semblance.version import __version__

IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*"(\.[^"]+)\"""")
ASSET = re.compile(r"""asset\("([^"]+)"\)""")
MOST_DOWNLOADED = 33e6


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kit")
    return folder / engine_files(folder)


def test_it_is_named_after_its_contents_and_written_once(engine: Path) -> None:
    assert re.fullmatch(r"engine-[0-9a-f]{16}", engine.name)
    assert engine_files(engine.parent) == engine.name
    assert [path.name for path in engine.parent.iterdir()] == [engine.name]


def test_it_says_what_it_is(engine: Path) -> None:
    described: About = about(engine)
    assert (described.format, described.version) == (1, __version__)
    assert described.model["name"] == "all-MiniLM-L6-v2"
    assert described.model["dims"] == 384
    size = sum(
        path.stat().st_size for path in engine.rglob("*") if path.name != "engine.json" and path.is_file()
    )
    assert described.size == size
    assert 20e6 < described.download < min(size, MOST_DOWNLOADED)


def test_every_file_that_its_scripts_name_is_in_it(engine: Path) -> None:
    optional = "vendor/onnxruntime/"  # loaded for models that the engine does not have
    missing = []
    for script in (engine / "static" / "js").rglob("*.js"):
        text = script.read_text(encoding="utf-8")
        named = [script.parent / path for path in IMPORT.findall(text)]
        named += [engine / path for path in ASSET.findall(text) if "${" not in path]
        missing += [str(path) for path in named if not path.exists() and optional not in str(path)]
    assert missing == []


def test_it_holds_nothing_that_only_the_app_needs(engine: Path) -> None:
    names = " ".join(path.relative_to(engine).as_posix() for path in engine.rglob("*"))
    for left_out in ("pyscript", "onnxruntime", "snapshot", "vision", "sw.js", "index.html", "__pycache__"):
        assert left_out not in names
    modules = " ".join(path.as_posix() for path in package_files())
    assert "browser/blog/service.py" in modules
    assert "browser/pages" not in modules
    assert [path.name for path in (engine / "models").iterdir() if path.is_dir()] == ["all-MiniLM-L6-v2"]


def test_the_scripts_with_stable_names_are_of_this_version() -> None:
    text = (ROOT / "static" / "js" / "blog" / "semantic-search.js").read_text(encoding="utf-8")
    assert f"VERSION = {json.dumps(__version__)};" in text
