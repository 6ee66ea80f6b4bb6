"""The words of a site in small files by their alphabet, with what BM25 needs to rank posts.

A reader's script has no stemmer. So forms of a word, which share a stem, share a number in their file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from semblance.blog.posts import Post
from semblance.blog.reader.fields import ascending, counted, framed, order, sorted_strings, varints
from semblance.ranking.words.languages import STOP_WORDS
from semblance.ranking.words.terms import last_of_runs, stem, words_of

SHARD_BYTES = 4_000
"""About so many bytes of a file before compression."""

_TITLE, _TAGS = 4, 2
"""How often a word counts that stands in the title or the tags."""

_MOST = 255

Postings = Sequence[tuple[int, int]]
"""Numbers of posts, ascending, and how often the word stands in each."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word without accents and its number among the stems, and its postings."""

    text: str
    stem: str
    postings: Postings

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return 4 + len(self.text) // 2 + 2 * len(self.postings)


@dataclass(frozen=True, slots=True)
class WordShards:
    """The files of words, the first word of each but the first, and the stop words, which a query is searched without."""

    firsts: Sequence[str]
    files: Sequence[bytes]
    stop_words: Sequence[str]


def counts_of(post: Post) -> Counter[str]:
    """How often each word of a post counts, without accents: those of its content, title and tags."""
    counts: Counter[str] = Counter()
    for text, weight in ((post.content, 1), (post.title, _TITLE), (" ".join(post.tags), _TAGS)):
        # The last of runs, too, so that a single character is found wherever it stands.
        for word in (*words_of(text), *last_of_runs(text)):
            counts[stem(word, "")] += weight
    return counts


def word_shards(counts: Sequence[Mapping[str, int]], language: str) -> WordShards:
    """The files of the words of posts.

    Parameters
    ----------
    counts : sequence of mapping
        See `counts_of`, for each post.
    language : str
        Whose stems and stop words are used, such as ``pt-BR``.
    """
    language = language.partition("-")[0]
    stop_words = sorted({stem(word, "") for word in STOP_WORDS.get(language, ())}, key=order)
    postings: dict[str, list[tuple[int, int]]] = {}
    for number, own in enumerate(counts):
        for text, count in own.items():
            postings.setdefault(text, []).append((number, min(count, _MOST)))
    words = [
        Word(text, stem(stem(text, language), ""), postings[text]) for text in sorted(postings, key=order)
    ]
    shards = list(_cut(words))
    return WordShards([shard[0].text for shard in shards[1:]], [_file(shard) for shard in shards], stop_words)


def _cut(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Cut between words so that forms of one word stay together, unless a file would become twice as long."""
    last = {word.stem: place for place, word in enumerate(words)}
    start, size, whole_until = 0, 0, 0
    for place, word in enumerate(words):
        is_open = whole_until >= place and size < 2 * SHARD_BYTES
        if place > start and size + word.size > SHARD_BYTES and not is_open:
            yield words[start:place]
            start, size, whole_until = place, 0, 0
        size += word.size
        whole_until = max(whole_until, last[word.stem])
    if words:
        yield words[start:]


def _file(words: Sequence[Word]) -> bytes:
    stems: dict[str, int] = {}
    numbers = [stems.setdefault(word.stem, len(stems)) for word in words]
    data = [sorted_strings([word.text for word in words]), varints(numbers)]
    data.append(counted(bytes(count for word in words for _, count in word.postings)))
    data += [ascending([post for post, _ in word.postings]) for word in words]
    return framed(b"w", b"".join(data))
