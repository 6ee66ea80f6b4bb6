"""The figures of a demonstration: a renderer for each kind of figure in `semblance.labs.figures`.

Each picture comes with a table or text of the same data, so that it can be read without seeing it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from semblance.browser import ffi
from semblance.browser.pages.dom import Element, element, scrolling
from semblance.browser.pages.labs.arrows import Arrows
from semblance.browser.pages.labs.colours import Scale, strip
from semblance.browser.pages.labs.points import Map
from semblance.browser.pages.labs.tables import Data, FigureContext, as_table, shown_cell, table
from semblance.browser.pages.labs.words import inline


class Lasting(Protocol):
    """A figure that is not rebuilt when its data change, because it may be dragged or zoomed."""

    element: Element

    def update(self, data: Data) -> None:
        """Show other data."""

    def close(self) -> None:
        """Free what the figure holds: it is no longer shown."""


def draw(
    data: Data, context: FigureContext, before: dict[str, Lasting], lasting: dict[str, Lasting]
) -> Element:
    """The element for a figure, with its caption. A figure that lasts moves from `before` to `lasting`."""
    kind, name = str(data["kind"]), str(data["name"])
    if kind in _LASTING:
        figure = before.pop(name, None)
        if figure is None:
            figure = _LASTING[kind](data, replace(context, scope=ffi.Scope()))
            _name(figure.element, data)
            figure.element.dataset.lasting = ""
            figure.element.prepend(_caption(data, context))
        else:
            figure.update(data)
        lasting[name] = figure
        return figure.element
    if kind == "Note":
        return _name(inline("p", context.text("notes", name), data["values"], "lab-note"), data)
    shown = element("figure", class_name="lab-figure")
    shown.append(_caption(data, context), *_RENDERERS[kind](data, context))
    return _name(shown, data)


def _name(shown: Element, data: Data) -> Element:
    shown.dataset.kind, shown.dataset.figure = data["kind"], data["name"]
    return shown


def _caption(data: Data, context: FigureContext) -> Element:
    return inline("figcaption", context.text("figures", data["name"]))


def _table(data: Data, context: FigureContext) -> list[Element]:
    headings = [context.words.lesson(f"columns.{column}") for column in data["columns"]]
    return table(headings, data["rows"], context, data["marked"])


def _query_rows(data: Data, context: FigureContext) -> list[Element]:
    return table(data["headings"], data["rows"], context)


# --- pictures of numbers ------------------------------------------------------------------------------


def _bars(data: Data, context: FigureContext) -> list[Element]:
    """A table whose numbers have a bar each: the picture and its table in one."""
    series: dict[str, list[float]] = data["series"]
    most = max((abs(value) for values in series.values() for value in values), default=0) or 1
    signed = any(value < 0 for values in series.values() for value in values)
    bars, head = element("table", class_name="lab-bars"), element("tr")
    head.append(element("td"))
    for key in series:
        cell = element("th", context.words.lesson(f"series.{key}"))
        cell.scope = "col"
        head.append(cell)
    bars.append(head)
    for i, label in enumerate(data["labels"]):
        line = element("tr")
        heading = element("th", label)
        heading.scope = "row"
        line.append(heading, *[_bar(values[i], most, signed) for values in series.values()])
        bars.append(line)
    return [
        scrolling(
            bars, context.words("between").join(context.words.lesson(f"series.{key}") for key in series)
        )
    ]


def _bar(value: float, most: float, signed: bool) -> Element:
    cell, both = element("td", class_name="number"), element("div", class_name="lab-bar-number")
    track, bar = element("span", class_name="lab-bar"), element("span")
    share = abs(value) / most * (50 if signed else 100)
    bar.className = "below" if value < 0 else ""
    bar.style.width = f"{share:.2f}%"
    bar.style.marginLeft = f"{(50 - share if value < 0 else 50) if signed else 0:.2f}%"
    track.append(bar)
    both.append(track, element("span", shown_cell(value)))
    cell.append(both)
    return cell


def _strip(data: Data, context: FigureContext) -> list[Element]:
    rows: list[list[float]] = data["rows"]
    scale = Scale.covering([value for row in rows for value in row])
    shown: list[Element] = []
    for label, row in zip(data["labels"], rows, strict=True):
        shown += [element("p", label, "lab-strip-label"), strip(row, scale)]
    places = [[place + 1, *values] for place, values in enumerate(zip(*rows, strict=True))]
    headings = [context.words("figures.place"), *data["labels"]]
    return [*shown, scale.legend(context.words), as_table(headings, places, context)]


def _matrix(data: Data, context: FigureContext) -> list[Element]:
    scale = Scale.covering([value for row in data["values"] for value in row], whole=True)
    matrix, head = element("table", class_name="lab-matrix"), element("tr")
    head.append(element("td"))
    for column in data["columns"]:
        cell = element("th", column)
        cell.scope, cell.title = "col", column
        head.append(cell)
    matrix.append(head)
    for label, row in zip(data["rows"], data["values"], strict=True):
        line, heading = element("tr"), element("th", label)
        heading.scope, heading.title = "row", label
        line.append(heading)
        for value in row:
            cell = element("td", shown_cell(value), "number")
            scale.colour(cell, value)
            line.append(cell)
        matrix.append(line)
    return [scrolling(matrix, context.words("between").join(data["columns"])), scale.legend(context.words)]


def _sentences(data: Data, context: FigureContext) -> list[Element]:
    scale = Scale(1)
    text = element("p", class_name="lab-sentences")
    for sentence, score in zip(data["texts"], data["scores"], strict=True):
        part = element("span", sentence)
        part.title = shown_cell(float(score))
        scale.colour(part, score)
        text.append(part, " ")
    headings = [context.words("figures.sentence"), context.words("figures.score")]
    rows = [[text, float(score)] for text, score in zip(data["texts"], data["scores"], strict=True)]
    legend = element("p", context.words("figures.poles"), "quiet")
    return [text, legend, as_table(headings, rows, context)]


# --- texts and pictures -------------------------------------------------------------------------------


def _plain(data: Data, context: FigureContext) -> list[Element]:
    box = element("pre", data["text"], "lab-plain")
    box.tabIndex = 0
    row = element("div", class_name="row")
    copy = _button(context.words("figures.copy"))
    context.scope.listen(copy, "click", lambda _: context.run(_copy(data["text"], copy, box, context)))
    row.append(copy)
    if data["file_name"]:
        save = _button(context.words("figures.save", name=data["file_name"]))
        context.scope.listen(
            save, "click", lambda _: ffi.download([data["text"].encode()], data["file_name"])
        )
        row.append(save)
    return [box, row]


def _button(text: str) -> Element:
    button = element("button", text, "button small")
    button.type = "button"
    return button


async def _copy(text: str, button: Element, box: Element, context: FigureContext) -> None:
    """Copy a text to the clipboard. If the browser refuses, the text is selected, so that a key copies it."""
    if await ffi.copy_text(text):
        button.textContent = context.words("figures.copied")
    else:
        ffi.window.getSelection().selectAllChildren(box)


def _gallery(data: Data, context: FigureContext) -> list[Element]:
    shown = element("ol", class_name="lab-gallery")
    for source, caption, alternative in zip(
        data["pictures"], data["captions"], data["alternatives"], strict=True
    ):
        item, picture = element("li"), element("img")
        picture.alt, picture.src = alternative, source
        item.append(picture, element("span", caption))
        shown.append(item)
    return [shown]


_RENDERERS: dict[str, Callable[[Data, FigureContext], list[Element]]] = {
    "Table": _table,
    "QueryRows": _query_rows,
    "Bars": _bars,
    "Strip": _strip,
    "Matrix": _matrix,
    "Sentences": _sentences,
    "Plain": _plain,
    "Gallery": _gallery,
}

_LASTING: dict[str, Callable[[Data, FigureContext], Lasting]] = {"Points": Map, "Arrows": Arrows}
