"""How often each term occurs in an item: what a store keeps so that the item is found by its words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from semblance.documents import Document
from semblance.pace import Pacer
from semblance.ranking.words.languages import language_of
from semblance.ranking.words.terms import last_of_runs, term, words_of

RULE = 2
"""Changes whenever the same item would get other counts. Counts by another rule are made again."""

TITLE_WEIGHT = 3  # a word of the title counts as so many of the text
_MOST = 255
_PIECE = 20_000  # characters that are cut into words at once: some milliseconds in a browser
_ADDRESS = re.compile(r"\w+://\S+$|\S+\.\w{2,5}$|\d[\d:.T+Z -]*$")
_PIECE_END = re.compile(r"\s")


@dataclass(frozen=True, slots=True, eq=False)
class WordCounts:
    """The terms of an item.

    Parameters
    ----------
    terms : ndarray of uint64, shape (t,)
        Their numbers, each once, in rising order.
    counts : ndarray of uint8, shape (t,)
        How often each occurs, at most 255 times; an occurrence in the title counts more.
    """

    terms: npt.NDArray[np.uint64]
    counts: npt.NDArray[np.uint8]

    def pack(self) -> bytes:
        """As a store keeps them: a byte for the rule, then the terms (little-endian), then the counts."""
        return bytes([RULE]) + self.terms.astype("<u8").tobytes() + self.counts.tobytes()

    @classmethod
    def unpack(cls, packed: bytes) -> WordCounts | None:
        """What `pack` wrote; None if it did not, or by another rule."""
        if not packed or packed[0] != RULE or (len(packed) - 1) % 9:
            return None
        size = (len(packed) - 1) // 9
        terms = np.frombuffer(packed, dtype="<u8", count=size, offset=1).astype(np.uint64)
        return cls(terms, np.frombuffer(packed, dtype=np.uint8, offset=1 + 8 * size))


async def count_words(document: Document, title: str, pacer: Pacer) -> WordCounts:
    """The terms of a document's text, of its title, and of what its metadata says in words.

    Parameters
    ----------
    document : Document
    title : str
        The title that it goes by, which may be the first heading of its text.
    pacer : Pacer

    Examples
    --------
    >>> import asyncio
    >>> counts = asyncio.run(count_words(Document("a", "The sea, the sea!"), "Tides", Pacer()))
    >>> sorted(counts.counts.tolist())  # three words, as they stand and as stems
    [2, 2, 2, 2, 3, 3]
    """
    language = language_of(f"{title}\n{document.content}")
    words: Counter[str] = Counter()
    for piece in _pieces(document.content):
        words.update(words_of(piece))
        words.update(last_of_runs(piece))
        await pacer.breathe()
    for text in texts_of(document.metadata):
        words.update(words_of(text))
    for word in chain(words_of(title), last_of_runs(title)):
        words[word] += TITLE_WEIGHT
    totals: Counter[int] = Counter()
    for word, count in words.items():
        totals[term(word)] += count
        if language:
            totals[term(word, language)] += count
        await pacer.breathe()
    terms = sorted(totals)
    counts = [min(totals[number], _MOST) for number in terms]
    return WordCounts(np.array(terms, dtype=np.uint64), np.array(counts, dtype=np.uint8))


def texts_of(metadata: Mapping[str, Any]) -> Iterable[str]:
    """What metadata says in words: texts and lists of texts, but no addresses, file names, dates and numbers.

    Examples
    --------
    >>> list(texts_of({"tags": ["sea", "sky"], "link": "https://example.org/", "price": 3, "category": "Bags"}))
    ['sea', 'sky', 'Bags']
    """
    for value in metadata.values():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and not _ADDRESS.match(text):
                yield text


def _pieces(text: str) -> Iterable[str]:
    """The text in pieces that are cut where there is space."""
    start = 0
    while start < len(text):
        end = start + _PIECE
        space = _PIECE_END.search(text, end, end + _PIECE)
        end = space.start() if space else end
        yield text[start:end]
        start = end
