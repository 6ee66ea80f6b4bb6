"""The inputs of a demonstration: a labelled control for each kind."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from semblance.browser import ffi
from semblance.browser.pages.dom import Element, by_id, element, show
from semblance.browser.pages.labs.words import Words
from semblance.labs.lesson import Choice, CollectionChoice, Files, Input, Number, Text
from semblance.records import CollectionInfo


class Control(Protocol):
    """An input on the page."""

    element: Element

    @property
    def value(self) -> Any:
        """The value as the lesson's function gets it."""
        ...

    @property
    def written(self) -> str | None:
        """As the address writes it; None if it is as at first, or if an address can't hold it."""
        ...

    def write(self, text: str) -> None:
        """Take a value from the address. An impossible value is ignored."""
        ...

    def reset(self) -> None:
        """Go back to the first value."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class ControlContext:
    """The context that all controls are made with.

    Parameters
    ----------
    words : Words
    scope : Scope
        Owner of their listeners.
    run : callable
        Does something in the background.
    demo : str
        The demonstration's name.
    changed : callable
        Called at each change by the learner.
    collections : sequence of CollectionInfo
    """

    words: Words
    scope: ffi.Scope
    run: Callable[[Coroutine[Any, Any, Any]], None]
    demo: str
    changed: Callable[[], None]
    collections: Sequence[CollectionInfo]

    def label(self, name: str) -> str:
        """The label of an input."""
        return self.words.lesson(f"demos.{self.demo}.inputs.{name}")

    def option(self, name: str, option: str) -> str:
        """The label of an option of a choice."""
        return self.words.lesson(f"demos.{self.demo}.options.{name}.{option}")

    def id(self, name: str) -> str:
        """The id of the element that an input's label is for."""
        return f"lab-{self.demo}-{name}"


def control(input: Input, context: ControlContext) -> Control:
    """The control for an input."""
    if isinstance(input, Text):
        return _TextControl(input, context)
    if isinstance(input, Number):
        return _NumberControl(input, context)
    if isinstance(input, Choice):
        labels = {option: context.option(input.name, option) for option in input.options}
        return _Select(input.name, input.default, labels, context)
    if isinstance(input, CollectionChoice):
        return _Select(input.name, input.default, _collections(context), context)
    return _FilesControl(input, context)


def _field(context: ControlContext, name: str, *controls: Element, class_name: str = "") -> Element:
    """A label above its controls."""
    field = element("div", class_name=f"lab-input {class_name}".strip())
    label = element("label", context.label(name))
    label.htmlFor = context.id(name)
    field.append(label, *controls)
    return field


class _TextControl:
    def __init__(self, input: Text, context: ControlContext) -> None:
        self._default = input.default
        self._box = element("textarea" if input.lines > 1 else "input")
        self._box.id = context.id(input.name)
        self._box.setAttribute("autocomplete", "off")
        self._box.spellcheck = False
        if input.lines > 1:
            self._box.rows = input.lines
        self._box.lang = "en"
        self._box.value = input.default
        context.scope.listen(self._box, "input", lambda _: context.changed())
        self.element = _field(context, input.name, self._box, class_name="wide" if input.lines > 1 else "")

    @property
    def value(self) -> str:
        return str(self._box.value)

    @property
    def written(self) -> str | None:
        return self.value if self.value != self._default else None

    def write(self, text: str) -> None:
        self._box.value = text

    def reset(self) -> None:
        self._box.value = self._default


