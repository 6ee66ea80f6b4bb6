"""Take a model's files from a model hub at a pinned revision, or from wherever they are already."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from semblance.parts.errors import HashMismatch
from semblance.parts.fetch import fetch, sha256_of


def locate(folder: Path, manifest: Mapping[str, Any], models_from: Path | None = None) -> dict[str, Path]:
    """Where each file of a model lies, every one of them the one that the manifest pins.

    Looked for in this order: the model's folder in the tree, `models_from`, the hub's cache on this machine, our
    own cache; what is in none of them is downloaded.

    Parameters
    ----------
    folder : Path
        The model's folder in the tree, which holds its small files.
    manifest : mapping
        Its ``source`` gives ``hub`` (``organisation/name``) and ``revision``, its ``files`` the hashes.
    models_from : Path, optional
        A folder that holds the files, or a folder of the model's name that does.

    Raises
    ------
    FetchError
        A file is nowhere and can't be downloaded.
    HashMismatch
        A file is not the pinned one. Nothing else is tried then: whoever put it there should know.
    """
    places = [folder, *_given(models_from, manifest["name"]), *_local_cache(manifest["source"])]
    return {file: _find(file, pinned, manifest, places) for file, pinned in manifest["files"].items()}


def address(source: Mapping[str, str], file: str) -> str:
    """Where a file of a model is on the hub, at the pinned revision.

    Examples
    --------
    >>> address({"hub": "Xenova/clip-vit-base-patch32", "revision": "d15189d"}, "onnx/text_model.onnx")
    'https://huggingface.co/Xenova/clip-vit-base-patch32/resolve/d15189d/onnx/text_model.onnx'
    """
    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co")  # a mirror, as its own client names it
    return f"{endpoint}/{source['hub']}/resolve/{source['revision']}/{file}"


def _given(models_from: Path | None, name: str) -> list[Path]:
    return [] if models_from is None else [models_from / name, models_from]


def _local_cache(source: Mapping[str, str]) -> Iterator[Path]:
    """The folder that the hub's own client would have put this revision into."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "huggingface"
    cache = os.environ.get("HF_HUB_CACHE") or Path(os.environ.get("HF_HOME") or home) / "hub"
    repository = f"models--{source['hub'].replace('/', '--')}"
    yield Path(cache) / repository / "snapshots" / source["revision"]


def _find(file: str, pinned: Mapping[str, Any], manifest: Mapping[str, Any], places: list[Path]) -> Path:
    for place in places:
        if (place / file).is_file():
            _check(place / file, pinned["sha256"])
            return place / file
    name = manifest["name"]
    return fetch(
        f"{name}/{file}",
        pinned["sha256"],
        [address(manifest["source"], file)],
        tried=[str(place / file) for place in places],
        remedy="Check the network, or give a folder that holds the files with --models-from DIR, "
        f"or leave out --with {name}.",
    )


def _check(path: Path, sha256: str) -> None:
    actual = sha256_of(path)
    if actual != sha256:
        raise HashMismatch(
            f"{path} is not the pinned file.\n    expected sha256 {sha256}\n    but got        {actual}\n"
            "  Nothing was used. Remove it, or put the file of the pinned revision in its place."
        )
