"""Take a model's files from a model hub at a pinned revision, or from a place on this machine that has them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from semblance.parts.errors import HashMismatch
from semblance.parts.fetch import fetch, sha256_of


def locate(folder: Path, manifest: Mapping[str, Any], models_from: Path | None = None) -> dict[str, Path]:
    """The path of each file of a model. Every file is the one that the manifest pins.

    Files are looked for in this order: the model's folder in the tree, `models_from`, the hub's cache on this machine,
    our own cache. A file that is in none of them is downloaded.

    Parameters
    ----------
    folder : Path
        The model's folder in the tree, which holds its small files.
    manifest : mapping
        Its ``source`` gives ``hub`` (``organisation/name``) and ``revision``, its ``files`` the hashes.
    models_from : Path, optional
        A folder that holds the files, or that holds a folder of the model's name with the files.

    Raises
    ------
    FetchError
        If a file is in no place and can't be downloaded.
    HashMismatch
        If a file is not the pinned one. No other place is tried then, so that people learn of the wrong file.
    """
    places = [folder, *_given(models_from, manifest["name"]), *_local_cache(manifest["source"])]
    return {file: _find(file, pinned, manifest, places) for file, pinned in manifest["files"].items()}


def address(source: Mapping[str, str], file: str) -> str:
    """The address of a model's file on the hub, at the pinned revision.

    Examples
    --------
    >>> address({"hub": "Xenova/clip-vit-base-patch32", "revision": "d15189d"}, "onnx/text_model.onnx")
    'https://huggingface.co/Xenova/clip-vit-base-patch32/resolve/d15189d/onnx/text_model.onnx'
    """
    endpoint = os.environ.get(
        "HF_ENDPOINT", "https://huggingface.co"
    )  # the hub's own client reads a mirror from this variable
    return f"{endpoint}/{source['hub']}/resolve/{source['revision']}/{file}"


def _given(models_from: Path | None, name: str) -> list[Path]:
    return [] if models_from is None else [models_from / name, models_from]


def _local_cache(source: Mapping[str, str]) -> Iterator[Path]:
    """The folder into which the hub's own client downloads this revision."""
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
