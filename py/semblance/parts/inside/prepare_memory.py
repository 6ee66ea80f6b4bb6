"""Run in Pyodide before its memory becomes the site's snapshot: import what every page needs."""

import gc
import importlib
import os
import random
import sys

# None of these needs a page or draws random numbers when it is imported.
MODULES = (
    "numpy",
    "urllib.parse",
    "semblance.ingest",
    "semblance.library",
    "semblance.messages",
    "semblance.storage.memory",
    "semblance.models.image",
    "semblance.models.listing",
    "semblance.models.text",
    "semblance.version",
    "semblance.breaks",
    "semblance.wording",
)


def main() -> None:
    """Import the modules, and leave nothing behind that belongs to the build."""
    for name in MODULES:
        importlib.import_module(name)
    assert "numpy.random" not in sys.modules, "every page would draw the same numbers"
    random.seed(0)  # the page seeds it again; the snapshot must not depend on chance
    os.environ.pop("PYTHONHASHSEED", None)
    sys.path.remove("")  # Pyodide adds it again
    gc.collect()
    gc.freeze()  # imported modules stay, so the collector need not check them again
