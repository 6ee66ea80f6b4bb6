"""Small helpers over the page's elements.

Text from users is only ever set as text (`textContent`, attributes), never as HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from semblance.browser import ffi
from semblance.messages import current

Element = Any  # a DOM element, seen from Python


def by_id(id: str) -> Element:
    """The element with this id. All ids are in ``index.html``."""
    return ffi.document.getElementById(id)


def closest(target: Element, selector: str) -> Element | None:
    """The element itself or the nearest around it that matches; None if there is none."""
    return ffi.or_none(target.closest(selector))


class View:
    """A copy of a ``<template>`` and the parts of it that are marked ``data-field``.

    >>> view = View("t-item")  # doctest: +SKIP
    >>> view["title"].textContent = "Tides"  # doctest: +SKIP
    >>> by_id("items").append(view.fragment)  # doctest: +SKIP
    """

    def __init__(self, template: str) -> None:
        # Not `cloneNode`: the copy would belong to an inert document, and pictures put into it would be lost.
        self.fragment: Element = ffi.document.importNode(by_id(template).content, True)
        self.root: Element = self.fragment.firstElementChild
        self._fields = {
            field.dataset.field: field for field in self.fragment.querySelectorAll("[data-field]")
        }

    def __getitem__(self, field: str) -> Element:
        return self._fields[field]

    def fill(self, **texts: str) -> View:
        """Set the text of several fields."""
        for field, text in texts.items():
            self._fields[field].textContent = text
        return self


def show(element: Element, visible: bool = True) -> None:
    """Show or hide an element."""
    element.hidden = not visible


def speak(element: Element, language: str) -> None:
    """Set the language of an element's text, by which it is read aloud, hyphenated and drawn; "" if it is not known."""
    if language:
        element.lang = language
    else:
        element.removeAttribute("lang")


def element(tag: str, text: str = "", class_name: str = "") -> Element:
    """A new element with a text."""
    node = ffi.document.createElement(tag)
    node.textContent = text
    if class_name:
        node.className = class_name
    return node


def language_names(codes: Iterable[str]) -> dict[str, str]:
    """The names of languages by their codes, in the page's language."""
    names = ffi.window.Intl.DisplayNames.new(ffi.js_list([current()]), ffi.js_object({"type": "language"}))
    return {code: str(names.of(code)) for code in codes}


def scrolling(table: Element, label: str) -> Element:
    """A frame in which a wide table scrolls, by the keys too. Screen readers name it by the label."""
    frame = element("div", class_name="table-scroll")
    frame.tabIndex = 0
    frame.setAttribute("role", "group")
    frame.setAttribute("aria-label", label)
    frame.append(table)
    return frame


def svg(tag: str, **attributes: str) -> Element:
    """A new element of a drawing."""
    node = ffi.document.createElementNS("http://www.w3.org/2000/svg", tag)
    for name, value in attributes.items():
        node.setAttribute(name, value)
    return node


def on_action(scope: ffi.Scope, root: Element, handlers: Mapping[str, Callable[[Element], Any]]) -> None:
    """Call a handler on clicks inside ``root`` on elements with ``data-do=NAME``.

    One listener serves all elements that come and go inside, so none of them needs its own proxy.
    """

    def dispatch(event: Any) -> None:
        target = closest(event.target, "[data-do]")
        if target is not None and root.contains(target) and (handler := handlers.get(target.dataset.do)):
            handler(target)

    scope.listen(root, "click", dispatch)


@contextmanager
def kept_in_place(rows: Element) -> Iterator[None]:
    """Keep the keyboard's focus and the reader's place while lists of items (``data-id``) are rebuilt.

    The item with the focus stays where it is on the screen. Without a focus, the first item in sight stays.
    """
    focused = ffi.document.activeElement if rows.contains(ffi.document.activeElement) else None
    anchor = closest(focused, "[data-id]") if focused is not None else _scrolled_to(rows)
    if anchor is None:
        yield
        return
    top = anchor.getBoundingClientRect().top
    yield
    row = next((row for row in _rows(rows) if row.dataset.id == anchor.dataset.id), None)
    if row is None:
        return
    if focused is not None:
        row.querySelector(f"[data-field={focused.dataset.field}]").focus(preventScroll=True)
    ffi.window.scrollBy(0, row.getBoundingClientRect().top - top)


def _scrolled_to(rows: Element) -> Element | None:
    """The first item in sight; None if the beginning of the lists is in sight."""
    if rows.getBoundingClientRect().top >= 0:
        return None
    return next((row for row in _rows(rows) if row.getBoundingClientRect().bottom > 0), None)


def _rows(rows: Element) -> Element:
    return rows.querySelectorAll("[data-id]")


def item_id(target: Element) -> str:
    """The id of the item that an element belongs to."""
    return str(target.closest("[data-id]").dataset.id)
