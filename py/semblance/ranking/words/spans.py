"""Where the words of a query stand in a text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from semblance.ranking.words.languages import language_of
from semblance.ranking.words.terms import dense_characters, is_dense, located_words, term


def word_spans(text: str, words: Collection[str], *, beginning: str = "") -> list[tuple[int, int]]:
    """The stretches of a text that are forms of some words, in order; they don't overlap.

    Parameters
    ----------
    text : str
    words : collection of str
        As `semblance.ranking.words.terms.words_of` gives them.
    beginning : str
        A word that is not typed to its end: words that begin so count, too.

    Examples
    --------
    >>> text = "The moon moves the waves."
    >>> [text[start:end] for start, end in word_spans(text, ["wave"], beginning="mo")]
    ['moon', 'moves', 'waves']
    """
    language = language_of(text)
    wanted = {term(word) for word in words} | {term(word, language) for word in words}
    parts = [word for word in words if is_dense(word)]
    spans = list[tuple[int, int]]()
    for word, start, end in located_words(text):
        if is_dense(word):
            characters = list(dense_characters(text, start, end))
            spans += _joined(sorted(span for part in parts for span in _places(part, characters)))
        elif (
            term(word) in wanted
            or term(word, language) in wanted
            or (beginning and word.startswith(beginning))
        ):
            spans.append((start, end))
    return spans


def _places(part: str, characters: Sequence[tuple[str, int, int]]) -> Iterator[tuple[int, int]]:
    """Where characters that follow each other make up a part."""
    for first, (_, start, _) in enumerate(characters):
        written = ""
        for character, _, end in characters[first:]:
            written += character
            if len(written) >= len(part):
                if written == part:
                    yield start, end
                break


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted spans, those that touch or overlap as one."""
    joined = list[tuple[int, int]]()
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
