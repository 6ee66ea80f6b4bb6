"""The script that searches the reader's index: its modules in one file, which a browser asks for once."""

from __future__ import annotations

import os
import re
from pathlib import Path

from semblance.blog.engine import SCRIPTS
from semblance.blog.writing import hashed, write
from semblance.parts.scripts import read_script

ENTRY = SCRIPTS / "blog" / "reader" / "search.js"

_IMPORT = re.compile(r'^import (\{[^}]*\}) from "([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_COMMENTS = re.compile(r"^ *(?://.*|/\*\*.*?\*/)\n", re.MULTILINE)
_LONG_COMMENTS = re.compile(r"^ */\*\*\n(?: *\*.*\n)+", re.MULTILINE)


def write_scripts(folder: Path) -> list[str]:
    """Write the script into a folder of its own, ``reader-`` and a digest of it, in this one.

    Returns
    -------
    list of str
        Its path from `folder`.
    """
    script = bundle(ENTRY)
    path = f"reader-{hashed(script)}/{ENTRY.name}"
    write(folder / path, script)
    return [path]


def bundle(entry: Path) -> bytes:
    """A module and all that it imports as one module, without comments.

    Each imported module becomes a function's result, so that its names stay its own. Modules say ``import { ... } from``
    and ``export`` before what they export, on lines of their own.

    Parameters
    ----------
    entry : Path
        From the root, such as ``static/js/blog/reader/search.js``.
    """
    modules: dict[Path, str] = {}
    _add(entry, modules)
    return "".join(modules.values()).encode()


def _add(script: Path, modules: dict[Path, str], *, is_entry: bool = True) -> None:
    """Append a module after those that it imports."""
    source = read_script(script).decode()
    imported = {path: Path(os.path.normpath(script.parent / path)) for _, path in _IMPORT.findall(source)}
    for other in imported.values():
        if other not in modules:
            _add(other, modules, is_entry=False)
    code = _COMMENTS.sub("", _LONG_COMMENTS.sub("", source))
    code = _IMPORT.sub(
        lambda match: f"const {match[1].replace(' as ', ': ')} = {_name(imported[match[2]])};\n", code
    )
    if not is_entry:
        names = ", ".join(_EXPORT.findall(code))
        code = f"const {_name(script)} = (() => {{\n{_EXPORT.sub('', code)}return {{ {names} }};\n}})();\n"
    modules[script] = code


def _name(script: Path) -> str:
    return "$" + re.sub(r"\W", "_", f"{script.parent.name}/{script.stem}")
