"""Which sentence of a passage fits a query, where its words don't tell: some bits of the vector of each sentence.

The vectors are those that the site's table gives, as it gives a query its own. So nothing is asked of the model.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.embedding.sentences import segment

DIMS = 128
"""Of so many numbers of a vector, the first, the sign is kept: half as many often choose another sentence."""

SHOWN = 240
"""Characters that an excerpt has at most (static/js/blog/engine/excerpt.js), and that are between two beginnings at least.

A shorter passage is shown whole.
"""

Ids = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Sentences:
    """Where the sentences of a passage begin, in UTF-16, and the signs of their vectors, in base64."""

    starts: Sequence[int]
    signs: str


async def sentences_in(
    passages: Sequence[str], rows_of: Callable[[Sequence[str]], Awaitable[Sequence[Ids]]], table: FloatArray
) -> list[Sentences]:
    """The sentences of passages; those that are shown whole have none.

    Parameters
    ----------
    passages : sequence of str
    rows_of : async callable
        The rows of the table that texts consist of.
    table : ndarray of float32, shape (v, d)
    """
    starts = [_starts(passage) for passage in passages]
    texts = [
        passage[start:end]
        for passage, own in zip(passages, starts, strict=True)
        for start, end in pairwise([*own, len(passage)])
    ]
    rows = await rows_of(texts)
    signs = np.zeros((len(texts), min(DIMS, table.shape[1])), bool)
    for number, own_rows in enumerate(rows):
        signs[number] = table[own_rows, :DIMS].sum(axis=0) > 0
    packed = np.packbits(signs, axis=1, bitorder="little")
    ends = list(accumulate(map(len, starts)))
    return [
        Sentences(_in_utf16(passage, own), base64.b64encode(packed[end - len(own) : end].tobytes()).decode())
        for passage, own, end in zip(passages, starts, ends, strict=True)
    ]


def _starts(passage: str) -> list[int]:
    starts: list[int] = []
    if len(passage) <= SHOWN:
        return starts
    for part in segment(passage):
        if not part.level and (not starts or part.start >= starts[-1] + SHOWN):
            starts.append(part.start)
    return starts if len(starts) > 1 else []


def _in_utf16(text: str, places: Sequence[int]) -> list[int]:
    """Places among code points as places among units of UTF-16.

    Examples
    --------
    >>> _in_utf16("a𠀀b", [0, 1, 2])
    [0, 1, 3]
    """
    if text.isascii():
        return list(places)
    return [len(text[:place].encode("utf-16-le", "surrogatepass")) // 2 for place in places]
