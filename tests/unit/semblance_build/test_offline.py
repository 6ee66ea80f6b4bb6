"""The double-click edition: what is packed can be had again, the same site gives the same bytes."""

from __future__ import annotations

import gzip
import json
import random
import re
import zipfile
from pathlib import Path

import pytest

from data.tiny_words import BLOCKS, make_tiny_words
from semblance.parts.errors import BuildError
from semblance.parts.scripts import JAVASCRIPT, SPEAKING, read_script
from semblance_build.offline import Edition
from semblance_build.offline.modules import link, link_all
from semblance_build.offline.packing import ESCAPED, PART, SMALL_FILES, Packed, encode, pack
from semblance_build.offline.words import with_words

PAGE = """<!doctype html>
<html>
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="default-src 'none'; connect-src 'self'">
  <link rel="icon" href="icon.svg">
  <link rel="manifest" href="app.webmanifest">
  <link rel="stylesheet" href="static/css/app.css">
  <script type="module" src="static/js/app.js"></script>
</head>
<body><p id="startup">Größe</p></body>
</html>
"""
SITE = {
    "index.html": PAGE,
    "icon.svg": "<svg/>",
    "app.webmanifest": "{}",
    "static/css/app.css": "p::after { content: '—' }",
    "static/js/app.js": 'import { asset } from "./assets.js";',
    "static/js/assets.js": "export const asset = new URL('..', import.meta.url);",
    "static/js/offline/files.js": "// serves files",
    "static/js/offline/guard.js": "// says that the loader is missing",
    "static/js/offline/page.js": "// starts the page",
    "static/js/offline/worker.js": "// starts a worker",
}
NOISE = random.Random(0).randbytes(2 * PART)


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    for name, text in SITE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "model.onnx").write_bytes(NOISE)
    return folder


def decode(text: bytes) -> bytes:
    return re.sub(b"=(.)", lambda match: bytes([match[1][0] - 64]), text, flags=re.DOTALL)


def unpack(packed: Packed, name: str) -> bytes:
    file = packed.files[name]
    count = packed.groups[file["group"]]["parts"]
    stream = b"".join(packed.parts[f"{file['group']}.{number}"] for number in range(count))
    start = file.get("at", 0)
    return gzip.decompress(stream)[start : start + file["bytes"]]


def test_every_byte_survives_in_a_script() -> None:
    every = bytes(range(256))
    assert decode(encode(every)) == every
    assert set(encode(every)) & set(ESCAPED) == set(b"=")
    assert len(encode(NOISE)) < 1.04 * len(NOISE)


def test_files_are_packed_and_found() -> None:
    contents = {"a/b.txt": b"small", "c.txt": b"", "d.json": b"{}", "model.onnx": NOISE}
    packed = pack(contents)
    assert {name: unpack(packed, name) for name in contents} == contents
    assert packed.files["a/b.txt"]["group"] == packed.files["d.json"]["group"]
    assert packed.groups[packed.files["model.onnx"]["group"]]["parts"] == 3
    assert max(map(len, packed.parts.values())) == PART


def test_imports_name_files_and_comments_stay() -> None:
    names = {"js/a.js", "js/b.js", "lib/c.mjs"}
    source = b'// from "./README"\nimport"./b.js";\nexport * from\'../lib/c.mjs\';\nobject.import(1);'
    expected = source.replace(b"./b.js", b"semblance-module:js/b.js").replace(
        b"../lib", b"semblance-module:lib"
    )
    assert link("js/a.js", source, names) == expected


def test_libraries_keep_the_address_that_they_have() -> None:
    source = b"load(import.meta.url)"
    assert link("static/vendor/lib.mjs", source, set()) == source
    assert b"semblanceModule.meta.url" in link("static/js/a.js", source, set())


def test_a_circle_of_modules_is_named() -> None:
    circle = {"a.js": b'import "./b.js"', "b.js": b'import "./c.js"', "c.js": b'import "./b.js"'}
    with pytest.raises(BuildError, match=r"a\.js -> b\.js -> c\.js -> b\.js"):
        link_all(circle)


