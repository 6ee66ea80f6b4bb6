"""A finger that rests on a photo shows what can be done with it, as a pointer does that lies over it."""

from __future__ import annotations

import asyncio
from math import hypot
from typing import Any

from semblance.browser import ffi
from semblance.browser.pages.dom import closest

LONG_S = 0.45
STILL_PX = 10  # a finger that moves less rests
PRESSED = "pressed"  # class of the result


class Pressing:
    """Watches the photos inside an element.

    Parameters
    ----------
    scope : Scope
    root : element
    """

    def __init__(self, scope: ffi.Scope, root: Any) -> None:
        self._root = root
        self._waiting: asyncio.TimerHandle | None = None
        self._place = (0.0, 0.0)  # where the finger came down
        self._is_long = False
        scope.listen(root, "pointerdown", self._down)
        scope.listen(root, "pointermove", self._moved)
        for event in ("pointerup", "pointercancel"):
            scope.listen(root, event, lambda _: self._stop())
        scope.listen(root, "contextmenu", self._menu)
        scope.listen(root, "click", self._click)

    def _down(self, event: Any) -> None:
        photo = closest(event.target, ".result") if closest(event.target, ".gallery") is not None else None
        self._stop()
        self._is_long = False
        if photo is None or closest(event.target, ".result-actions") is None:
            self._release()
        if event.pointerType == "touch" and photo is not None:
            self._place = float(event.clientX), float(event.clientY)
            self._waiting = asyncio.get_event_loop().call_later(LONG_S, self._press, photo)

    def _moved(self, event: Any) -> None:
        if hypot(event.clientX - self._place[0], event.clientY - self._place[1]) > STILL_PX:
            self._stop()

    def _press(self, photo: Any) -> None:
        self._release()
        self._is_long = True
        photo.classList.add(PRESSED)

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _release(self) -> None:
        for photo in self._root.querySelectorAll(f".{PRESSED}"):
            photo.classList.remove(PRESSED)

    def _menu(self, event: Any) -> None:
        """A long press opens no menu of the browser."""
        if self._is_long:
            event.preventDefault()

    def _click(self, event: Any) -> None:
        """The finger that is lifted after a long press follows no link."""
        if self._is_long and closest(event.target, ".result-actions") is None:
            event.preventDefault()
        self._is_long = False
