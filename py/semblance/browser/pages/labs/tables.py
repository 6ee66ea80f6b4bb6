"""Tables of data, and the context that all figures are drawn with."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from semblance.browser import ffi
from semblance.browser.pages.dom import Element, element, scrolling
from semblance.browser.pages.labs.words import Words

Data = dict[str, Any]
ROWS_AT_ONCE = 50
ROWS_MORE = 200


@dataclass(frozen=True, slots=True, eq=False)
class FigureContext:
    """The context that figures are drawn with.

    Parameters
    ----------
    words : Words
    scope : Scope
        Owner of their listeners. It closes when the figures are drawn again.
    demo : str
        The demonstration's name.
    run : callable
        Does something in the background.
    move : callable
        ``move({input: value})`` changes number inputs of the demonstration.
    """

    words: Words
    scope: ffi.Scope
    demo: str
    run: Callable[[Coroutine[Any, Any, Any]], None]
    move: Callable[[dict[str, float]], None]

    def text(self, section: str, name: str) -> str:
        """A text of the demonstration."""
        return self.words.lesson(f"demos.{self.demo}.{section}.{name}")


def shown_cell(value: Any) -> str:
    """A value as a table shows it: floats with three decimals.

    Examples
    --------
    >>> shown_cell(0.25), shown_cell(3), shown_cell(None), shown_cell(-0.0001)
    ('0.250', '3', '–', '0.000')
    """
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.3f}".replace("-0.000", "0.000").replace("-", "−")
    return str(value)


def table(
    headings: Sequence[str], rows: Sequence[Sequence[Any]], context: FigureContext, marked: Sequence[int] = ()
) -> list[Element]:
    """A table of data. A long one shows its first rows and a button for more."""
    grid, head, body = element("table", class_name="lab-table"), element("thead"), element("tbody")
    line = element("tr")
    for heading in headings:
        cell = element("th", heading)
        cell.scope = "col"
        line.append(cell)
    head.append(line)
    grid.append(head, body)
    frame = scrolling(grid, ", ".join(headings))
    strong = set(marked)

    def add(number: int) -> int:
        at = int(body.rows.length)
        lines = [_row(row, at + i in strong) for i, row in enumerate(rows[at : at + number])]
        body.append(*lines)
        return len(rows) - at - len(lines)

    left = add(ROWS_AT_ONCE)
    return [frame, *([_more(left, add, context)] if left else [])]


def _more(left: int, add: Callable[[int], int], context: FigureContext) -> Element:
    button = element("button", context.words("figures.more", count=f"{left:,}"), "button small")
    button.type = "button"

    def more(_: Any) -> None:
        left = add(ROWS_MORE)
        button.textContent = context.words("figures.more", count=f"{left:,}")
        button.hidden = not left

    context.scope.listen(button, "click", more)
    return button


def _row(values: Sequence[Any], marked: bool) -> Element:
    line = element("tr", class_name="marked" if marked else "")
    for value in values:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        line.append(element("td", shown_cell(value), "number" if is_number else ""))
    return line


def as_table(headings: Sequence[str], rows: Sequence[Sequence[Any]], context: FigureContext) -> Element:
    """A table that opens on request, beside a picture."""
    details = element("details", class_name="lab-as-table")
    details.append(element("summary", context.words("figures.as_table")), *table(headings, rows, context))
    return details
