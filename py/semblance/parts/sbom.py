"""The bill of materials: every part that others made, with version, licence and SHA-256, as CycloneDX 1.6 in JSON.

It depends on the pins alone, so the same pins give the same bytes: it has no date and no serial number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from semblance.parts.vendor import Vendored
from semblance.version import __version__

NAME = "sbom.cdx.json"

_SPDX = re.compile(r"[A-Za-z0-9.+-]+")
_SHORT_REVISION = 12  # as git shows it
_OWN_LICENCE = "Apache-2.0"

Component = dict[str, Any]


def bill(components: Iterable[Component]) -> bytes:
    """The file of a product that consists of Semblance and these parts.

    Examples
    --------
    >>> made = json.loads(bill([component("idb", "8.0.4", "ISC", "npm")]))
    >>> made["bomFormat"], made["components"][0]["purl"], made["components"][0]["licenses"]
    ('CycloneDX', 'pkg:npm/idb@8.0.4', [{'license': {'id': 'ISC'}}])
    """
    product = {"type": "application", "bom-ref": "semblance", "name": "semblance", "version": __version__}
    parts = sorted(components, key=lambda part: (str(part["name"]), str(part.get("version", ""))))
    made = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**product, "licenses": _licences(_OWN_LICENCE)}},
        "components": parts,
        "dependencies": [{"ref": "semblance", "dependsOn": [part["bom-ref"] for part in parts]}],
    }
    return json.dumps(made, indent=1, ensure_ascii=False).encode() + b"\n"


def component(
    name: str, version: str, licence: str = "", registry: str = "", *, kind: str = "library"
) -> Component:
    """A part that has no files of its own here.

    Examples
    --------
    >>> component("@pyscript/core", "0.7.31", "Apache-2.0", "npm")["bom-ref"]
    'pkg:npm/%40pyscript/core@0.7.31'
    """
    address = f"pkg:{registry or 'generic'}/{name.replace('@', '%40')}@{version}"
    part = {"type": kind, "bom-ref": address, "name": name, "version": version}
    return (
        part | ({"licenses": _licences(licence)} if licence else {}) | ({"purl": address} if registry else {})
    )


def licences_of(components: Iterable[Component]) -> list[tuple[str, str]]:
    """Name and licence of each part, sorted by name. The licence is empty for a model whose manifest states none.

    Examples
    --------
    >>> licences_of([component("idb", "8.0.4", "ISC", "npm")])
    [('idb 8.0.4', 'ISC')]
    """
    return sorted(
        (
            f"{part['name']} {part['version']}",
            " ".join(
                entry["license"].get("id") or entry["license"]["name"] for entry in part.get("licenses", [])
            ),
        )
        for part in components
    )


def of_vendored(files: Iterable[Vendored]) -> list[Component]:
    """The parts of ``static/vendor.lock``, with their files."""
    made = []
    for (name, version), group in groupby(files, lambda file: (file.name, file.version)):
        pinned = list(group)
        registry = "npm" if any(source.startswith("npm:") for source in pinned[0].sources) else "pypi"
        hashes = {file.to or f"{name}-{version}.whl": file.sha256 for file in pinned}
        made.append(component(name, version, pinned[0].licence, registry) | _files(name, hashes))
    return made


def of_model(name: str, manifest: Mapping[str, Any]) -> Component:
    """A model, with its files."""
    source = manifest.get("source", {})
    version = str(source.get("revision") or source.get("version") or "1")[:_SHORT_REVISION]
    hashes = {
        f"models/{name}/{file}": about["sha256"]
        for file, about in manifest["files"].items()
        if "compression" not in about  # the digest is then that of the content
    }
    part = component(name, version, str(manifest.get("licence", "")), kind="machine-learning-model")
    return part | _files(name, hashes)


def of_wheel(dependencies: Iterable[str], versions: Mapping[str, str]) -> list[Component]:
    """The Python packages that the wheel asks for, such as ``numpy>=2.1,<3``, at the versions that it was tested with.

    Examples
    --------
    >>> of_wheel(["numpy>=2.1,<3"], {"numpy": "2.4.3"})[0]["purl"]
    'pkg:pypi/numpy@2.4.3'
    """
    names = [re.split(r"[<>=!~;\[ ]", dependency)[0] for dependency in dependencies]
    return [component(name, versions[name], registry="pypi") for name in names]


def _licences(licence: str) -> list[dict[str, dict[str, str]]]:
    """By its SPDX identifier, or in words where it takes more to say."""
    return [{"license": {"id" if _SPDX.fullmatch(licence) else "name": licence}}]


def _files(part: str, hashes: Mapping[str, str]) -> dict[str, list[Component]]:
    return {
        "components": [
            {
                "type": "file",
                "bom-ref": f"{part}#{path}",
                "name": path,
                "hashes": [{"alg": "SHA-256", "content": digest}],
            }
            for path, digest in hashes.items()
        ]
    }
