"""Put ``dist/`` together: the same input gives the same bytes."""

from __future__ import annotations

import json
import shutil
import time
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path

from semblance.messages import LANGUAGES
from semblance.parts import bytecode, models, sbom, scripts, snapshot, vendor
from semblance.parts.errors import BuildError
from semblance.parts.paths import DIST, PACKAGE, ROOT
from semblance.parts.wheels import wheel_modules
from semblance_build import precache, sample

# The parts of our own package that run on CPython only. The browser gets the rest.
FOLDERS_LEFT_OUT = {"blog", "commands", "ecosystem", "native", "parts", "resources", "__pycache__"}
ROOTS_LEFT_OUT = {"cli.py", "sql.py", "wiring.py"}  # at the top: a lesson may have such a name
BLOG = "blog"  # scripts for other people's sites: `semblance.blog.engine` publishes them
LABS = "labs"  # folders of this name are a package of their own, which the first lab loads
PAPERS = "papers"  # likewise, for the first PDF or Word document
MAPS = "maps"  # likewise, for the first map
SKLEARN = "scikit-learn"
# Its array_api_compat imports all of numpy, also f2py, which takes a sixth of the time of scikit-learn's import.
NO_F2PY = {"numpy/f2py/__init__.py": b'"""Left out of this site: it is for use with a compiler."""\n'}
# Messages that the page's scripts say, not Python: see `scripts`.
PLACE_OF_PARTS = "<!-- the build writes the parts here -->"
SAID_BY_SCRIPTS = {"start.toml", "page.toml"}
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold: archives must not depend on the clock


def build(wanted: Collection[str] = (), models_from: Path | None = None) -> list[BuildError]:
    """Build ``dist/`` with the models that it gets; why others that were asked for are missing.

    Parameters
    ----------
    wanted : collection of str
        Names of models of ``models/`` that are taken from a model hub.
    models_from : Path, optional
        A folder to look into before the hub is asked.

    Raises
    ------
    BuildError
        The site can't be built.
    """
    print("Building dist/", flush=True)
    started = time.monotonic()
    gathered, problems = models.gather(wanted, models_from)
    assemble(gathered)
    print(f"  dist/ is ready: {size(DIST)}, {time.monotonic() - started:.1f} s", flush=True)
    return problems


def size(folder: Path) -> str:
    """How large the files in a folder are together, to be read by people."""
    return f"{sum(path.stat().st_size for path in folder.rglob('*') if path.is_file()) / 1e6:.1f} MB"