def test_the_folder_holds_the_page_what_it_shows_and_the_rest_in_parts(dist: Path, tmp_path: Path) -> None:
    folder = tmp_path / "dist-offline"
    Edition.read(dist).write_folder(folder)
    html = (folder / "index.html").read_text(encoding="utf-8")
    assert 'type="module"' not in html
    assert "manifest" not in html.split("packed-contents")[0]
    assert "connect-src" not in html
    assert {path.name for path in folder.rglob("*") if path.is_file()} == {
        "index.html",
        "icon.svg",
        "app.css",
        "loader.js",
        "site.0.js",
        *(f"model.onnx.{number}.js" for number in range(3)),
    }
    with zipfile.ZipFile(tmp_path / "dist-offline.zip") as archive:
        assert archive.read("dist-offline/index.html").decode() == html


def test_one_file_needs_no_other(dist: Path, tmp_path: Path) -> None:
    Edition.read(dist).write_single_file(tmp_path / "semblance.html")
    data = (tmp_path / "semblance.html").read_bytes()
    page = re.sub(rb'<script type="text/plain".*?</script>', b"", data, flags=re.DOTALL).decode("ascii")
    assert '<meta charset="windows-1252">' in page
    assert "Gr&#246;&#223;e" in page
    assert "content: '\\2014 '" in page
    assert not re.search(r'\b(?:src|href)="(?!data:)', page)
    assert (
        data.count(b"</script>") == 2 + 4
    )  # the table and the loader; small files, and three parts of the model


def test_the_same_site_gives_the_same_bytes(dist: Path, tmp_path: Path) -> None:
    written = []
    for name in ("first", "second"):
        edition = Edition.read(dist)
        edition.write_folder(tmp_path / name / "dist-offline")
        edition.write_single_file(tmp_path / name / "semblance.html")
        written.append(
            [(tmp_path / name / file).read_bytes() for file in ("dist-offline.zip", "semblance.html")]
        )
    assert written[0] == written[1]


def test_a_page_that_starts_in_another_way_is_refused(dist: Path) -> None:
    (dist / "index.html").write_text(PAGE.replace('src="static/js/app.js">', ">start()"), encoding="utf-8")
    with pytest.raises(BuildError, match=r"index\.html"):
        Edition.read(dist)


@pytest.fixture(scope="module")
def site_with_words(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of models: one whose words are loaded by need, with a block a script, and one other."""
    folder = make_tiny_words(tmp_path_factory.mktemp("models") / "tiny").folder
    files = {
        f"models/tiny/{path.relative_to(folder).as_posix()}": path
        for path in folder.rglob("*")
        if path.is_file()
    }
    index = {"models": [{"name": name, "text": name, "image": None} for name in ("m", "tiny")]}
    return {name: path.read_bytes() for name, path in files.items()} | {
        "models/index.json": json.dumps(index).encode(),
        "models/m/manifest.json": b"{}",
    }


def test_a_model_whose_words_are_loaded_by_need_is_left_out(site_with_words: dict[str, bytes]) -> None:
    kept = with_words(site_with_words, [])
    assert set(kept) == {"models/index.json", "models/m/manifest.json"}
    assert [entry["name"] for entry in json.loads(kept["models/index.json"])["models"]] == ["m"]


def test_with_a_language_it_is_there_with_the_rows_that_the_language_needs(
    site_with_words: dict[str, bytes],
) -> None:
    kept = with_words(site_with_words, ["th"])
    rows = [f"models/tiny/words/rows/{number:04d}.bin" for number in range(4)]
    assert set(site_with_words) - set(kept) == {rows[BLOCKS["Chinese"]], rows[BLOCKS["Korean"]]}
    packed = pack(kept)
    assert {packed.files[name]["group"] for name in rows[:2]} == {"models-tiny-words-rows"}
    assert packed.files["models/tiny/manifest.json"]["group"] == SMALL_FILES


def test_an_unknown_language_is_named_beside_the_known_ones(site_with_words: dict[str, bytes]) -> None:
    with pytest.raises(BuildError, match=r"no list of words for tlh; there are th \(0\.0 MB\)\."):
        with_words(site_with_words, ["th", "tlh"])


@pytest.mark.parametrize("script", [name for name in SPEAKING if name.startswith("offline/")])
def test_what_stands_inside_the_page_is_in_ascii(script: str) -> None:
    """The single file is ASCII, and its policy goes by the digest of its script."""
    published = read_script(JAVASCRIPT / script)
    assert published.isascii()
    assert b"\\u" in published
