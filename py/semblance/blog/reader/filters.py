"""The tags and the years of posts: what a reader may narrow a search to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from semblance.blog.posts import Post
from semblance.blog.reader.fields import ascending, framed, order, sorted_strings


def filters(posts: Sequence[Post]) -> bytes:
    """The file of tags and years, each with its posts."""
    tags: dict[str, list[int]] = {}
    years: dict[str, list[int]] = {}
    for number, post in enumerate(posts):
        for tag in dict.fromkeys(post.tags):
            tags.setdefault(tag, []).append(number)
        if post.date:
            years.setdefault(post.date[:4], []).append(number)
    return framed(b"f", _lists(tags) + _lists(years))


def _lists(posts_of: Mapping[str, Sequence[int]]) -> bytes:
    names = sorted(posts_of, key=order)
    return sorted_strings(names) + b"".join(ascending(posts_of[name]) for name in names)
