"""All posts of a blog."""

from __future__ import annotations

from data.posts import POSTS
from semblance.documents import Document
from semblance.ingest import read


def test_every_post_is_read() -> None:
    assert len(POSTS.files()) == POSTS.number
    for path in POSTS.files():
        name = path.relative_to(POSTS.folder).as_posix()
        (post,) = [step for step in read(name, path.read_bytes(), source="blog") if step is not None]
        assert isinstance(post, Document)
        assert (post.id, post.source, post.note) == (name, "blog", "")
        assert post.title
        assert post.content.strip()
