"""What a reader's browser loads on a page with related posts."""

from __future__ import annotations

import gzip

from semblance.parts.paths import ROOT

LIMIT = 3_000  # bytes, gzipped: the promise of docs/blog.md


def test_the_element_is_small() -> None:
    script = ROOT / "static" / "js" / "blog" / "related-posts.js"
    assert len(gzip.compress(script.read_bytes())) <= LIMIT
