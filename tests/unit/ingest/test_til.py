"""577 posts of a real blog."""

from __future__ import annotations

from pathlib import Path

import pytest

from semblance.documents import Document
from semblance.ingest import read

TIL = Path(__file__).parents[4] / "shared" / "data" / "til"


@pytest.mark.skipif(
    not TIL.is_dir(), reason="the posts are not part of the project: ../shared/data/til is absent"
)
def test_every_post_is_read() -> None:
    paths = sorted(TIL.rglob("*.md"))
    assert len(paths) == 577
    for path in paths:
        name = path.relative_to(TIL).as_posix()
        (post,) = [step for step in read(name, path.read_bytes(), source="til") if step is not None]
        assert isinstance(post, Document)
        assert (post.id, post.source, post.note) == (name, "til", "")
        assert post.title
        assert post.content.strip()
