"""The modules of a wheel that a browser needs."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

from semblance.ranking.words.terms import STEMMERS

# Parts of vendored wheels that nothing imports: command lines, leftovers of compiled speed-ups, metadata, tests, and
# numpy's files for compilers.
WHEEL_LEFT_OUT = (
    ".dist-info/",
    "/cli/",
    "/__main__.py",
    "/py.typed",
    "/tests/",
    "numpy/f2py/",
    "numpy/_pyinstaller/",
    "numpy/_core/include/",
)
# The kinds of files that are kept: scikit-learn reads its styles when it is imported, but not its sample data.
WHEEL_KEPT = (".py", ".so", ".css", ".js")
# Its list of languages would import all of them. `semblance.ranking.words.terms` imports the one that it needs.
STEMMERS_INIT = ("snowballstemmer/__init__.py", b'"""Each language is a module."""\n')


def wheel_modules(wheel: Path) -> Iterable[tuple[str, bytes]]:
    """Path and contents of each file of a wheel that a browser needs."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name == STEMMERS_INIT[0]:
                yield STEMMERS_INIT
            elif _is_kept(name):
                yield name, archive.read(name)


def _is_kept(name: str) -> bool:
    if name.startswith("snowballstemmer/") and name.endswith("_stemmer.py"):
        return Path(name).stem.removesuffix("_stemmer") in STEMMERS.values()
    return name.endswith(WHEEL_KEPT) and not any(part in name for part in WHEEL_LEFT_OUT)