def assemble(gathered: Sequence[models.Model], dist: Path = DIST) -> None:
    """Build the whole site aside, then swap it in, so that a failed build leaves the last good one.

    Parameters
    ----------
    gathered : sequence of Model
        The models of the site.
    dist : Path
        The target, which is replaced.
    """
    from semblance_build.offline.handout import write_kit  # which packs what this module has written

    vendored = vendor.fetch_all([file for file in vendor.read_lock() if file.use == vendor.APP])
    aside = dist.with_name(dist.name + ".new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    vendor.place(vendored, aside)
    _copy_static(aside)
    _write_python(aside, {file: path for file, path in vendored.items() if not file.to})
    _write_models(aside, gathered)
    _write_sample(aside, gathered)
    parts = sbom.of_vendored(vendored) + [sbom.of_model(model.name, model.manifest) for model in gathered]
    _write_page(aside, parts)
    write_kit(aside)
    precache.write(aside)
    # After the list of what browsers keep: no page reads it.
    (aside / sbom.NAME).write_bytes(sbom.bill(parts))
    shutil.rmtree(dist, ignore_errors=True)
    aside.rename(dist)


def deterministic_zip(target: Path, members: Iterable[tuple[str, bytes]]) -> None:
    """Write a zip whose bytes depend only on names and contents."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(members):
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)


def _copy_static(dist: Path) -> None:
    for folder in ("css", "icons", "labs"):
        shutil.copytree(ROOT / "static" / folder, dist / "static" / folder)
    _write_scripts(dist)
    (dist / "static" / "wasm").mkdir()
    shutil.copyfile(ROOT / "static" / "wasm" / "bert.wasm", dist / "static" / "wasm" / "bert.wasm")


def _write_page(dist: Path, parts: Iterable[sbom.Component]) -> None:
    """The page, with the parts that others made and their licences.

    Raises
    ------
    BuildError
        The page has no place for them.
    """
    page = (ROOT / "index.html").read_text(encoding="utf-8")
    if page.count(PLACE_OF_PARTS) != 1:
        raise BuildError(f"index.html must have {PLACE_OF_PARTS} exactly once")
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(licence)}</td></tr>'
        for name, licence in sbom.licences_of(parts)
    )
    (dist / "index.html").write_text(page.replace(PLACE_OF_PARTS, rows), encoding="utf-8")


def _write_scripts(dist: Path) -> None:
    """Our scripts with the words that they say, and the page's words in each language."""
    for path in sorted((ROOT / scripts.JAVASCRIPT).rglob("*.js")):
        script = path.relative_to(ROOT)
        if BLOG not in script.parts:
            (dist / script).parent.mkdir(parents=True, exist_ok=True)
            (dist / script).write_bytes(scripts.read_script(script))
    messages = dist / scripts.JAVASCRIPT / "messages"
    messages.mkdir()
    for language in LANGUAGES:
        (messages / f"{language}.js").write_bytes(scripts.page_messages(language))
        (dist / "static" / f"app.{language}.webmanifest").write_bytes(scripts.manifest(language))


def _write_python(dist: Path, wheels: Mapping[vendor.Vendored, Path]) -> None:
    target = dist / "py"
    target.mkdir(parents=True)
    for name in ("main.py", "pyscript.json"):
        shutil.copyfile(ROOT / "py" / name, target / name)
    packages: dict[str, dict[str, bytes]] = {vendor.SITE: {}, LABS: {}, PAPERS: {}, MAPS: {}}
    for name, data in _own_files():
        folders = name.split("/")[:-1]
        packages[next((folder for folder in (LABS, PAPERS, MAPS) if folder in folders), vendor.SITE)][
            name
        ] = data
    for wheel, path in wheels.items():
        packages.setdefault(wheel.package, {}).update(wheel_modules(path))
    packages.setdefault(SKLEARN, {}).update(NO_F2PY)
    pyodide = dist / "static" / "vendor" / "pyodide"
    compiled = {name: bytecode.compiled(files, pyodide) for name, files in packages.items()}
    snapshot.write(dist, compiled.pop(vendor.SITE), pyodide, compiled)


def _own_files() -> Iterable[tuple[str, bytes]]:
    """The modules that run in the browser, and the texts beside them."""
    for path in PACKAGE.rglob("*"):
        relative = path.relative_to(PACKAGE)
        is_left_out = (
            FOLDERS_LEFT_OUT.intersection(relative.parts[:-1])
            or relative.as_posix() in ROOTS_LEFT_OUT
            or path.name in SAID_BY_SCRIPTS
        )
        if path.suffix in (".py", ".toml") and not is_left_out:
            yield f"semblance/{relative.as_posix()}", path.read_bytes()


def _write_sample(dist: Path, gathered: Sequence[models.Model]) -> None:
    """The sample's notes, for the labs, and the same with their vectors, for the app."""
    target = dist / "static" / "sample.zip"
    deterministic_zip(target, sample.notes())
    for model in gathered:
        if model.name == models.TEXT_MODEL:
            target.with_suffix(".semblance").write_bytes(sample.backup(model, target.read_bytes()))


def _write_models(dist: Path, gathered: Sequence[models.Model]) -> None:
    for model in gathered:
        for file, source in model.files.items():
            target = dist / "models" / model.name / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    index = {"models": [asdict(entry) for entry in models.listing(gathered)]}
    (dist / "models" / "index.json").write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8")
