"""Groups of words that teach a small site's query encoder how the model puts words together.

They come from the model's own vocabulary, not from anybody's texts. Without them the table of a small site only knows how
its own few sentences are put together: taught by 150 sentences of a blog, it has a cosine of 0.35 with the model's vectors
of foreign queries on average, and of 0.48 with 3,000 groups. Taught by twelve posts of a blog, it has one of 0.58 with those
of sentences of the other posts with 3,000 groups, of 0.59 with 8,000.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from semblance.ranking.words.terms import is_dense

GROUPS = 8000
"""So many teach the table of a site without a sentence."""

ENOUGH = 3000
"""So many sentences of its own teach a site as well as groups beside them would."""

LEAST, MOST = 2, 8
"""Words of a group."""

_WORDS = 12_000  # rarer ones are left out
_FLATTENING = 10  # of Zipf's law: the commonest words are not as common as it says


def word_groups(words: Sequence[str]) -> list[str]:
    """`GROUPS` groups of words as often as they occur. They are the same each time.

    Parameters
    ----------
    words : sequence of str
        The commonest first, as a vocabulary lists them.

    Examples
    --------
    >>> groups = word_groups(["the", "tide", "月亮"])
    >>> len(groups), {word for group in groups for word in group.split(" ")} > {"the", "tide", "月亮月亮"}
    (8000, True)
    """
    words = words[:_WORDS]
    if not words:
        return []
    weights = 1 / (np.arange(len(words)) + _FLATTENING)
    random = np.random.default_rng(0)
    sizes = random.integers(LEAST, MOST + 1, GROUPS)
    chosen = random.choice(len(words), int(sizes.sum()), p=weights / weights.sum())
    return [_written([words[i] for i in group]) for group in np.split(chosen, np.cumsum(sizes)[:-1])]


def groups_beside(sentences: int) -> int:
    """How many groups teach beside so many sentences of a site.

    Examples
    --------
    >>> groups_beside(0), groups_beside(1500), groups_beside(5000)
    (8000, 4000, 0)
    """
    return max(0, GROUPS - GROUPS * sentences // ENOUGH)


def _written(words: Sequence[str]) -> str:
    """Words with spaces between them, but where both are of a script without spaces."""
    parts = [words[0]]
    for before, word in pairwise(words):
        parts += [word] if is_dense(before) and is_dense(word) else [" ", word]
    return "".join(parts)
