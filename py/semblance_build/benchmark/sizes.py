"""What a first visit loads, by kind."""

from __future__ import annotations

from pathlib import Path

from semblance.blog.writing import gzipped
from semblance_build.benchmark.bench_setup import BenchSetup
from semblance_build.benchmark.browser import PAGES
from semblance_build.benchmark.figures import Figure
from semblance_build.benchmark.sides import TRANSFORMERS, Side, in_app, transformers

# The first prefix that fits names the kind.
_KINDS = {
    "models/": "the model and its tokenizer",
    "static/vendor/onnxruntime/": "ONNX Runtime",
    "peer/ort-": "ONNX Runtime",
    "py/": "numpy, our Python and the snapshot of its memory",
    "static/vendor/pyodide/": "Pyodide",
    "static/vendor/pyscript/": "PyScript",
    "": "all other code",
}


def first_visit(setup: BenchSetup) -> list[Figure]:
    """Megabytes (10^6 bytes) of every file that the browser asks for until the first cosine."""
    ours = _files(setup, in_app())
    theirs = _files(setup, transformers(setup))
    compressed = Figure(
        "sizes",
        "a first visit, gzipped",
        "MB",
        [_gzipped(ours)],
        [_gzipped(theirs)],
        TRANSFORMERS,
        "Each file at gzip's level 6: many hosts do that, the bench's own server does not.",
    )
    kinds = [
        _figure(f"of that, {kind}", _of_kind(ours, kind), _of_kind(theirs, kind))
        for kind in dict.fromkeys(_KINDS.values())
    ]
    return [_figure("a first visit loads", ours, theirs), *kinds, compressed, *image_models(setup)]


def image_models(setup: BenchSetup) -> list[Figure]:
    """What is loaded once there is a first picture: the weights of each of the site's vision models."""
    folders = [setup.dist / "models" / str(entry.image) for entry in setup.picture_models]
    weights = [next((folder / "onnx").glob("vision_model*.onnx")) for folder in folders]
    return [
        _figure(f"the first picture loads {folder.name}", {"": file}, {})
        for folder, file in zip(folders, weights, strict=True)
    ]


def _files(setup: BenchSetup, side: Side) -> dict[str, Path]:
    """Each file that a fresh browser loads, by its path on the site; the bench's own are left out."""
    with (
        setup.browser(with_peer=True) as browser,
        browser.requested() as paths,
        browser.page(side.path, side.query) as page,
    ):
        page.evaluate(side.first)
    files = {
        path: next((f / path for f in (setup.scratch, setup.dist) if (f / path).is_file()), None)
        for path in paths
    }
    missing = [path for path, file in files.items() if file is None and not (PAGES / path).is_file()]
    assert not missing, f"requested but not there: {missing}"
    return {path: file for path, file in files.items() if file is not None}


def _kind(path: str) -> str:
    return next(kind for prefix, kind in _KINDS.items() if path.startswith(prefix))


def _of_kind(files: dict[str, Path], kind: str) -> dict[str, Path]:
    return {path: file for path, file in files.items() if _kind(path) == kind}


def _figure(name: str, ours: dict[str, Path], theirs: dict[str, Path]) -> Figure:
    return Figure(
        "sizes", name, "MB", [_raw(ours)], [_raw(theirs)] if theirs else (), TRANSFORMERS if theirs else ""
    )


def _raw(files: dict[str, Path]) -> float:
    return sum(file.stat().st_size for file in files.values()) / 1e6


def _gzipped(files: dict[str, Path]) -> float:
    return sum(gzipped(file.read_bytes()) for file in files.values()) / 1e6
