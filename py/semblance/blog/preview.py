"""What a run would do, before anything is embedded: which pages are posts, which are none and why, and a few lists."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from semblance.blog.posts import WORD, Post
from semblance.blog.reading import Reading
from semblance.wording import count

_NAMED = 10  # so many posts, and pages of a kind, are named, unless all are asked for
_SAMPLES = 5  # lists
_COMMON = 0.5  # words that more of the posts have than this tell nothing


def preview(reading: Reading, number: int, *, verbose: bool = False) -> Iterator[str]:
    """The lines of a preview.

    Parameters
    ----------
    reading : Reading
    number : int
        Most posts of a list.
    verbose : bool
        Whether all posts and pages are named.
    """
    posts, most = reading.posts, 10**9 if verbose else _NAMED
    languages = Counter(post.language for post in posts)
    named = ", ".join(f"{language} {languages[language]}" for language in sorted(languages))
    yield f"{count(len(posts), 'post')} ({named}):" if posts else "no posts"
    yield from _named([_line(post) for post in posts], most)
    for kind, names in sorted(_kinds(reading).items()):
        yield f"no post: {count(len(names), 'page')}, {kind}:"
        yield from _named(names, most)
    if len(posts) > 1:
        yield "lists by the words that posts share, for a first look; a run compares what they mean:"
        for post, others in samples(posts, number):
            yield f"  {post.title}"
            yield from (f"    {other.title}" for other in others)


def samples(posts: Sequence[Post], number: int) -> Iterator[tuple[Post, list[Post]]]:
    """A few posts from all over the site, and those that share the most telling words with each (TF-IDF)."""
    bags = [Counter(WORD.findall(f"{post.title} {post.content}".casefold())) for post in posts]
    having: defaultdict[str, list[int]] = defaultdict(list)
    for row, bag in enumerate(bags):
        for word in bag:
            having[word].append(row)
    rows = [at * len(posts) // min(_SAMPLES, len(posts)) for at in range(min(_SAMPLES, len(posts)))]
    for row in rows:
        scores: defaultdict[int, float] = defaultdict(float)
        for word, times in bags[row].items():
            rows_with = having[word]
            if len(rows_with) <= max(2, _COMMON * len(posts)):
                weight = (1 + math.log(times)) * math.log(len(posts) / len(rows_with) + 1) ** 2
                for other in rows_with:
                    scores[other] += weight / math.sqrt(bags[other].total())
        others = (
            other for other in sorted(scores, key=lambda other: (-scores[other], other)) if other != row
        )
        related = [posts[other] for other in others if posts[other].language == posts[row].language]
        yield posts[row], related[:number]


def _kinds(reading: Reading) -> dict[str, list[str]]:
    kinds: defaultdict[str, list[str]] = defaultdict(list)
    for file, reason in reading.left_out:
        kinds[reason].append(file)
    for file, key in reading.duplicates:
        kinds["a copy of a post"].append(f"{file} (of {key})")
    if reading.too_short:
        kinds["too short"] = list(reading.too_short)
    return kinds


def _line(post: Post) -> str:
    return f"{post.url}  {post.date}  {post.title}" if post.date else f"{post.url}  {post.title}"


def _named(names: Sequence[str], most: int) -> Iterator[str]:
    yield from (f"  {name}" for name in names[:most])
    if len(names) > most:
        yield f"  and {len(names) - most} more; --verbose names all"
