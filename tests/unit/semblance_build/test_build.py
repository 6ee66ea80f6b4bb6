"""The build: pinned files or none, the same bytes each time, every failure with its name."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import zipfile
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from semblance.labs import catalogue
from semblance.parts import fetch, models, sbom, vendor
from semblance.parts.errors import BuildError, FetchError, HashMismatch
from semblance.parts.paths import ROOT
from semblance_build import assemble as assemble_module
from semblance_build import docs, icons, precache
from semblance_build.assemble import assemble
from semblance_build.offline.page import EDITOR_STYLE
from semblance_build.offline.page import digest as style_digest

DATA = b"the real file"
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEMBLANCE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def sources(monkeypatch: pytest.MonkeyPatch, answers: dict[str, bytes | Exception]) -> list[str]:
    """Let each source answer with bytes or an error; the list tells who was asked."""
    asked: list[str] = []

    def read(source: str) -> bytes:
        asked.append(source)
        answer = answers[source]
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(fetch, "_read", read)
    return asked


def test_a_fetched_file_is_fetched_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = sources(monkeypatch, {"npm:a@1!x": DATA})
    for _ in range(2):
        assert fetch.fetch("a", SHA256, ["npm:a@1!x"]).read_bytes() == DATA
    assert asked == ["npm:a@1!x"]


def test_the_next_source_is_tried(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources(monkeypatch, {"https://cdn.invalid/x": OSError("no network"), "pip:a==1!x": DATA})
    assert fetch.fetch("a", SHA256, ["https://cdn.invalid/x", "pip:a==1!x"]).read_bytes() == DATA


@pytest.mark.parametrize("source", ["npm:a@1!", "pip:a==1!"])
def test_a_source_without_a_path_is_the_package_itself(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(DATA)
    monkeypatch.setattr(fetch, "_package", lambda tool, spec: tmp_path / "a")
    assert fetch._read(source) == DATA


@pytest.mark.parametrize(
    ("spec", "platform"), [("a==1", "any"), ("a==1@manylinux_2_17_x86_64", "manylinux_2_17_x86_64")]
)
def test_a_wheel_is_the_same_on_every_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: str, platform: str
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr("subprocess.run", lambda command, **_: commands.append(command))
    fetch._download("pip", spec, str(tmp_path))
    (command,) = commands
    assert {f"--platform={platform}", "--no-deps", "--only-binary=:all:"} <= set(command)
    assert command[-1] == "a==1"


def test_a_wrong_hash_stops_and_nothing_is_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources(monkeypatch, {"npm:a@1!x": b"something else", "pip:a==1!x": DATA})
    with pytest.raises(HashMismatch, match=f"expected sha256 {SHA256}"):
        fetch.fetch("a", SHA256, ["npm:a@1!x", "pip:a==1!x"])
    assert not fetch.cached(SHA256).exists()


def test_a_damaged_cache_is_not_used(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources(monkeypatch, {"npm:a@1!x": DATA})
    path = fetch.fetch("a", SHA256, ["npm:a@1!x"])
    path.write_bytes(b"damaged")
    assert fetch.fetch("a", SHA256, ["npm:a@1!x"]).read_bytes() == DATA


def test_what_can_not_be_fetched_is_named_with_the_reason(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = subprocess.CalledProcessError(1, ["npm"], stderr="npm error code E404\n")
    sources(monkeypatch, {"npm:a@1!x": failed, "https://cdn.invalid/x": OSError("no network")})
    with pytest.raises(
        FetchError, match=r"part a can't be fetched(.|\n)*E404(.|\n)*no network(.|\n)*run the same"
    ):
        fetch.fetch("part a", SHA256, ["npm:a@1!x", "https://cdn.invalid/x"])


def test_every_missing_part_is_named_not_just_the_first(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources(monkeypatch, {"npm:a@1!x": OSError("gone"), "npm:b@1!x": OSError("gone")})
    files = [vendor.Vendored(name, "1", "MIT", SHA256, (f"npm:{name}@1!x",)) for name in "ab"]
    with pytest.raises(BuildError, match=r"a 1 (.|\n)*b 1 "):
        vendor.fetch_all(files)


def test_the_lock_says_everything_about_each_file() -> None:
    files = vendor.read_lock()
    assert len(files) > 10
    for file in files:
        assert all([file.name, file.version, file.licence, file.sources])
        assert len(file.sha256) == 64


def digest(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): fetch.sha256_of(path) for path in files}


def test_the_page_admits_the_one_style_that_pyscripts_editor_writes(dist: Path) -> None:
    html = (dist / "index.html").read_text(encoding="utf-8")
    assert f"`{EDITOR_STYLE}`" in html
    assert re.findall(r"'(sha256-[^']*)'", html) == [style_digest(EDITOR_STYLE)]
    (editor,) = (dist / "static" / "vendor" / "pyscript").glob("py-editor-*.js")
    assert EDITOR_STYLE in editor.read_text(encoding="utf-8")


def test_two_builds_are_the_same_and_hold_what_the_lock_pins(tmp_path: Path) -> None:
    gathered, _ = models.gather()
    assemble(gathered, tmp_path / "one")
    assemble(gathered, tmp_path / "two")
    built = digest(tmp_path / "one")
    assert built == digest(tmp_path / "two")
    pinned = {file.to: file.sha256 for file in vendor.read_lock() if file.to and file.use == vendor.APP}
    vendored = {path: sha256 for path, sha256 in built.items() if path.startswith("static/vendor/")}
    assert vendored == pinned


def test_the_bill_of_materials_names_each_part_that_others_made(dist: Path) -> None:
    """In ``dist/``, each file is the one that it says; the wheel's, which stands in the tree, is up to date."""
    made = json.loads((dist / sbom.NAME).read_bytes())
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    assert all(part["licenses"] and part["version"] for part in made["components"])
    files = {
        file["name"]: file["hashes"][0]["content"]
        for part in made["components"]
        for file in part["components"]
    }
    served = {path: sha256 for path, sha256 in files.items() if (dist / path).is_file()}
    assert {path for path in digest(dist) if path.startswith("static/vendor/")} <= set(served)
    assert {path: fetch.sha256_of(dist / path) for path in served} == served
    parts = {part["name"] for part in made["components"]}
    assert {"numpy", "pyodide", "idb", models.TEXT_MODEL, models.MULTILINGUAL} <= parts
    references = [part["bom-ref"] for part in made["components"]]
    assert len(set(references)) == len(references)
    assert (ROOT / "static" / sbom.NAME).read_bytes() == docs.bill_of_wheel()


