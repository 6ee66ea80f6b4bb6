"""Narrowing results down: texts or pictures, conditions on fields, and the order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count as count_from
from typing import Any

from semblance.browser import ffi
from semblance.browser.pages.dom import View, closest, element, on_action, show
from semblance.browser.pages.words import words
from semblance.collection import Collection
from semblance.filters import EVERYTHING, Condition, Field, Filter, in_order, number
from semblance.matches import Match
from semblance.wording import written

COMPARISONS = {
    "<": "refine.less",
    "<=": "refine.at_most",
    ">=": "refine.at_least",
    ">": "refine.more",
    "is": "refine.is",
    "contains": "refine.contains",
}
OF_NUMBERS = ("<", "<=", ">=", ">", "is")
OF_TEXTS = ("is", "contains")
SENTENCES = {
    "<": "refine.field_less",
    "<=": "refine.field_at_most",
    ">=": "refine.field_at_least",
    ">": "refine.field_more",
    "is": "refine.field_is",
    "contains": "refine.field_contains",
}
WAYS = {
    ("up", True): "refine.numbers_up",
    ("down", True): "refine.numbers_down",
    ("up", False): "refine.texts_up",
    ("down", False): "refine.texts_down",
}
SUGGESTIONS = 3
MOST_CONDITIONS = 8

_numbers = count_from(1)  # of lists of values: each needs an id of its own


class Refine:
    """A form of controls. They are read when results are made.

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
        self._on_change = on_change
        self._fields: Mapping[str, Field] = {}
        self._rows: list[_Row] = []
        self._show_orders("")
        self._show_conditions(())
        scope.listen(self.element, "input", self._changed)
        scope.listen(self.element, "submit", lambda event: event.preventDefault())
        handlers = {"add-condition": self._add, "remove-condition": self._remove}
        on_action(scope, self.element, handlers)

    async def show_for(self, collection: Collection) -> None:
        """Show the controls that make sense for a collection, and hide the others."""
        fields = await collection.metadata_fields()
        if fields != self._fields:
            self._fields = fields
            self._show_orders(self.order)
            for row in self._rows:
                row.offer(fields)
        images = sum(entry.is_image for entry in collection.entries())
        is_mixed = 0 < images < collection.count()
        show(self._view["kinds"], is_mixed or bool(self.filter.kind))
        show(self._view["conditions"], bool(fields) or bool(self.filter.conditions))
        show(self._view["orders"], bool(fields) or bool(self.order))
        show(self.element, bool(fields) or is_mixed or self.filter != EVERYTHING or bool(self.order))
        self._show_add()

    def set(self, filter: Filter, order: str) -> None:
        """Put a filter and an order into the controls, such as those of an address."""
        if filter != self.filter:
            self._view["kind"].value = filter.kind
            self._show_conditions(filter.conditions)
        if order != self.order:
            self._show_orders(order)

    def choose_kind(self, kind: str) -> None:
        """Narrow down to texts or to pictures."""
        self._view["kind"].value = kind

    def speak(self) -> None:
        """Say again what can be chosen."""
        ffi.bridge.translateAgain(self.element)  # the page has it only while it is shown
        self._show_orders(self.order)
        for row in self._rows:
            row.offer(self._fields)
        self._number_rows()

    @property
    def fields(self) -> Sequence[str]:
        """The fields by which the collection can be narrowed down."""
        return list(self._fields)

    @property
    def filter(self) -> Filter:
        """The filter that the controls describe."""
        conditions = (row.condition for row in self._rows)
        return Filter(str(self._view["kind"].value), tuple(c for c in conditions if c is not None))

    @property
    def order(self) -> str:
        """The order that is asked for: a field, a space, and ``up`` or ``down``; empty for the best first."""
        return str(self._view["order"].value)

    def ordered(self, matches: Sequence[Match]) -> list[Match]:
        """The matches in the order that is asked for."""
        field, _, direction = self.order.rpartition(" ")
        if not field:
            return list(matches)
        return in_order(matches, lambda match: match.metadata.get(field), descending=direction == "down")

    @property
    def words(self) -> str:
        """How results are narrowed down, for the line above them; empty if they are not."""
        sentences = [_sentence(condition) for condition in self.filter.conditions]
        field, _, direction = self.order.rpartition(" ")
        if field and direction == "down":
            sentences.append(words("refine.ordered_down", field=field))
        elif field:
            sentences.append(words("refine.ordered_up", field=field))
        return words("refine.between").join(sentences)

    def suggest(self, metadata: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """For an item's numbers, conditions that make sense beside it: (field, value, words)."""
        suggestions = []
        for name, field in self._fields.items():
            value = metadata.get(name)
            if field.is_number and value is not None and number(value) is not None:
                text = words("refine.suggestion", field=name, value=written(value))
                suggestions.append((name, written(value), text))
        return suggestions[:SUGGESTIONS]

    def add_condition(self, condition: Condition) -> None:
        """Add a condition. It takes the place of one that compares the same field in the same way."""
        replaced = (condition.field, condition.operator)
        others = [other for other in self.filter.conditions if (other.field, other.operator) != replaced]
        self._show_conditions((*others, condition))

    # --- the controls ---

    def _show_conditions(self, conditions: Sequence[Condition]) -> None:
        """Show a row for each condition. Where there is none there is an empty row, to be filled in."""
        self._rows = [_Row(self._fields, condition) for condition in (conditions or (None,))]
        self._view["conditions"].replaceChildren(*[row.element for row in self._rows])
        self._number_rows()

    def _number_rows(self) -> None:
        for number_of_row, row in enumerate(self._rows):
            row.element.dataset.row = str(number_of_row)
            row.show_remove(is_only=len(self._rows) == 1)
        self._show_add()

    def _show_add(self) -> None:
        """Offer another row once all rows are filled in."""
        is_full = len(self.filter.conditions) == len(self._rows) < MOST_CONDITIONS
        show(self._view["add"], is_full and bool(self._fields))

    def _show_orders(self, order: str) -> None:
        """Show the orders that there are, with one of them chosen, even if no field is known to have it."""
        names = dict(self._fields)
        if field := order.rpartition(" ")[0]:
            names.setdefault(field, Field(is_number=True))
        options = [
            _option(f"{name} {way}", words(WAYS[way, field_of_name.is_number], field=name))
            for name, field_of_name in names.items()
            for way in ("up", "down")
        ]
        self._view["order"].replaceChildren(_option("", words("refine.best_first")), *options)
        self._view["order"].value = order

    def _changed(self, event: Any) -> None:
        row = closest(event.target, "[data-row]")
        if row is not None:
            self._rows[int(row.dataset.row)].changed(is_field=event.target.dataset.field == "field")
            self._number_rows()
        self._on_change()

    def _add(self, _: Any) -> None:
        self._rows.append(_Row(self._fields))
        self._view["conditions"].append(self._rows[-1].element)
        self._number_rows()
        self._rows[-1].focus()

    def _remove(self, target: Any) -> None:
        place = int(target.closest("[data-row]").dataset.row)
        if len(self._rows) == 1:
            self._show_conditions(())
        else:
            self._rows.pop(place).element.remove()
            self._number_rows()
        self._rows[min(place, len(self._rows) - 1)].focus()
        self._on_change()


class _Row:
    """The controls of one condition."""

    def __init__(self, fields: Mapping[str, Field], condition: Condition | None = None) -> None:
        self._view = View("t-condition")
        self.element = self._view.root
        self._view["values"].id = f"values-{next(_numbers)}"
        self._view["value"].setAttribute("list", self._view["values"].id)
        self._fields: Mapping[str, Field] = {}
        self.offer(fields, condition.field if condition else "")
        if condition is not None:
            self._offer_operators(condition.operator)
            self._view["value"].value = condition.value

    @property
    def condition(self) -> Condition | None:
        """The condition that the controls describe; None as long as it is not complete."""
        field, value = self._field, str(self._view["value"].value).strip()
        return Condition(field, str(self._view["operator"].value), value) if field and value else None

    @property
    def _field(self) -> str:
        return str(self._view["field"].value)

    def offer(self, fields: Mapping[str, Field], chosen: str | None = None) -> None:
        """Offer the fields of a collection, and the one that is chosen, even if no item in sight has it."""
        self._fields = fields
        chosen = self._field if chosen is None else chosen
        names = dict.fromkeys([*fields, *filter(None, [chosen])])
        self._view["field"].replaceChildren(
            _option("", words("refine.any_field")), *[_option(name, name) for name in names]
        )
        self._view["field"].value = chosen
        self._offer_operators(str(self._view["operator"].value) if chosen else "")

    def changed(self, *, is_field: bool) -> None:
        """The user has changed a control."""
        if is_field:
            self._view["value"].value = ""
            self._offer_operators("")

    def show_remove(self, *, is_only: bool) -> None:
        """Show the button that removes the row, unless there is nothing to remove."""
        condition = self.condition
        show(self._view["remove"], not is_only or bool(self._field))
        label = (
            words("refine.remove_condition", condition=_sentence(condition))
            if condition
            else words("refine.remove_empty")
        )
        self._view["remove"].setAttribute("aria-label", label)

    def focus(self) -> None:
        """Put the keyboard's focus on the row."""
        self._view["field"].focus()

    def _offer_operators(self, chosen: str) -> None:
        """Offer the comparisons that suit the field, and the texts that it takes."""
        field = self._fields.get(self._field)
        suitable = tuple(COMPARISONS) if field is None else OF_NUMBERS if field.is_number else OF_TEXTS
        operators = dict.fromkeys([*suitable, *filter(None, [chosen])])
        self._view["operator"].replaceChildren(
            *[_option(name, words(COMPARISONS[name])) for name in operators]
        )
        self._view["operator"].value = chosen or suitable[0]
        values = field.values if field is not None else ()
        self._view["values"].replaceChildren(*[_option(value, value) for value in values])
        show(self._view["operator"], bool(self._field))
        show(self._view["value"], bool(self._field))


def _sentence(condition: Condition) -> str:
    return words(SENTENCES[condition.operator], field=condition.field, value=condition.value)


def _option(value: str, text: str) -> Any:
    option = element("option", text)
    option.value = value
    return option
