"""What a store must hold after a kill: all that was confirmed, and of the operation under way either end."""

from __future__ import annotations

import copy
import random
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

KINDS: Final = ("add", "delete", "rename", "restore", "drop", "migrate", "update")
"""The kinds of work. `migrate` and `update` (of the service worker) leave all items as they are."""

_NAMES = ("tea", "sea", "bread", "stars")
_IDS = 40
_WORDS = ("tide", "bread", "train", "violin", "garden", "comet", "bicycle", "winter", "kettle", "harbour")

Stored = dict[str, dict[str, str]]
"""The texts of items by id, by the name of their collection."""


class Operation(NamedTuple):
    """A kind of work, the name of a collection, and what else it takes: texts by id, ids, or another name."""

    kind: str
    name: str = ""
    rest: Any = None


def applied(stored: Stored, operation: Operation) -> Stored:
    """The store after an operation.

    Examples
    --------
    >>> applied({"tea": {"a": "x", "b": "y"}}, Operation("delete", "tea", ["a"]))
    {'tea': {'b': 'y'}}
    >>> applied({"tea": {"a": "x"}}, Operation("restore", "tea", "tea (2)"))
    {'tea': {'a': 'x'}, 'tea (2)': {'a': 'x'}}
    """
    after = copy.deepcopy(stored)
    kind, name, rest = operation
    if kind == "add":
        after.setdefault(name, {}).update(rest)
    elif kind == "delete":
        after[name] = {id: text for id, text in after[name].items() if id not in rest}
    elif kind == "rename":
        after[rest] = after.pop(name)
    elif kind == "restore":  # beside the one that was backed up
        after[rest] = dict(after[name])
    elif kind == "drop":
        del after[name]
    return after


class Ledger:
    """Operations that were begun and confirmed, and the store as it must then be."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._version = 0
        self.stored: Stored = {}
        self.pending: Operation | None = None

    def plan(self, kind: str) -> list[Operation]:
        """Operations that can be done one after the other; the last is of that kind."""
        if kind in ("migrate", "update"):
            return [Operation(kind)]
        if kind == "add":
            return [self._addition(self._chance.choice(_NAMES))]
        before = [] if any(self.stored.values()) else [self._addition(self._chance.choice(_NAMES))]
        stored = applied(self.stored, before[0]) if before else self.stored
        return [*before, self._change(kind, stored)]

    def _change(self, kind: str, stored: Stored) -> Operation:
        """An operation on a collection that has items."""
        name = self._chance.choice(sorted(name for name, items in stored.items() if items))
        if kind == "delete":
            most = self._chance.choice((1, 3, 300))
            return Operation(
                kind, name, self._chance.sample(sorted(stored[name]), min(most, len(stored[name])))
            )
        if kind == "rename":
            self._version += 1
            return Operation(kind, name, f"renamed {self._version}")
        return Operation(kind, name, _free_name(name, stored) if kind == "restore" else None)

    def _addition(self, name: str) -> Operation:
        self._version += 1
        ids = self._chance.sample(range(_IDS), self._chance.choice((1, 5, 25)))
        words = [" ".join(self._chance.choices(_WORDS, k=self._chance.choice((5, 40)))) for _ in ids]
        texts = {
            f"item {id}": f"Version {self._version}: {text}" for id, text in zip(ids, words, strict=True)
        }
        return Operation("add", name, texts)

    def begin(self, operation: Operation) -> None:
        """An operation is under way."""
        self.pending = operation

    def confirm(self, operation: Operation) -> None:
        """Its promise was kept."""
        self.stored = applied(self.stored, operation)
        self.pending = None

    def check(self, found: Mapping[str, Mapping[str, str | None]]) -> list[str]:
        """What is wrong with the store after a kill. The ledger goes on from what is there.

        Items may be added one by one; all else is done as a whole or not at all.

        Examples
        --------
        >>> ledger = Ledger(random.Random(1))
        >>> ledger.confirm(Operation("add", "tea", {"a": "x", "b": "y"}))
        >>> ledger.begin(Operation("delete", "tea", ["a"]))
        >>> ledger.check({"tea": {"b": "y"}}), ledger.check({"tea": {"b": None}}), ledger.check({})
        ([], ['tea: b is half'], ['tea is not there'])
        >>> ledger.confirm(Operation("add", "tea", {"a": "x"}))
        >>> ledger.begin(Operation("rename", "tea", "sea"))
        >>> ledger.check({"tea": {"a": "x"}, "sea": {"a": "x"}})
        ['sea should not be there']
        """
        ends = _ends(self.stored, self.pending, found)
        self.pending = None
        self.stored = {
            name: {id: text for id, text in items.items() if text is not None}
            for name, items in found.items()
        }
        return min((_differences(end, found) for end in ends), key=len)


def _ends(
    before: Stored, pending: Operation | None, found: Mapping[str, Mapping[str, str | None]]
) -> list[Stored]:
    """The stores that may be there."""
    if pending is None:
        return [before]
    if pending.kind != "add":
        return [before, applied(before, pending)]
    there = found.get(pending.name)
    if there is None:
        return [before]
    arrived = {id: text for id, text in pending.rest.items() if there.get(id) == text}
    return [applied(before, pending._replace(rest=arrived))]


def _differences(expected: Stored, found: Mapping[str, Mapping[str, str | None]]) -> list[str]:
    """What a store lacks, has beyond what is expected, or has in another state.

    Examples
    --------
    >>> _differences({"tea": {"a": "x"}, "sea": {}}, {"tea": {"a": "y", "b": None}})
    ['sea is not there', "tea: a is 'y', not 'x'", 'tea: b is half']
    """
    differences = []
    for name in sorted({*expected, *found}):
        if name not in found or name not in expected:
            differences.append(f"{name} {'is not' if name not in found else 'should not be'} there")
            continue
        for id in sorted({*expected[name], *found[name]}):
            is_half = id in found[name] and found[name][id] is None
            if is_half:
                differences.append(f"{name}: {id} is half")
            elif found[name].get(id) != expected[name].get(id):
                differences.append(f"{name}: {id} is {found[name].get(id)!r}, not {expected[name].get(id)!r}")
    return differences


def _free_name(name: str, stored: Stored) -> str:
    """The name that a restored collection gets."""
    number = 2
    while f"{name} ({number})" in stored:
        number += 1
    return f"{name} ({number})"