def test_the_page_names_the_licence_of_each_part_that_others_made(dist: Path) -> None:
    page = (dist / "index.html").read_text(encoding="utf-8")
    parts = sbom.licences_of(json.loads((dist / sbom.NAME).read_bytes())["components"])
    assert len(parts) > 15
    for name, licence in parts:
        assert f'<tr><th scope="row">{escape(name)}</th><td>{escape(licence)}</td></tr>' in page


def test_the_list_names_each_file_and_the_worker_carries_its_digest(tmp_path: Path) -> None:
    big = b"0" * precache.LARGE
    files = {
        "index.html": b"<p>",
        "static/js/sw.js": b'const BUILD = "__BUILD__";',
        "models/m/onnx/model.onnx": big,
        "models/by-need/manifest.json": b"",
        "models/by-need/words/rows/0000.bin": b"row",
        "static/vendor/echarts/echarts.js": b"",
    }
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    precache.write(tmp_path)
    listed = json.loads((tmp_path / "precache.json").read_text(encoding="utf-8"))["files"]
    html = {"sha256": hashlib.sha256(b"<p>").hexdigest(), "bytes": 3}
    model = {"sha256": hashlib.sha256(big).hexdigest(), "bytes": precache.LARGE, "model": "m"}
    by_need, charts = (
        {"sha256": hashlib.sha256(b"").hexdigest(), "bytes": 0, "model": name} for name in ("by-need", "labs")
    )
    row = {"sha256": hashlib.sha256(b"row").hexdigest(), "bytes": 3, "model": "by-need"}
    of_rows = (tmp_path / "models/by-need/words/rows.json").read_bytes()
    assert listed == {
        "index.html": html,
        "models/m/onnx/model.onnx": model,
        "models/by-need/manifest.json": by_need,
        "models/by-need/words/rows.json": {
            "sha256": hashlib.sha256(of_rows).hexdigest(),
            "bytes": len(of_rows),
            "model": "by-need",
            "lists": {"bytes": 3, "languages": {}},
        },
        "static/vendor/echarts/echarts.js": charts,
    }
    assert json.loads(of_rows) == {"files": {"models/by-need/words/rows/0000.bin": row}, "languages": {}}
    worker = (tmp_path / "sw.js").read_text(encoding="utf-8")
    assert worker == f'const BUILD = "{fetch.sha256_of(tmp_path / "precache.json")}";'
    assert not (tmp_path / "static/js/sw.js").exists()


