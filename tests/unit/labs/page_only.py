"""What CPython's tools can't do."""

from __future__ import annotations

import inspect

from semblance.labs.lesson import Demo


def needs_the_page(demo: Demo) -> bool:
    """Whether a demonstration calls UMAP, which only the page has; the browser's tests run it."""
    return "tools.umap(" in inspect.getsource(demo.show)
