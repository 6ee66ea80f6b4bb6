"""The code that learners changed. It stays until the tab is closed, whatever else they open, and survives a reload."""

from __future__ import annotations

import json
from collections.abc import Mapping

from semblance.browser import ffi

KEPT = "semblance labs: code"  # name in the tab's storage


class Codes:
    """Code by lesson and cell. Empty code means that the cell is as at first."""

    def __init__(self) -> None:
        self._codes: dict[str, dict[str, str]] = {}
        self._addresses: dict[str, str] = {}
        if kept := ffi.read_tab_storage(KEPT):
            self._codes, self._addresses = json.loads(kept)

    def at_opening(self, lesson: str, address: str, linked: Mapping[str, str]) -> dict[str, str]:
        """The code that the cells of a lesson begin with, where it is not that of the lesson.

        Parameters
        ----------
        lesson, address : str
        linked : mapping of str to str
            The code in the address, by cells. It counts, unless code was changed later at this very address: then the tab
            was reloaded before the code was written into it.
        """
        kept = self._codes.get(lesson, {})
        is_later = self._addresses.get(lesson) == address
        return {**linked, **kept} if is_later else {**kept, **linked}

    def keep(self, lesson: str, address: str, codes: Mapping[str, str]) -> None:
        """Keep the learner's code of all cells at once: the tab may be reloaded at any time."""
        self._codes[lesson], self._addresses[lesson] = dict(codes), address
        ffi.write_tab_storage(KEPT, json.dumps([self._codes, self._addresses]))
