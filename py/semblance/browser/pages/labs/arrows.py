"""Two arrows in the plane. Their ends can be dragged, or moved by keys."""

from __future__ import annotations

import math
from typing import Any

from semblance.browser import ffi
from semblance.browser.pages.dom import Element, element, svg
from semblance.browser.pages.labs.tables import Data, FigureContext

STEP = 0.1  # step of an arrow key; with Shift it is ten times as much
NAMES = ("a", "b")
REACH = 5.0  # at least so much of the plane is shown, in each direction
_KEYS = {"ArrowLeft": (-1, 0), "ArrowRight": (1, 0), "ArrowUp": (0, 1), "ArrowDown": (0, -1)}


class Arrows:
    """The picture; its numbers are the inputs above it."""

    def __init__(self, data: Data, context: FigureContext) -> None:
        self._context, self._inputs = context, data["inputs"]
        self._ends = [tuple(end) for end in data["ends"]]
        self._reach = max([REACH, *[abs(number) * 1.1 for end in self._ends for number in end]])
        self._dragged: int | None = None
        self._picture = self._plane()
        self._lines = [self._line(number) for number in range(2)]
        self._handles = [self._handle(number) for number in range(2)]
        self._names = [self._name(name) for name in NAMES]
        self._picture.append(*self._lines, *self._handles, *self._names)
        self.element = element("figure", class_name="lab-figure")
        self.element.append(self._picture, element("p", context.words("figures.arrow_hint"), "quiet"))
        scope = context.scope
        scope.listen(self._picture, "pointerdown", self._take)
        scope.listen(self._picture, "pointermove", self._drag)
        scope.listen(self._picture, "pointerup", self._let_go)
        scope.listen(self._picture, "pointercancel", self._let_go)
        scope.listen(self._picture, "keydown", self._key)
        self._place()

    def update(self, data: Data) -> None:
        """Show other ends, unless the learner is dragging one."""
        if self._dragged is None:
            self._ends = [tuple(end) for end in data["ends"]]
            self._place()

    def close(self) -> None:
        """Stop listening."""
        self._context.scope.close()

    # --- drawing ---

    def _plane(self) -> Element:
        reach = self._reach
        picture = svg("svg", viewBox=f"{-reach} {-reach} {2 * reach} {2 * reach}")
        picture.setAttribute("class", "lab-arrows")
        picture.setAttribute("role", "group")
        grid = "".join(
            f"M{at} {-reach}V{reach}M{-reach} {at}H{reach}" for at in range(-int(reach), int(reach) + 1)
        )
        axes = f"M0 {-reach}V{reach}M{-reach} 0H{reach}"
        for name, path in (("grid", grid), ("axes", axes)):
            line = svg("path", d=path)
            line.setAttribute("class", f"lab-arrows-{name}")
            picture.append(line)
        return picture

    def _line(self, number: int) -> Element:
        line = svg("path")
        line.setAttribute("class", f"lab-arrow lab-arrow-{number + 1}")
        return line

    def _handle(self, number: int) -> Element:
        handle = svg("circle", r=str(self._reach / 18), tabindex="0", role="slider")
        handle.setAttribute("class", f"lab-arrow-end lab-arrow-{number + 1}")
        handle.setAttribute("aria-label", self._context.words("figures.arrow", name=NAMES[number]))
        handle.dataset.number = str(number)
        return handle

    def _name(self, name: str) -> Element:
        text = svg("text", **{"font-size": str(self._reach / 11)})
        text.setAttribute("class", "lab-arrow-name")
        text.textContent = name
        return text

    def _place(self) -> None:
        parts = zip(self._ends, self._lines, self._handles, self._names, strict=True)
        for (x, y), line, handle, name in parts:
            beyond = 1 + self._reach / 9 / (math.hypot(x, y) or 1)
            name.setAttribute("x", str(x * beyond))
            name.setAttribute("y", str(-y * beyond if x or y else -self._reach / 9))
            line.setAttribute("d", _arrow(x, -y, self._reach / 22))
            handle.setAttribute("cx", str(x))
            handle.setAttribute("cy", str(-y))
            handle.setAttribute(
                "aria-valuetext", self._context.words("figures.arrow_end", x=f"{x:.2f}", y=f"{y:.2f}")
            )
            handle.setAttribute("aria-valuenow", f"{x:.2f}")

    # --- moving ---

    def _take(self, event: Any) -> None:
        number = _number(event.target)
        if number is not None:
            self._dragged = number
            self._picture.setPointerCapture(event.pointerId)
            event.target.focus(ffi.js_object({"preventScroll": True}))
            event.preventDefault()

    def _drag(self, event: Any) -> None:
        if self._dragged is not None:
            box = self._picture.getBoundingClientRect()
            unit = 2 * self._reach / box.width
            x = (event.clientX - box.left) * unit - self._reach
            self._move(self._dragged, x, self._reach - (event.clientY - box.top) * unit)

    def _let_go(self, _: Any) -> None:
        self._dragged = None

    def _key(self, event: Any) -> None:
        number = _number(event.target)
        if number is None or event.key not in _KEYS:
            return
        event.preventDefault()
        step = STEP * (10 if event.shiftKey else 1)
        (x, y), (right, up) = self._ends[number], _KEYS[event.key]
        self._move(number, x + step * right, y + step * up)

    def _move(self, number: int, x: float, y: float) -> None:
        inside = self._reach * 0.97
        x, y = (round(max(-inside, min(inside, at)), 2) for at in (x, y))
        self._context.move(dict(zip(self._inputs[number], (x, y), strict=True)))
        self._ends[number] = (x, y)
        self._place()


def _number(target: Element) -> int | None:
    """The number of the arrow whose end an element is; None if it is none."""
    return int(target.dataset.number) if ffi.has(target.dataset, "number") else None


def _arrow(x: float, y: float, size: float) -> str:
    """The path of an arrow from the origin, in the picture's coordinates.

    Examples
    --------
    >>> _arrow(0, 0, 1)
    'M0 0'
    >>> _arrow(4, 0, 1)
    'M0 0L4 0M3.0 -0.5L4 0L3.0 0.5'
    """
    length = math.hypot(x, y)
    if not length:
        return "M0 0"
    right, down = x / length * size, y / length * size
    back, side = (x - right, y - down), (down / 2, right / 2)
    left = f"{back[0] + side[0]} {back[1] - side[1]}"
    return f"M0 0L{x} {y}M{left}L{x} {y}L{back[0] - side[0]} {back[1] + side[1]}"