class _NumberControl:
    """A slider, and a box with the same number."""

    def __init__(self, input: Number, context: ControlContext) -> None:
        self._input = input
        self._slider, self._box = element("input"), element("input")
        self._slider.type, self._box.type = "range", "number"
        for box in (self._slider, self._box):
            box.min, box.max, box.step = str(input.low), str(input.high), str(input.step)
        self._slider.id = context.id(input.name)
        self._box.setAttribute("aria-label", context.words("inputs.value", label=context.label(input.name)))
        self.reset()
        for box in (self._slider, self._box):
            context.scope.listen(box, "input", self._moved)
            context.scope.listen(box, "input", lambda _: context.changed())
        both = element("div", class_name="lab-number")
        both.append(self._slider, self._box)
        self.element = _field(context, input.name, both)

    def _moved(self, event: Any) -> None:
        source = event.target
        if source.id == self._slider.id:
            self._box.value = source.value
        else:
            self._slider.value = source.value  # the slider keeps to its limits

    @property
    def value(self) -> float:
        return self._number(str(self._slider.value))

    def _number(self, text: str) -> float:
        return int(float(text)) if self._input.is_whole else float(text)

    @property
    def written(self) -> str | None:
        return f"{self.value:g}" if self.value != self._input.default else None

    def write(self, text: str) -> None:
        try:
            self.set(float(text))
        except ValueError:
            return

    def set(self, value: float) -> None:
        """Move to a value, or to the nearest possible one."""
        self._slider.value = f"{value:g}"
        self._box.value = self._slider.value

    def reset(self) -> None:
        self.set(self._input.default)


def _collections(context: ControlContext) -> dict[str, str]:
    """Labels of the sample, whose name is empty, and of the learner's collections, by their names."""
    texts = {
        info.name: context.words.counted("inputs.collection", info.count, name=info.name)
        for info in context.collections
        if info.count
    }
    return {"": context.words("inputs.sample")} | texts


class _Select:
    def __init__(self, name: str, default: str, labels: dict[str, str], context: ControlContext) -> None:
        self._default, self._known = default, set(labels)
        self._select = element("select")
        self._select.id = context.id(name)
        for value, label in labels.items():
            option = element("option", label)
            option.value = value
            self._select.append(option)
        self._select.value = default
        context.scope.listen(self._select, "change", lambda _: context.changed())
        self.element = _field(context, name, self._select)

    @property
    def value(self) -> str:
        return str(self._select.value)

    @property
    def written(self) -> str | None:
        return self.value if self.value != self._default else None

    def write(self, text: str) -> None:
        if text in self._known:
            self._select.value = text

    def reset(self) -> None:
        self._select.value = self._default


class _FilesControl:
    """Files that are chosen, or dropped on the control."""

    def __init__(self, input: Files, context: ControlContext) -> None:
        self._default = self._files = [(name, bytes(data)) for name, data in input.default]
        self._setting = context
        self._arrived = 0
        self._names = element("span", class_name="quiet")
        chooser = element("input", class_name="hidden-input")
        chooser.type, chooser.multiple, chooser.accept = "file", True, input.accept
        chooser.id = context.id(input.name)
        button = element("label", context.words("inputs.choose_files"), "button")
        button.htmlFor = chooser.id
        zone = element("div", class_name="lab-files")
        zone.append(
            chooser, button, element("span", context.words("inputs.drop_files"), "quiet"), self._names
        )
        context.scope.listen(chooser, "change", lambda event: self._take(event.target.files))
        context.scope.listen(zone, "dragover", _accept)
        context.scope.listen(zone, "drop", self._dropped)
        self._describe()
        self.element = _field(context, input.name, zone, class_name="wide")

    def _dropped(self, event: Any) -> None:
        _accept(event)
        self._take(event.dataTransfer.files)

    def _take(self, files: Any) -> None:
        chosen = list(files)
        if chosen:
            self._setting.run(self._read(chosen))

    async def _read(self, files: list[Any]) -> None:
        self._arrived += 1
        arrived = self._arrived
        read = [(str(file.name), await ffi.blob_bytes(file)) for file in files]
        if arrived == self._arrived:
            self._files = read
            self._describe()
            self._setting.changed()

    def _describe(self) -> None:
        words = self._setting.words
        names = words("between").join(name for name, _ in self._files)
        self._names.textContent = (
            words.counted("inputs.files", len(self._files), names=names)
            if names
            else words("inputs.no_files")
        )

    @property
    def value(self) -> list[tuple[str, bytes]]:
        return self._files

    @property
    def written(self) -> str | None:
        return None

    def write(self, text: str) -> None:
        """Files have no place in an address."""

    def reset(self) -> None:
        self._arrived += 1
        self._files = self._default
        self._describe()


def _accept(event: Any) -> None:
    """Take a drop, so that neither the browser nor the app, which adds documents, handles it."""
    event.preventDefault()
    event.stopPropagation()
    show(by_id("drop-cover"), False)
