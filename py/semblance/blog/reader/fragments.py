"""One small file a post: what is shown of it, and the text that its excerpt is taken from."""

from __future__ import annotations

from typing import Any

from semblance.blog.posts import Post
from semblance.blog.reader.fields import framed
from semblance.blog.writing import dumps
from semblance.records import Record


def fragment(post: Post, record: Record) -> bytes:
    """The file of a post: JSON in the frame of the index."""
    shown: dict[str, Any] = {"url": post.url, "title": post.title}
    if post.date:
        shown["date"] = post.date
    if post.tags:
        shown["tags"] = list(post.tags)
    shown["passages"] = [
        [passage.heading, post.anchor(passage.start), post.content[passage.start : passage.end]]
        for passage in record.passages
    ]
    return framed(b"p", dumps(shown))
