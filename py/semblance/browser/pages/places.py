"""Where the user was on each page of the browser's history, so that Back leads there and a link leads to the top."""

from __future__ import annotations

from semblance.browser import ffi


class Places:
    """How far each entry of the history is scrolled. An entry that has been seen bears its number as its state."""

    def __init__(self) -> None:
        ffi.window.history.scrollRestoration = (
            "manual"  # the browser would restore before there is what it scrolls
        )
        self._scrolled: dict[int, float] = {}
        self._last = 0
        self._entry = 0
        self.arrive()

    def arrive(self) -> float | None:
        """Note that the address has changed.

        Returns
        -------
        float or None
            How far the entry was scrolled when it was left, in pixels; None for one that is new.
        """
        self.leave()
        state = ffi.or_none(ffi.window.history.state)
        if state is not None and int(state) in self._scrolled:
            self._entry = int(state)
            return self._scrolled[self._entry]
        self.begin()
        ffi.window.history.replaceState(self._entry, "")
        return None

    def leave(self) -> None:
        """Note how far the present entry is scrolled."""
        self._scrolled[self._entry] = float(ffi.window.scrollY)

    @property
    def steps(self) -> int:
        """How many entries there have been. It only grows, unlike the address, which may be the same again after *Back*."""
        return self._last

    def begin(self) -> int:
        """The number of a new entry."""
        self._last += 1
        self._entry = self._last
        return self._entry
