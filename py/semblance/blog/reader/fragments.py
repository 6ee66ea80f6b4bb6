"""One small file a post: what is shown of it, and the text that its excerpt is taken from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from semblance.blog.posts import Post
from semblance.blog.reader.excerpts import Sentences
from semblance.blog.reader.fields import framed
from semblance.blog.writing import dumps
from semblance.documents import Passage
from semblance.records import Record


def fragment(post: Post, record: Record, sentences: Sequence[Sentences]) -> bytes:
    """The file of a post: JSON in the frame of the index. `sentences` are those of its passages, if they are known."""
    shown: dict[str, Any] = {"url": post.url, "title": post.title}
    if post.date:
        shown["date"] = post.date
    if post.tags:
        shown["tags"] = list(post.tags)
    shown["passages"] = [
        [passage.heading, post.anchor(passage.start), text_of(post, passage)] for passage in record.passages
    ]
    for shown_passage, own in zip(shown["passages"], sentences, strict=False):
        if own.starts:
            shown_passage += [own.starts, own.signs]
    return framed(b"p", dumps(shown))


def text_of(post: Post, passage: Passage) -> str:
    """The text of a passage."""
    return post.content[passage.start : passage.end]
