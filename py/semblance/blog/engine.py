"""The engine folder: what a reader's browser needs to search a blog by meaning, or to read its feed.

The folder has the layout of the app's own site, so that the same JavaScript and Python run in both. It lacks what only
the app needs: pages, PyScript, ONNX Runtime, pictures. Python starts there without a snapshot of its memory. The app has
one; here it would save a second and cost 8 MB.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from semblance.blog.writing import hashed
from semblance.messages import ENGLISH
from semblance.models.listing import ModelEntry
from semblance.models.text_manifest import read_text_manifest
from semblance.parts import bytecode, models, scripts, snapshot, vendor
from semblance.parts.fetch import sha256_of
from semblance.parts.paths import MODELS, PACKAGE, ROOT, cache_dir, settle
from semblance.parts.wheels import wheel_modules
from semblance.version import __version__

FORMAT = 1
ABOUT = "engine.json"
LIST = "precache.json"

SCRIPTS = Path("static", "js")
SCRIPT_ENTRIES = ("blog/engine/search.js", "blog/engine/feed-posts.js")
"""The scripts that readers' pages load. `script_files` finds those that they import."""
VENDORED = ("pyodide", "tokenizers", "idb", "minisearch")
ENTRY = "semblance.browser.blog.service"
NUMPY_LEFT_OUT = (
    *(
        "_core/_simd",
        "conftest",
        "core/",
        "ctypeslib/",
        "doc/",
        "fft/",
        "linalg/lapack_lite",
        "ma/",
        "matlib",
    ),
    *("polynomial/", "random/", "testing/"),
)
"""The parts of numpy that ``import numpy`` does not need."""
WHEELS = ("numpy/", "charset_normalizer/", "snowballstemmer/")
"""The wheels that the engine needs. YAML is not among them: no feed holds any."""

_SOURCES = (".py", ".mjs", ".js", ".wasm", ".toml")
_SCRIPT_IMPORT = re.compile(
    r"""\b(?:from|import)[\s(]*["'](\.{1,2}/[^"']+)["']|\basset\(["'](static/js/[^"']+)["']\)"""
)
_Name = TypeVar("_Name", str, Path)


@dataclass(frozen=True, slots=True)
class About:
    """The content of ``engine.json``.

    Parameters
    ----------
    format : int
    version : str
        Version of Semblance.
    model : mapping
        ``name``, ``dims`` and ``fingerprint`` of the text model. The engine can't search vectors of another model.
    download : int
        Bytes that a reader loads, each file compressed as hosts compress it.
    size : int
        Bytes of all files.
    """

    format: int
    version: str
    model: Mapping[str, Any]
    download: int
    size: int


def engine_files(folder: Path) -> str:
    """Write the engine. It is made once and then kept in the cache.

    Parameters
    ----------
    folder : Path
        The engine becomes a folder in this one. A folder of the same name is the same engine and stays.

    Returns
    -------
    str
        The folder's name, ``engine-`` and the first 16 digits of the SHA-256 of its contents.

    Raises
    ------
    BuildError
        If a part can't be fetched or made; the message says what to do.
    """
    kept = cache_dir() / "engine" / _key()
    if not kept.is_dir():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as aside:
            made, engine = Path(aside) / "made", Path(aside) / "made" / "engine"
            _write(engine)
            engine.rename(made / f"engine-{_digest(engine)}")
            settle(made, kept)
    (engine,) = kept.iterdir()
    if not (folder / engine.name).is_dir():
        shutil.copytree(engine, folder / engine.name)
    return engine.name


def about(engine: Path) -> About:
    """The description in an engine folder."""
    return About(**json.loads((engine / ABOUT).read_text(encoding="utf-8")))


def _write(engine: Path) -> None:
    engine.mkdir(parents=True)
    vendored = vendor.fetch_all([file for file in vendor.read_lock() if _is_needed(file)])
    vendor.place(vendored, engine)
    _copy_static(engine)
    _write_python(engine, [path for file, path in vendored.items() if not file.to])
    model = _write_model(engine)
    _write_list(engine)
    files = [path.read_bytes() for path in engine.rglob("*") if path.is_file()]
    download = sum(min(len(data), len(zlib.compress(data, 6))) for data in files)
    described = About(FORMAT, __version__, model, download, sum(map(len, files)))
    (engine / ABOUT).write_text(json.dumps(asdict(described), indent=2) + "\n", encoding="utf-8")


def _write_list(engine: Path) -> None:
    """List the files, for static/js/silence.js to look at when one does not arrive. A site tells more of each."""
    paths = sorted(path.relative_to(engine).as_posix() for path in engine.rglob("*") if path.is_file())
    (engine / LIST).write_text(json.dumps({"files": {path: {} for path in paths}}) + "\n", encoding="utf-8")


