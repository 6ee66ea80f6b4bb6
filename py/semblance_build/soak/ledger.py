"""What a store must hold after a kill: all that was confirmed, and of the operation under way either end."""

from __future__ import annotations

import copy
import random
from collections.abc import Mapping
from typing import Any, NamedTuple

_NAMES = ("tea", "sea", "bread", "stars")
_IDS = 40
_WORDS = ("tide", "bread", "train", "violin", "garden", "comet", "bicycle", "winter", "kettle", "harbour")

Stored = dict[str, dict[str, str]]
"""The texts of items by id, by the name of their collection."""


class Operation(NamedTuple):
    """A kind of work, the name of a collection, and what else it takes: texts by id, ids, or another name."""

    kind: str
    name: str
    rest: Any = None


def applied(stored: Stored, operation: Operation) -> Stored:
    """The store after an operation.

    Examples
    --------
    >>> applied({"tea": {"a": "x", "b": "y"}}, Operation("delete", "tea", ["a"]))
    {'tea': {'b': 'y'}}
    """
    after = copy.deepcopy(stored)
    kind, name, rest = operation
    if kind == "add":
        after.setdefault(name, {}).update(rest)
    elif kind == "delete":
        after[name] = {id: text for id, text in after[name].items() if id not in rest}
    elif kind == "rename":
        after[rest] = after.pop(name)
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

    def plan(self, length: int) -> list[Operation]:
        """Operations that can be done one after the other."""
        stored, operations = self.stored, []
        for _ in range(length):
            operations.append(self._operation(stored))
            stored = applied(stored, operations[-1])
        return operations

    def _operation(self, stored: Stored) -> Operation:
        name = self._chance.choice(_NAMES)
        if name not in stored or not stored[name]:
            return self._addition(name)
        kind = self._chance.choice(("add", "add", "add", "delete", "delete", "rename", "restore", "drop"))
        free = sorted(set(_NAMES) - set(stored))
        if kind == "add" or (kind == "rename" and not free):
            return self._addition(name)
        if kind == "delete":
            return Operation(kind, name, self._chance.sample(sorted(stored[name]), min(3, len(stored[name]))))
        return Operation(kind, name, self._chance.choice(free) if kind == "rename" else None)

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

        Examples
        --------
        >>> ledger = Ledger(random.Random(1))
        >>> ledger.confirm(Operation("add", "tea", {"a": "x", "b": "y"}))
        >>> ledger.begin(Operation("delete", "tea", ["a"]))
        >>> ledger.check({"tea": {"b": "y"}}), ledger.check({"tea": {"b": None}}), ledger.check({})
        ([], ['tea: b is half'], ['tea is not there'])
        """
        pending, self.pending = self.pending, None
        before = self.stored
        after = applied(before, pending) if pending else before
        faults = [
            fault
            for name in sorted({*before, *after, *found})
            for fault in _faults(name, before.get(name), after.get(name), found.get(name), pending)
        ]
        self.stored = {
            name: {id: text for id, text in items.items() if text is not None}
            for name, items in found.items()
        }
        return faults


def _faults(
    name: str,
    before: dict[str, str] | None,
    after: dict[str, str] | None,
    found: Mapping[str, str | None] | None,
    pending: Operation | None,
) -> list[str]:
    if before is None and after is None:
        return [f"{name} should not be there"]
    if found is None:
        can_be_gone = before is None or after is None or (pending and pending[:2] == ("restore", name))
        return [] if can_be_gone else [f"{name} is not there"]
    if half := [id for id, text in found.items() if text is None]:
        return [f"{name}: {', '.join(half)} is half"]
    item_by_item = before is None or after is None or before != after
    allowed = [before or {}, after or {}] if item_by_item else [before or {}]
    return [
        f"{name}: {id} is {found.get(id)!r}, not {' or '.join(repr(items.get(id)) for items in allowed)}"
        for id in sorted({*found, *(before or {}), *(after or {})})
        if found.get(id) not in [items.get(id) for items in allowed]
    ]
