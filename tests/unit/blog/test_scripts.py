"""What a reader's browser loads on a page with related posts."""

from __future__ import annotations

import gzip
from pathlib import Path

from semblance.parts.scripts import read_script

LIMIT = 4_000  # bytes, gzipped: the promise of docs/blog.md


def test_the_element_is_small() -> None:
    script = read_script(Path("static/js/blog/related-posts.js"))
    assert len(gzip.compress(script)) <= LIMIT
