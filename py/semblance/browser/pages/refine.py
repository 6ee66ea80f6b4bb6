"""Narrowing results down: texts or pictures, a field's value, and the order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from semblance.browser import ffi
from semblance.browser.pages.dom import View, element, show
from semblance.collection import Collection
from semblance.filters import OPERATORS, Condition, Filter, in_order, number
from semblance.matches import Match

WORDS = {
    "<": "is less than",
    "<=": "is at most",
    ">=": "is at least",
    ">": "is more than",
    "is": "is",
    "contains": "contains",
}
SUGGESTIONS = 3
NAMES = ("file", "filename", "image", "link", "url")  # different for each item, so no use here


class Refine:
    """A row of controls. They are read when results are made.

    Parameters
    ----------
    scope : Scope
        Owner of the listeners.
    on_change : callable
        Called when the user has changed something.
    """

    def __init__(self, scope: ffi.Scope, on_change: Callable[[], None]) -> None:
        self._view = View("t-refine")
        self.element = self._view.root
        self._fields: Mapping[str, bool] = {}
        self._view["operator"].replaceChildren(*[_option(op, WORDS[op]) for op in OPERATORS])
        scope.listen(self.element, "input", lambda _: self._changed(on_change))
        scope.listen(self.element, "submit", lambda event: event.preventDefault())

    async def show_for(self, collection: Collection) -> None:
        """Show the controls that make sense for a collection, and hide the others."""
        images = sum(entry.is_image for entry in collection.entries())
        fields = await collection.metadata_fields()
        self._set_fields({field: numeric for field, numeric in fields.items() if field.lower() not in NAMES})
        show(self._view["kinds"], 0 < images < collection.count())
        show(self._view["where"], bool(self._fields))
        show(self._view["orders"], bool(self._fields))
        show(self.element, bool(self._fields) or 0 < images < collection.count())

    @property
    def filter(self) -> Filter:
        """The filter that the controls describe."""
        kind = "" if self._view["kinds"].hidden else str(self._view["kind"].value)
        field, value = str(self._view["field"].value), str(self._view["value"].value).strip()
        if not field or not value:
            return Filter(kind)
        return Filter(kind, (Condition(field, str(self._view["operator"].value), value),))

    def ordered(self, matches: Sequence[Match]) -> list[Match]:
        """The matches in the order that is asked for."""
        field, _, direction = str(self._view["order"].value).rpartition(" ")
        if not field:
            return list(matches)
        return in_order(matches, lambda match: match.metadata.get(field), descending=direction == "down")

    @property
    def words(self) -> str:
        """How results are narrowed down, for the line above them; empty if they are not."""
        parts = [f"{c.field} {WORDS[c.operator]} {c.value}" for c in self.filter.conditions]
        field, _, direction = str(self._view["order"].value).rpartition(" ")
        if field:
            parts.append(
                f"the most alike, ordered by {field}, {'highest' if direction == 'down' else 'lowest'} first"
            )
        return "; ".join(parts)

    def suggest(self, metadata: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """For an item's numbers, conditions that make sense beside it: (field, value, words)."""
        suggestions = []
        for field, numeric in self._fields.items():
            value = metadata.get(field)
            if numeric and value is not None and number(value) is not None:
                suggestions.append((field, str(value), f"Like this, {field} below {value}"))
        return suggestions[:SUGGESTIONS]

    def set_condition(self, field: str, operator: str, value: str) -> None:
        """Put a condition into the controls."""
        self._view["field"].value = field
        self._view["operator"].value = operator
        self._view["value"].value = value
        self._show_value()

    def _set_fields(self, fields: Mapping[str, bool]) -> None:
        if list(fields.items()) == list(self._fields.items()):
            return
        chosen, order = str(self._view["field"].value), str(self._view["order"].value)
        self._fields = fields
        options = [_option(field, field) for field in fields]
        self._view["field"].replaceChildren(_option("", "any field"), *options)
        orders = [_option(f"{f} {way}", f"{f}, {words}") for f in fields for way, words in _ways(fields[f])]
        self._view["order"].replaceChildren(_option("", "most alike first"), *orders)
        self._view["field"].value = chosen if chosen in fields else ""
        self._view["order"].value = order if order.rpartition(" ")[0] in fields else ""
        self._show_value()

    def _show_value(self) -> None:
        chosen = bool(self._view["field"].value)
        show(self._view["operator"], chosen)
        show(self._view["value"], chosen)

    def _changed(self, then: Callable[[], None]) -> None:
        self._show_value()
        then()


def _ways(numeric: bool) -> tuple[tuple[str, str], tuple[str, str]]:
    return (
        (("up", "lowest first"), ("down", "highest first"))
        if numeric
        else (("up", "A to Z"), ("down", "Z to A"))
    )


def _option(value: str, text: str) -> Any:
    option = element("option", text)
    option.value = value
    return option
