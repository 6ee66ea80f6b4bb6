"""Narrows a ranking down by the metadata of items: "looks like this one, but costs less"."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

_NUMBER = re.compile(r"[-+]?\d[\d., \u00a0\u202f']*")
_GROUPED = re.compile(r"[-+]?\d{1,3}([.,])\d{3}(\1\d{3})*$")

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">=": operator.ge,
    ">": operator.gt,
}
OPERATORS = (*_COMPARE, "is", "contains")


def number(value: Any) -> float | None:
    """The number that a value is or holds, such as a price with its currency; None if there is not exactly one.

    Examples
    --------
    >>> number(12), number("$ 1,299.00"), number("1.299,50 EUR"), number("3,5 kg")
    (12.0, 1299.0, 1299.5, 3.5)
    >>> number("two"), number("2 for 5"), number(True)
    (None, None, None)
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value)
    numbers = _NUMBER.findall(value) if isinstance(value, str) else []
    return _parse(numbers[0]) if len(numbers) == 1 else None


def _parse(text: str) -> float | None:
    text = re.sub(r"[ \u00a0\u202f']", "", text).rstrip(".,")
    if _GROUPED.match(text):  # 1,299 is grouped, 12,99 is not
        text = re.sub("[.,]", "", text)
    elif "," in text and "." in text:
        decimal = max(text.rfind(","), text.rfind("."))
        text = re.sub("[.,]", "", text[:decimal]) + "." + text[decimal + 1 :]
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on a field of an item's metadata.

    Parameters
    ----------
    field : str
    operator : str
        One of `OPERATORS`. Numbers are compared as numbers (see `number`), texts without regard to case.
    value : str

    Examples
    --------
    >>> Condition("price", "<", "20").admits({"price": "$ 19.90"})
    True
    >>> Condition("price", "<", "20").admits({"title": "no price"})
    False
    >>> Condition("tags", "contains", "sea").admits({"tags": ["Sea", "sky"]})
    True
    """

    field: str
    operator: str
    value: str

    def admits(self, metadata: Mapping[str, Any]) -> bool:
        """Whether the metadata meets the condition. Metadata without the field does not."""
        value = metadata.get(self.field)
        if value is None:
            return False
        if compare := _COMPARE.get(self.operator):
            left, right = number(value), number(self.value)
            return left is not None and right is not None and compare(left, right)
        values = value if isinstance(value, list) else [value]
        texts, expected = [str(part).casefold() for part in values], self.value.casefold().strip()
        return expected in texts if self.operator == "is" else any(expected in text for text in texts)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which items a ranking includes.

    Parameters
    ----------
    kind : str
        ``text``, ``image``, or "" for both.
    conditions : tuple of Condition
        All must hold.
    """

    kind: str = ""
    conditions: tuple[Condition, ...] = ()

    def admits_kind(self, is_image: bool) -> bool:
        return not self.kind or is_image == (self.kind == "image")

    def admits(self, metadata: Mapping[str, Any]) -> bool:
        return all(condition.admits(metadata) for condition in self.conditions)


EVERYTHING = Filter()


def fields(metadata: Iterable[Mapping[str, Any]]) -> dict[str, bool]:
    """The fields of items in order of appearance, and whether all values of a field are numbers.

    Examples
    --------
    >>> fields([{"price": "12.50", "colour": "red"}, {"price": 8}])
    {'price': True, 'colour': False}
    """
    numeric: dict[str, bool] = {}
    for item in metadata:
        for field, value in item.items():
            if isinstance(value, str | int | float | list) and value != "":
                numeric[field] = numeric.get(field, True) and number(value) is not None
    return numeric


def in_order(items: Iterable[T], value_of: Callable[[T], Any], *, descending: bool = False) -> list[T]:
    """Items ordered by a value, numbers before texts and those without a value last.

    Examples
    --------
    >>> prices = [{"price": "$ 12"}, {}, {"price": 8}, {"price": "on request"}]
    >>> in_order(prices, lambda item: item.get("price"))
    [{'price': 8}, {'price': '$ 12'}, {'price': 'on request'}, {}]
    >>> in_order(prices, lambda item: item.get("price"), descending=True)[0]
    {'price': '$ 12'}
    """
    numbers, texts, without = list[tuple[float, T]](), list[tuple[str, T]](), list[T]()
    for item in items:
        value = value_of(item)
        parsed = number(value)
        if parsed is not None:
            numbers.append((parsed, item))
        elif value not in (None, ""):
            texts.append((str(value).casefold(), item))
        else:
            without.append(item)
    numbers.sort(key=lambda pair: pair[0], reverse=descending)
    texts.sort(key=lambda pair: pair[0], reverse=descending)
    return [item for _, item in numbers] + [item for _, item in texts] + without
