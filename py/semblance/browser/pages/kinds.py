"""Texts and pictures are ranked apart. No browser.

Their cosines can't be compared: words and a picture that fits them are less alike than two texts with little in common.
Calibrated into one list, by the cosines of made-up strings or of the collection's own pairs, they would still be compared
in a way that the model was never taught. So there are two lists, each by its own cosines.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from semblance.collection import Collection
from semblance.filters import Filter
from semblance.matches import Match

PICTURES = 8  # of a list of pictures beside texts


async def of_each_kind(
    collection: Collection,
    number: int,
    filter: Filter,
    find: Callable[[int, Filter], Awaitable[Sequence[Match]]],
) -> Sequence[Match]:
    """What is found of each kind, pictures first, where a collection has both and no kind is asked for.

    Parameters
    ----------
    collection : Collection
    number : int
        How many texts at most, or items of the one kind.
    filter : Filter
    find : callable
        Finds so many of the items that a filter admits, best first.
    """
    kinds = {entry.is_image for entry in collection.entries()}
    if filter.kind or len(kinds) < 2:
        return await find(number, filter)
    pictures = await find(PICTURES, replace(filter, kind="image"))
    return [*pictures, *await find(number, replace(filter, kind="text"))]


def ranks_of(matches: Sequence[Match]) -> dict[str, int]:
    """The rank of each match among those of its kind, by id.

    Examples
    --------
    >>> from semblance.documents import Document, Passage, Picture
    >>> photo, note = Picture("", 1, 1, b""), Document("", "")
    >>> ranks_of([Match(id, 0.5, note, Passage(0, 0), picture) for id, picture in (("p", photo), ("a", None), ("b", None))])
    {'p': 1, 'a': 1, 'b': 2}
    """
    ranks, last = dict[str, int](), {True: 0, False: 0}
    for match in matches:
        last[bool(match.picture)] += 1
        ranks[match.id] = last[bool(match.picture)]
    return ranks


def may_have_more(matches: Sequence[Match], number: int, among: int) -> bool:
    """Whether there may be more than the number of matches that was asked for.

    Examples
    --------
    >>> may_have_more([], 10, 20)
    False
    """
    texts = sum(match.picture is None for match in matches)
    return max(texts, len(matches) if not texts else 0) == number and len(matches) < among
