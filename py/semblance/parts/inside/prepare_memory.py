"""Runs in Pyodide before its memory becomes the site's snapshot: imports what every page needs."""

import gc
import importlib
import os
import random
import sys

# Nothing that needs a page, and nothing that draws random numbers at import.
MODULES = (
    "numpy",
    "urllib.parse",
    "semblance.ingest",
    "semblance.library",
    "semblance.storage.memory",
    "semblance.models.image",
    "semblance.models.listing",
    "semblance.models.text",
    "semblance.version",
    "semblance.wording",
)


def main() -> None:
    """Import them, and leave nothing behind that belongs to the build."""
    for name in MODULES:
        importlib.import_module(name)
    assert "numpy.random" not in sys.modules, "every page would draw the same numbers"
    random.seed(0)  # the page seeds it afresh; the snapshot must not depend on chance
    os.environ.pop("PYTHONHASHSEED", None)
    sys.path.remove("")  # Pyodide puts it in again
    gc.collect()
    gc.freeze()  # what is imported stays: no need to look through it again and again
