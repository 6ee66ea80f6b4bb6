"""Posts that are encoded together for the reader's index: as far as each can be encoded alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from semblance.blog.parts.part import MOST_CHARS, Tools, divided, dumped, key_of, loaded
from semblance.blog.posts import Post
from semblance.blog.reader.cutting import cut
from semblance.blog.reader.keywords import counts_of
from semblance.blog.reader.sentences import sentences_in_post
from semblance.errors import Malformed
from semblance.ports import TextEncoder
from semblance.version import __version__

ALGORITHM = 1
"""A new number for each change, between two versions, by which the same post could be encoded otherwise."""


class Encoded(NamedTuple):
    """What a post adds to the reader's index.

    Parameters
    ----------
    words : mapping of str to int
        See `semblance.blog.reader.keywords.counts_of`.
    sentences : sequence of str
        Those that may teach; see `semblance.blog.reader.sentences`.
    """

    words: Mapping[str, int]
    sentences: Sequence[str]


class EncodedPosts(NamedTuple):
    """What the posts of a part add, and how often each of the model's tokens stands in their texts, by its id."""

    posts: Sequence[Encoded]
    tokens: Mapping[int, int]


@dataclass(frozen=True)
class EncodingPart:
    """Posts that are encoded together, for the tokenizer of one model.

    Parameters
    ----------
    model : str
        The model's name.
    fingerprint : str
        That of its encoder.
    posts : tuple of Post
        With nothing but what is encoded of them.
    """

    model: str
    fingerprint: str
    posts: tuple[Post, ...]

    is_kept = True

    @cached_property
    def key(self) -> str:
        """The SHA-256 of the posts, of the model, and of the version that encodes them."""
        texts = [(post.title, post.content, post.tags) for post in self.posts]
        return key_of("encoding", ALGORITHM, __version__, self.fingerprint, texts)

    @property
    def count(self) -> int:
        """The number of posts."""
        return len(self.posts)

    @property
    def size(self) -> int:
        """Characters."""
        return sum(len(post.content) for post in self.posts)

    async def computed(self, tools: Tools) -> bytes:
        """For each post its words and sentences, then the tokens of all, in JSON."""
        assert tools.tokenizer
        assert tools.cutting
        encoded = await cut([post.content for post in self.posts], tools.tokenizer, tools.cutting)
        tokens = np.unique(np.concatenate(encoded), return_counts=True)
        posts = [(counts_of(post), list(sentences_in_post(post))) for post in self.posts]
        return dumped([*posts, [array.tolist() for array in tokens]])

    def result(self, content: bytes) -> EncodedPosts:
        """What the posts add, in their order."""
        *posts, tokens = loaded(content, len(self.posts) + 1)
        try:
            return EncodedPosts([Encoded(*post) for post in posts], dict(zip(*tokens, strict=True)))
        except (TypeError, ValueError) as error:
            raise Malformed("it holds something else than posts") from error


def encoding_parts(posts: Iterable[Post], encoder: TextEncoder) -> Iterator[EncodingPart]:
    """The parts that hold all posts, in their order. A post's key decides where a part ends: a post that changes, one."""
    for group in divided(posts, lambda post: post.key, lambda post: len(post.content), MOST_CHARS):
        bare = tuple(Post("", "", post.title, post.content, tags=post.tags) for post in group)
        yield EncodingPart(encoder.name, encoder.fingerprint, bare)
