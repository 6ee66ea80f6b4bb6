"""What a browser needs of a wheel."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

# Parts of vendored wheels that nothing imports: command lines, compiled speed-ups' leftovers, metadata, tests, what
# numpy has for compilers, and scikit-learn's sample data.
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
WHEEL_KEPT = (".py", ".so", ".css", ".js")  # scikit-learn reads its styles when it is imported


def wheel_modules(wheel: Path) -> Iterable[tuple[str, bytes]]:
    """Path and contents of what is needed of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(WHEEL_KEPT) and not any(part in name for part in WHEEL_LEFT_OUT):
                yield name, archive.read(name)
