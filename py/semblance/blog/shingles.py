"""How much of one text stands in another: the share of the runs of words that they have in common (Broder 1997).

Cosines can't tell. Two reviews of a year may be as near to each other as a text to its copy.
"""

from __future__ import annotations

import re
import zlib

import numpy as np
import numpy.typing as npt

from semblance.blog.posts import WORD

Shingles = npt.NDArray[np.uint64]
"""The hashes of the runs of words of a text, sorted, each once."""

WIDTH = 5  # words; of a text with fewer, all are one run
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_NUMBER = re.compile(r"\d+")


def shingles(text: str) -> Shingles:
    """The runs of words of a text. Case and punctuation don't count.

    Examples
    --------
    >>> len(shingles("One two three four five, six")), len(shingles("One!")), len(shingles(""))
    (2, 1, 0)
    """
    words = [zlib.crc32(word.encode()) for word in WORD.findall(text.casefold())]
    if not words:
        return np.empty(0, np.uint64)
    hashes = np.array(words, np.uint64)
    width = min(WIDTH, len(words))
    runs = np.zeros(len(words) - width + 1, np.uint64)
    for offset in range(width):  # whole numbers wrap around at 2 ** 64
        runs = runs * _FACTOR + hashes[offset : offset + len(runs)]
    return np.unique(runs)


def containment(part: Shingles, whole: Shingles) -> float:
    """The share of the runs of one text that stand in another, from 0 to 1.

    Examples
    --------
    >>> containment(shingles("one two three four five"), shingles("Zero one two three four five six."))
    1.0
    """
    return _common(part, whole) / len(part) if len(part) else 0.0


def resemblance(one: Shingles, other: Shingles) -> float:
    """The share of the runs of two texts together that both have, from 0 to 1."""
    common = _common(one, other)
    return common / (len(one) + len(other) - common) if common else 0.0


def numbers(text: str) -> list[str]:
    """The numbers in a text.

    Examples
    --------
    >>> numbers("Weekly links 12")
    ['12']
    """
    return _NUMBER.findall(text)


def _common(one: Shingles, other: Shingles) -> int:
    return len(np.intersect1d(one, other, assume_unique=True))