def _is_needed(file: vendor.Vendored) -> bool:
    if not file.to:
        return f"{file.name.replace('-', '_')}/" in WHEELS
    return Path(file.to).parent.name in VENDORED


def _copy_static(engine: Path) -> None:
    source, target = ROOT / "static", engine / "static"
    for script in script_files(ROOT, SCRIPT_ENTRIES):
        (engine / script).parent.mkdir(parents=True, exist_ok=True)
        (engine / script).write_bytes(scripts.read_script(script))
    (target / "wasm").mkdir()
    shutil.copyfile(source / "wasm" / "bert.wasm", target / "wasm" / "bert.wasm")


def _write_python(engine: Path, wheels: list[Path]) -> None:
    (engine / "py").mkdir()
    ours = [*package_files(), *sorted((PACKAGE / "messages" / ENGLISH).glob("*.toml"))]
    members = {path.relative_to(PACKAGE.parent).as_posix(): path.read_bytes() for path in ours}
    for wheel in wheels:
        members |= {name: data for name, data in wheel_modules(wheel) if _is_used(name)}
    pyodide = engine / "static" / "vendor" / "pyodide"
    snapshot.write(engine, bytecode.compiled(members, pyodide), pyodide, memory=False)


def _is_used(name: str) -> bool:
    left_out = name.startswith(tuple(f"numpy/{part}" for part in NUMPY_LEFT_OUT))
    return name.startswith(WHEELS) and not left_out


def package_files() -> list[Path]:
    """Our own modules that the engine's entry imports, directly or indirectly, at its start or later."""
    return sorted(_reachable([ENTRY], _file_of, _imported).values())


def script_files(root: Path, entries: Iterable[str]) -> list[Path]:
    """Our own scripts that the entries import or start as a worker, directly or indirectly: paths from the root."""

    def file_of(script: Path) -> Path | None:
        return root / script if (root / script).is_file() else None

    def imported(file: Path) -> Iterator[Path]:
        source = file.read_text(encoding="utf-8")
        folder = file.parent.relative_to(root)
        for relative, from_root in _SCRIPT_IMPORT.findall(source):
            script = Path(from_root or os.path.normpath(folder / relative))
            if script.is_relative_to(SCRIPTS):
                yield script

    return sorted(_reachable([SCRIPTS / entry for entry in entries], file_of, imported))


def _reachable(
    entries: Iterable[_Name],
    file_of: Callable[[_Name], Path | None],
    imported: Callable[[Path], Iterable[_Name]],
) -> dict[_Name, Path]:
    """The entries and all that they import, directly or indirectly, with their files. Names without a file are left out."""
    reached: dict[_Name, Path] = {}
    waiting = list(entries)
    while waiting:
        name = waiting.pop()
        file = file_of(name)
        if file is not None and name not in reached:
            reached[name] = file
            waiting += imported(file)
    return reached


def _file_of(module: str) -> Path | None:
    """The file of a module of ours; None for other modules, and for names inside a module."""
    path = PACKAGE.parent.joinpath(*module.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((file for file in candidates if module.startswith("semblance") and file.is_file()), None)


def _imported(path: Path) -> Iterator[str]:
    package = path.parent.parent if path.name == "__init__.py" else path.parent
    yield ".".join(package.relative_to(PACKAGE.parent).parts)
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _write_model(engine: Path) -> dict[str, Any]:
    """Write the text model into the engine; gives its description for `About.model`."""
    name = models.TEXT_MODEL
    manifest_file = _manifest_file()
    manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
    files = models.build(name, manifest) | {"manifest.json": manifest_file}
    for file, source in files.items():
        target = engine / "models" / name / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    index = {"models": [asdict(ModelEntry(name, name))]}
    (engine / "models" / "index.json").write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8")
    configs = {file: json.loads(path.read_bytes()) for file, path in files.items() if file.endswith(".json")}
    described = read_text_manifest(manifest, configs)
    return {"name": name, "dims": described.dims, "fingerprint": described.fingerprint}


def _manifest_file() -> Path:
    return MODELS / models.TEXT_MODEL / "manifest.json"


def _key() -> str:
    """A key that changes with every file that the engine may be made of."""
    folders = (PACKAGE, ROOT / "static" / "js", ROOT / "static" / "wasm")
    sources = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in _SOURCES]
    digests = [sha256_of(path) for path in (*sources, vendor.LOCK, _manifest_file())]
    return hashed("\n".join(digests).encode())


def _digest(engine: Path) -> str:
    files = sorted(path for path in engine.rglob("*") if path.is_file())
    lines = [f"{sha256_of(path)} {path.relative_to(engine).as_posix()}" for path in files]
    return hashed("\n".join(lines).encode())
