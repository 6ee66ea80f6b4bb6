"""JavaScript modules as blobs. A blob has no address that other modules could be relative to."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from posixpath import dirname, join, normpath

from semblance.parts.errors import BuildError

VENDORED = "static/vendor/"
OWN_SCRIPTS = "static/js/offline/"

_STATIC = re.compile(rb"""(?<![\w$.])(from|import)(\s*)(["'])(\.{1,2}/[^"'\n]+)\3""")
_DYNAMIC = re.compile(rb"(?<![\w$.])import\s*\(")
_META = re.compile(rb"(?<![\w$.])import\.meta\b")
_LINKED = re.compile(rb"""["']semblance-module:([^"'\n]+)["']""")


def is_module(name: str) -> bool:
    """Whether a file holds a JavaScript module; the edition's own are scripts."""
    return name.endswith((".js", ".mjs")) and not name.startswith(OWN_SCRIPTS)


def link(name: str, source: bytes, names: Collection[str]) -> bytes:
    """A module that can be made a blob.

    Static imports name the file, by its path from the site's root; ``import()`` and ``import.meta`` go to files.js.
    Libraries also carry programs in strings. They are not run here, but the replacement of ``import()`` must not end a
    string, so it has no quotes.

    Parameters
    ----------
    name : str
        The module's path.
    source : bytes
        Its text.
    names : collection of str
        Paths of all files.

    Examples
    --------
    >>> link("js/a.js", b'import { b } from "./b.js";', {"js/b.js"})
    b'import { b } from "semblance-module:js/b.js";'
    >>> link("js/a.js", b"import(address);", set())
    b'const semblanceModule = semblanceFiles.module("js/a.js"); semblanceModule.import(address);'
    """

    def by_path(match: re.Match[bytes]) -> bytes:
        word, space, quote, specifier = match.groups()
        imported = normpath(join(dirname(name), specifier.decode()))
        if imported not in names:  # in a comment, or in a string
            return match[0]
        return b"".join([word, space, quote, b"semblance-module:", imported.encode(), quote])

    linked = _DYNAMIC.sub(b"semblanceModule.import(", _STATIC.sub(by_path, source))
    if not name.startswith(VENDORED):  # libraries know what to make of a blob's address
        linked = _META.sub(b"semblanceModule.meta", linked)
    if b"semblanceModule" in linked:
        linked = f"const semblanceModule = semblanceFiles.module({json.dumps(name)}); ".encode() + linked
    return linked


def link_all(contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of a site, the modules among them linked.

    Raises
    ------
    BuildError
        If modules import each other in a circle: a blob gets its address only after those that it imports.
    """
    linked = {
        name: link(name, data, contents) if is_module(name) else data for name, data in contents.items()
    }
    imports = {
        name: [match.decode() for match in _LINKED.findall(data)]
        for name, data in linked.items()
        if is_module(name)
    }
    finished: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        if name in way:
            raise BuildError(f"Modules import each other in a circle: {' -> '.join([*way, name])}.")
        if name not in finished:
            for imported in imports.get(name, ()):
                visit(imported, (*way, name))
            finished.add(name)

    for name in imports:
        visit(name, ())
    return linked
