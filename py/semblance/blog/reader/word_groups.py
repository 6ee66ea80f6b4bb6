"""Groups of words that teach a small site's query encoder how the model puts words together.

They come from the model's own vocabulary, not from anybody's texts. Without them the table of a small site only knows how
its own few sentences are put together: taught by 150 sentences of a blog, it has a cosine of 0.35 with the model's vectors
of foreign queries on average, and of 0.48 with the groups. A site with as many sentences of its own needs none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

ENOUGH = 3000
"""So many sentences and groups teach a table."""

LEAST, MOST = 2, 8
"""Words of a group."""

_WORDS = 12_000  # rarer ones are left out
_FLATTENING = 10  # of Zipf's law: the commonest words are not as common as it says


def word_groups(vocabulary: Sequence[str], sentences: int) -> list[str]:
    """Groups of words as often as they occur: a vocabulary lists the commonest first. They are the same each time.

    Parameters
    ----------
    vocabulary : sequence of str
        The model's tokens, by their ids.
    sentences : int
        How many sentences the site has.

    Examples
    --------
    >>> groups = word_groups(["[PAD]", "x", "the", "tide", "##s"], 1000)
    >>> len(groups), {word for group in groups for word in group.split()} == {"the", "tide"}
    (2000, True)
    """
    words = [piece for piece in vocabulary if len(piece) > 1 and piece.isascii() and piece.isalpha()][:_WORDS]
    if not words or sentences >= ENOUGH:
        return []
    weights = 1 / (np.arange(len(words)) + _FLATTENING)
    random = np.random.default_rng(0)
    sizes = random.integers(LEAST, MOST + 1, ENOUGH)
    chosen = random.choice(len(words), int(sizes.sum()), p=weights / weights.sum())
    groups = [" ".join(words[i] for i in group) for group in np.split(chosen, np.cumsum(sizes)[:-1])]
    return groups[: ENOUGH - sentences]
