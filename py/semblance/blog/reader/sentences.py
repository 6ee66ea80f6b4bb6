"""The sentences that teach a site's query encoder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from semblance.blog.posts import Post
from semblance.blog.writing import hashed
from semblance.embedding.sentences import segment
from semblance.ranking.words.terms import is_dense

SHORTEST, LONGEST = 20, 300
"""Characters of a sentence that teaches; titles may be shorter."""

SHORTEST_DENSE = 6
"""The same of a script without spaces, whose characters say more."""

MOST = 10_000
"""More teach little, and each costs the author time."""


def some_sentences(posts: Iterable[Sequence[str]]) -> list[str]:
    """The sentences of posts, each once; of a large site a part of them, the same each time."""
    sentences = list(dict.fromkeys(chain.from_iterable(posts)))
    if len(sentences) > MOST:
        chosen = sorted(sentences, key=lambda sentence: hashed(sentence.encode(errors="replace")))[:MOST]
        sentences = sorted(chosen)
    return sentences


def sentences_in_post(post: Post) -> Iterator[str]:
    """The title, headings and sentences of a post."""
    yield " ".join(post.title.split())
    for part in segment(post.content):
        sentence = " ".join(post.content[part.start : part.end].split())
        if part.level:
            yield part.heading
        elif _shortest(sentence) <= len(sentence) <= LONGEST:
            yield sentence


def _shortest(sentence: str) -> int:
    return SHORTEST_DENSE if is_dense(sentence) else SHORTEST
