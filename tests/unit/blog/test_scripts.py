"""What a reader's browser loads on a page with related posts."""

from __future__ import annotations

import gzip

from semblance.parts.scripts import JAVASCRIPT, read_script

LIMIT = 4_000  # bytes, gzipped: the promise of docs/blog.md


def test_the_element_is_small() -> None:
    script = read_script(JAVASCRIPT / "blog" / "related-posts.js")
    assert len(gzip.compress(script)) <= LIMIT
