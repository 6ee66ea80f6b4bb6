"""The options of ``semblance site`` from a file, ``semblance.toml``, under the names that they have on the command line."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path

from semblance.errors import SiteError

FILE = "semblance.toml"
FOLDER = "folder"
"""The name of the site's folder, which has none on the command line."""


def arguments_from(file: Path, names: Collection[str]) -> list[str]:
    """The options in a file, as they would stand on the command line; the folder comes last.

    Parameters
    ----------
    file : Path
    names : collection of str
        The names of all options, without dashes at their beginning.

    Raises
    ------
    SiteError
        If the file can't be read, or names something that is no option.
    """
    try:
        options = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SiteError(f"it is no TOML ({error})", where=str(file)) from error
    arguments: list[str] = []
    for name, value in options.items():
        if name not in {*names, FOLDER}:
            near = difflib.get_close_matches(name, [*names, FOLDER], 1)
            raise SiteError(f"{name} is no option" + (f"; {near[0]} is one" if near else ""), where=str(file))
        if name != FOLDER:
            arguments += _arguments(name, value, file)
    if FOLDER in options:
        arguments += ["--", str(options[FOLDER])]
    return arguments


def _arguments(name: str, value: object, file: Path) -> Iterator[str]:
    if isinstance(value, bool):
        if value:
            yield f"--{name}"
    elif isinstance(value, str | int | float):
        yield f"--{name}={value}"
    elif isinstance(value, list):
        for part in value:
            yield from _arguments(name, part, file)
    else:
        raise SiteError(
            f"{name} is neither a text, a number, true, false, nor a list of these", where=str(file)
        )
