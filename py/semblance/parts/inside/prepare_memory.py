"""Run in Pyodide before its memory becomes the site's snapshot: import what every page needs."""

import gc
import importlib
import os
import random
import sys

# None of these needs a page or draws random numbers when it is imported.
MODULES = (
    "email.utils",
    "numpy",
    "urllib.parse",
    "semblance.browser.pages.address",
    "semblance.browser.pages.facts",
    "semblance.browser.pages.listing",
    "semblance.browser.pages.pause",
    "semblance.browser.pages.quotes",
    "semblance.browser.pages.words",
    "semblance.ingest",
    "semblance.library",
    "semblance.messages",
    "semblance.storage.memory",
    "semblance.models.image",
    "semblance.models.listing",
    "semblance.models.text",
    "semblance.ranking.words.spans",
    "semblance.version",
    "semblance.breaks",
    "semblance.wording",
)


def rehearse() -> None:
    """Do what every page does with its first text, so that patterns are compiled and messages read before it starts."""
    pages, terms = map(
        importlib.import_module, ("semblance.browser.pages.words", "semblance.ranking.words.terms")
    )
    pages.words("app.then", first="", second="")
    for word in terms.words_of("tides"):
        terms.stem(word, "en")


def main() -> None:
    """Import the modules, and leave nothing behind that belongs to the build."""
    for name in MODULES:
        importlib.import_module(name)
    rehearse()
    assert "numpy.random" not in sys.modules, "every page would draw the same numbers"
    random.seed(0)  # the page seeds it again; the snapshot must not depend on chance
    os.environ.pop("PYTHONHASHSEED", None)
    sys.path.remove("")  # Pyodide adds it again
    gc.collect()
    gc.freeze()  # imported modules stay, so the collector need not check them again