def test_who_does_not_use_the_multilingual_model_does_not_load_the_list_of_its_words(dist: Path) -> None:
    listed = json.loads((dist / "precache.json").read_bytes())["files"]
    assert (dist / "precache.json").stat().st_size < 50_000
    rows = f"models/{models.MULTILINGUAL}/words/rows"
    assert not [path for path in listed if path.startswith(f"{rows}/")]
    blocks = {path.relative_to(dist).as_posix(): path.stat().st_size for path in (dist / rows).iterdir()}
    of_rows = json.loads((dist / f"{rows}.json").read_bytes())
    assert {path: file["bytes"] for path, file in of_rows["files"].items()} == blocks
    said = listed[f"{rows}.json"]["lists"]
    assert said["bytes"] == sum(blocks.values())
    assert len(said["languages"]) > 30
    assert 3e6 < said["languages"]["ko"] < said["languages"]["cs"] < 9e6


def test_what_is_loaded_on_demand_is_not_in_the_archive_that_every_page_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, set[str]] = {}

    def write(dist: Path, files: Mapping[str, bytes], pyodide: Path, packages: Mapping[str, Any]) -> None:
        given.update({name: set(members) for name, members in {"site": files, **packages}.items()})

    monkeypatch.setattr("semblance.parts.snapshot.write", write)
    monkeypatch.setattr("semblance.parts.bytecode.compiled", lambda files, pyodide: files)
    wheel = tmp_path / "sklearn.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in ("sklearn/base.py", "sklearn/tests/test_base.py", "sklearn/_a.so", "sklearn/_a.pyx"):
            archive.writestr(name, "")
    part = vendor.Vendored("scikit-learn", "1", "BSD", SHA256, (), package="scikit-learn")
    assemble_module._write_python(tmp_path / "dist", {part: wheel})
    assert given["scikit-learn"] == {"sklearn/base.py", "sklearn/_a.so", *assemble_module.NO_F2PY}
    words = {"semblance/labs/messages/en/frame.toml", "semblance/labs/messages/zh-Hant/frame.toml"}
    assert {"semblance/labs/lesson.py", "semblance/browser/labs/service.py", *words} <= given["labs"]
    assert {"semblance/maps/item_map.py", "semblance/browser/pages/maps/room.py"} <= given["maps"]
    lessons = {f"semblance/labs/lessons/{name}.py" for name in catalogue.NAMES}
    assert lessons <= given["labs"]
    assert "semblance/collection.py" in given["site"]
    assert not {"semblance/cli.py", "semblance/sql.py", "semblance/wiring.py"} & given["site"]
    assert not {name for name in given["site"] if "/labs/" in name or "/native/" in name}


def test_a_worker_without_a_place_for_the_build_stops_it(tmp_path: Path) -> None:
    (tmp_path / "static/js").mkdir(parents=True)
    (tmp_path / "static/js/sw.js").write_text("const BUILD = 1;", encoding="utf-8")
    with pytest.raises(BuildError, match="__BUILD__"):
        precache.write(tmp_path)


@pytest.mark.parametrize("name", icons.VARIANTS)
def test_the_icons_are_those_that_the_svg_gives(name: str) -> None:
    committed = Image.open(icons.ICONS / name)
    assert committed.tobytes() == icons.draw(*icons.VARIANTS[name]).tobytes()
