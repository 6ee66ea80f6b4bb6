"""Narrows a ranking down by the metadata of items: "looks like this one, but costs less"."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from semblance.documents import Document
from semblance.wording import written

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

_LABEL = re.compile(r"[^\W\d_][-_]?\d")  # n4721, A-1021: a letter and a number in one word
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


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
        expected = self.value.casefold().strip()
        if self.operator == "is" and isinstance(value, int | float) and not isinstance(value, bool):
            return number(expected) == value
        texts = [text.casefold() for text in _texts(value)]
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

    def admits(self, metadata: Mapping[str, Any]) -> bool:
        return all(condition.admits(metadata) for condition in self.conditions)


EVERYTHING = Filter()


@dataclass(frozen=True, slots=True)
class Field:
    """What a field of metadata holds throughout a collection.

    Parameters
    ----------
    is_number : bool
        Whether all of its values are numbers.
    values : tuple of str
        The texts that it takes, A to Z; none if it holds numbers.
    """

    is_number: bool
    values: tuple[str, ...] = ()


def fields(documents: Iterable[Document]) -> dict[str, Field]:
    """The fields by which items can be narrowed down, in order of appearance.

    A field whose texts are all different only names its items, and so does one that repeats their ids or titles.

    Examples
    --------
    >>> fields([
    ...     Document("a", "", "Rose", {"title": "Rose", "price": "12.50", "colour": "red", "code": "n1"}),
    ...     Document("b", "", "Iris", {"title": "Iris", "price": 8, "colour": "red", "code": "n2"}),
    ... ])
    {'price': Field(is_number=True, values=()), 'colour': Field(is_number=False, values=('red',))}
    """
    pairs: dict[str, list[tuple[Any, Document]]] = {}
    for document in documents:
        for name, value in document.metadata.items():
            if isinstance(value, str | int | float | list) and value not in ("", []):
                pairs.setdefault(name, []).append((value, document))
    described = {name: _field(of_name) for name, of_name in pairs.items()}
    return {name: field for name, field in described.items() if field}


def _field(pairs: list[tuple[Any, Document]]) -> Field | None:
    """What a field holds that has these values in these items; None if it only names them."""
    if sum(_names(value, document) for value, document in pairs) * 10 > len(pairs) * 9:
        return None
    values = [value for value, _ in pairs]
    texts = [text for value in values for text in _texts(value)]
    distinct = {text.casefold(): text for text in texts}
    all_differ = len(distinct) == len(texts)
    if all(number(value) is not None for value in values) and not (all_differ and _are_labels(values)):
        return Field(is_number=True)
    if all_differ or all(_ADDRESS.match(text) for text in texts):
        return None
    return Field(is_number=False, values=tuple(sorted(distinct.values(), key=str.casefold)))


def _names(value: Any, document: Document) -> bool:
    """Whether a value of an item is its id or its title."""
    names = (document.id, document.id.rpartition("/")[2], document.title)
    return written(value).strip().casefold() in [name.casefold() for name in names if name]


def _are_labels(values: list[Any]) -> bool:
    """Whether values that hold a number each are names all the same: n4721, or "Chapter 4: the sea"."""
    texts = [value for value in values if isinstance(value, str)]
    around = {_NUMBER.sub("", text).strip().casefold() for text in texts}
    return any(map(_LABEL.search, texts)) or 2 * len(around) > len(texts) > 2


def _texts(value: Any) -> list[str]:
    return [written(part) for part in (value if isinstance(value, list) else [value])]


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
