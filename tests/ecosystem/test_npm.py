"""The npm package: what is in it, its types, and a project of Vite that has installed it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.labs import LAB_MS
from browser.watch import Watch
from data.tiny_model import make_tiny_model
from docs.pages import blocks
from semblance.parts import vendor
from semblance.parts.paths import ROOT
from semblance.version import __version__
from semblance_build import npm, packages
from semblance_build.server import serving

HERE = Path(__file__).with_name("npm")
PROJECT = HERE / "project"
FILES = {
    *("LICENSE", "README.md", "package.json"),
    *("semblance.js", "semblance.d.ts", "bridge.js", "bridge.d.ts", "bridge.zip"),
    *("eleventy.js", "eleventy.d.ts"),
    *("related-posts.js", "related-posts.d.ts", "semantic-search.js", "semantic-search.d.ts"),
}
EXAMPLES = {block.file: block.code for block in blocks("mjs", "html") if block.page == "docs/npm.md"}
MOST_BYTES = 75_000
STRICT = {
    "allowJs": True,
    "checkJs": True,
    "noEmit": True,
    "strict": True,
    "target": "es2024",
    "module": "esnext",
    "moduleResolution": "bundler",
    "lib": ["esnext", "dom", "dom.iterable"],
    "types": [],
}


def run(folder: Path, *command: str | Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tools(aloud: Callable[[], AbstractContextManager[None]]) -> Path:
    """The folder with the bundler and the compiler."""
    with aloud():
        folder = packages.installed("npm", [HERE / "package.json", HERE / "package-lock.json"], packages.NPM)
    return folder / "node_modules"


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that ``npm pack`` makes of the package."""
    folder = tmp_path_factory.mktemp("package")
    npm.write(folder / "package")
    (described,) = json.loads(run(folder, "npm", "pack", "--json", "./package"))
    assert {file["path"] for file in described["files"]} == FILES
    assert described["size"] < MOST_BYTES
    return folder / str(described["filename"])


@pytest.fixture(scope="module")
def project(packed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of Vite that has installed the package."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(PROJECT, folder, dirs_exist_ok=True)
    for name in ("main.js", "elements.js"):
        (folder / name).write_text(EXAMPLES[name])
    run(folder, "npm", "install", "--silent", "--offline", "--no-audit", "--no-fund", packed)
    assert json.loads((folder / "node_modules/semblance/package.json").read_text())["version"] == __version__
    return folder


def compiled(tools: Path, folder: Path, *files: Path, **options: object) -> str:
    """What the compiler says of some files."""
    config = folder / "tsconfig.json"
    config.write_text(json.dumps({"compilerOptions": STRICT | options, "files": list(map(str, files))}))
    return run(folder, "node", tools / "typescript" / "bin" / "tsc", "-p", config)


def test_a_program_compiles_against_the_types(tools: Path, project: Path) -> None:
    assert compiled(tools, project, project / "program.ts", project / "wrong.ts") == ""


def test_the_scripts_are_as_their_comments_say(tools: Path, tmp_path: Path) -> None:
    """``tsc --checkJs`` over the entries, and over what they load and import."""
    assert compiled(tools, tmp_path, *(npm.SOURCE / name for name in ("semblance.js", "bridge.js"))) == ""
    scripts = ("semblance.js", "onnx.js", "threads.js", "blog/related-posts.js", "blog/semantic-search.js")
    assert compiled(tools, tmp_path, *(ROOT / "static" / "js" / name for name in scripts), strict=False) == ""


def test_the_types_name_each_call_of_the_api() -> None:
    """The compiler does not see through the door to the engine."""
    declared = (npm.SOURCE / "semblance.d.ts").read_text()
    script = (ROOT / "static" / "js" / "semblance.js").read_text()
    methods = re.findall(
        r"^  (?:async |get )?(\w+)\(.*\) \{$", script.partition("class Collection")[2], re.MULTILINE
    )
    assert {"embedMulti", "similar", "search", "drop", "ready"} <= set(methods)
    for method in set(methods) - {"constructor"}:
        assert re.search(rf"^  (readonly )?{method}\b", declared, re.MULTILINE), method


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def opened(page: Page, address: str, name: str) -> Watch:
    watching = Watch(address)
    watching.watch(page)
    page.goto(address + name)
    return watching


def test_a_vite_project_builds_and_runs(tools: Path, project: Path, dist: Path, page: Page) -> None:
    run(project, "node", tools / "vite" / "bin" / "vite.js", "build", "--logLevel", "warn")
    site = project / "dist"
    (site / "favicon.ico").touch()  # each host has one, and Chromium asks for it
    (site / "engine").symlink_to(dist)
    related = site / "blog" / "semblance" / "related" / "posts"
    related.mkdir(parents=True)
    posts = [{"url": "posts/coffee/", "title": "Coffee", "score": 0.8}]
    (related / "tea.json").write_text(json.dumps({"format": 1, "related": posts}))
    with serving([site]) as address:
        watching = opened(page, address, "index.html")
        expect(page.get_by_role("link", name="Coffee")).to_have_attribute(
            "href", f"{address}blog/posts/coffee/"
        )
        expect(page.get_by_role("searchbox")).to_be_visible()
        expect(page.locator("output")).to_have_text("tides", timeout=LAB_MS)
    assert watching.problems == []


def put_what_the_bridge_needs(folder: Path, packed: Path, dist: Path) -> None:
    """Pyodide with numpy, the package, the folders of the site that its page names, and a model."""
    shutil.unpack_archive(packed, folder, filter="data")
    (folder / "package").rename(folder / "npm")
    shutil.copytree(dist / "static" / "vendor" / "pyodide", folder / "pyodide")
    (numpy,) = vendor.fetch_all([part for part in vendor.read_lock() if part.name == "numpy"]).items()
    shutil.copy(numpy[1], folder / "pyodide" / numpy[0].sources[0].rpartition("/")[2])
    for name in ("static/js", "static/vendor/onnxruntime", "static/wasm"):
        (folder / "engine" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "engine" / name).symlink_to(dist / name)
    make_tiny_model(folder / "tiny", token_types=False)
    (folder / "models").mkdir()
    shutil.copy(folder / "tiny" / "onnx" / "model.onnx", folder / "models")


def test_the_bridge_works_in_a_page_of_pyodide_alone(
    packed: Path, dist: Path, tmp_path: Path, page: Page
) -> None:
    put_what_the_bridge_needs(tmp_path, packed, dist)
    (tmp_path / "bridge.html").write_text(EXAMPLES["bridge.html"])
    (tmp_path / "favicon.ico").touch()  # each host has one, and Chromium asks for it
    with serving([tmp_path]) as address:
        watching = opened(page, address, "bridge.html")
        expect(page.locator("output")).to_have_text("last_hidden_state (1, 4, 16)", timeout=LAB_MS)
    assert watching.problems == []


def test_the_bridge_works_in_a_page_of_pyscript(packed: Path, dist: Path, tmp_path: Path, page: Page) -> None:
    put_what_the_bridge_needs(tmp_path, packed, dist)
    shutil.copytree(dist / "static" / "vendor" / "pyscript", tmp_path / "pyscript")
    (tmp_path / "pyscript.html").write_text(EXAMPLES["pyscript.html"])
    (tmp_path / "favicon.ico").touch()
    with serving([tmp_path]) as address:
        watching = opened(page, address, "pyscript.html")
        expect(page.locator("output")).to_have_text("last_hidden_state (1, 4, 16)", timeout=LAB_MS)
    assert watching.problems == []
