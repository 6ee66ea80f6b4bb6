"""What the user says of pairs of items: which belong together, and which don't."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = ("pinned", "hidden")

Pairs = frozenset[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Relations:
    """Pairs of items by their ids. A pair is either pinned or hidden, or neither; it has no direction.

    Examples
    --------
    >>> relations = Relations().say("pinned", "tides", "moon").say("hidden", "tides", "bread")
    >>> relations.of("pinned", "moon"), relations.of("hidden", "tides"), relations.of("hidden", "moon")
    (['tides'], ['bread'], [])
    >>> Relations.parse(relations.plain()) == relations
    True
    """

    pinned: Pairs = field(default=frozenset())
    hidden: Pairs = field(default=frozenset())

    def of(self, kind: str, id: str) -> list[str]:
        """The items that make a pair of a kind with an item."""
        pairs: Pairs = getattr(self, kind)
        return sorted(other for pair in pairs if id in pair for other in pair - {id})

    def say(self, kind: str, one: str, other: str) -> Relations:
        """Say that a pair is of a kind; "" for neither."""
        pair = {frozenset((one, other))}
        return Relations(
            *(getattr(self, name) | pair if name == kind else getattr(self, name) - pair for name in KINDS)
        )

    def plain(self) -> dict[str, list[list[str]]]:
        """As plain data, for a store or a backup; always the same for the same pairs."""
        return {kind: sorted(sorted(pair) for pair in getattr(self, kind)) for kind in KINDS}

    @classmethod
    def parse(cls, plain: Mapping[str, Any]) -> Relations:
        """The relations that `plain` gave.

        Raises
        ------
        ValueError
            If it did not give them.
        """
        pairs = {kind: plain.get(kind, []) for kind in KINDS}
        for pair in (pair for some in pairs.values() for pair in _list(some)):
            if len(_list(pair)) != 2 or not all(isinstance(id, str) for id in pair):
                raise ValueError("a relation is no pair of ids")
        return cls(*(frozenset(map(frozenset, pairs[kind])) for kind in KINDS))

    def __bool__(self) -> bool:
        return bool(self.pinned or self.hidden)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError("relations are no list")
    return value
