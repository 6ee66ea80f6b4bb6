"""Where two texts differ: word by word within the sentences that differ.

`difflib` takes the square of a text's length, and more where words repeat. So it is given pieces of bounded size: long texts
are cut at what occurs once in both. Where nothing does, all counts as different.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from semblance.pace import Pacer

Pieces = Sequence[str]

_MOST = 150 * 150  # lines or words of one side times those of the other: some 20 ms in a browser
_LEVELS = (
    r"[^\n]*\n|[^\n]+",  # lines
    r"[^.!?。！？]*[.!?。！？]+\s*|[^.!?。！？]+",  # sentences
    r"\w+|\s+|[^\w\s]",  # words
)


class Stretch(NamedTuple):
    """A part of two texts, which is the same in both or differs; one side may then be empty."""

    left: str
    right: str

    @property
    def is_same(self) -> bool:
        return self.left == self.right


async def differences(left: str, right: str, pacer: Pacer) -> list[Stretch]:
    """The parts of two texts, in order; those that are the same and those that differ take turns.

    Examples
    --------
    >>> import asyncio
    >>> parts = asyncio.run(differences("The tide is high.", "The tide was high.", Pacer()))
    >>> [tuple(part) for part in parts]
    [('The tide ', 'The tide '), ('is', 'was'), (' high.', ' high.')]
    """
    parts = list[Stretch]()
    for part in _differences(left, right, _LEVELS):
        if parts and part.is_same == parts[-1].is_same:
            parts[-1] = Stretch(parts[-1].left + part.left, parts[-1].right + part.right)
        elif any(part):
            parts.append(part)
        await pacer.breathe()
    return parts


def _differences(left: str, right: str, levels: Sequence[str]) -> Iterator[Stretch]:
    if left == right or not left or not right or not levels:
        yield Stretch(left, right)
        return
    pieces = [re.findall(levels[0], text) for text in (left, right)]
    for own, other in _compared(*pieces):
        yield from _differences("".join(own), "".join(other), levels[1:])


def _compared(left: Pieces, right: Pieces) -> Iterator[tuple[Pieces, Pieces]]:
    """The parts of two sequences. What both begin and end with costs little, however long it is."""
    start = _common(left, right)
    end = _common(left[start:][::-1], right[start:][::-1])
    yield left[:start], right[:start]
    yield from _compared_middle(left[start : len(left) - end], right[start : len(right) - end])
    yield left[len(left) - end :], right[len(right) - end :]


def _compared_middle(left: Pieces, right: Pieces) -> Iterator[tuple[Pieces, Pieces]]:
    if len(left) * len(right) <= _MOST:
        for _, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            yield left[a:b], right[c:d]
    elif anchors := _anchors(left, right):
        a = c = 0
        for b, d in [*anchors, (len(left), len(right))]:
            yield from _compared(left[a:b], right[c:d])
            a, c = b, d
    else:
        yield left, right


def _anchors(left: Pieces, right: Pieces) -> list[tuple[int, int]]:
    """Places of pieces that occur once in either, as many as are in the same order (B. Cohen's patience diff)."""
    own, other = ({piece: n for n, piece in enumerate(side)} for side in (left, right))
    times = Counter(left), Counter(right)
    shared = [(n, other[piece]) for piece, n in own.items() if times[0][piece] == times[1][piece] == 1]
    ends: list[int] = []  # the least end in the other text of a row of so many places
    rows: list[tuple[tuple[int, int], Any]] = []  # and the row itself: its last place, and the row before
    for place in sorted(shared):
        length = bisect_left(ends, place[1])
        row = place, rows[length - 1] if length else None
        ends[length : length + 1], rows[length : length + 1] = [place[1]], [row]
    longest, anchors = (rows[-1] if rows else None), []
    while longest is not None:
        place, longest = longest
        anchors.append(place)
    return anchors[::-1]


def _common(left: Pieces, right: Pieces) -> int:
    """With how many equal elements both begin."""
    return next(
        (n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right))
    )
