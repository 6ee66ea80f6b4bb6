"""The exercises that the learner has solved. The browser remembers them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

PASSED = "labs: passed exercises"  # name of a setting


class Passed:
    """Names of exercises by lesson.

    Parameters
    ----------
    put : callable
        ``await put(name, value)`` remembers a setting.
    """

    def __init__(self, put: Callable[[str, str], Awaitable[None]]) -> None:
        self._put = put
        self._names: dict[str, list[str]] = {}

    def load(self, remembered: str | None) -> None:
        """Take what the browser remembers."""
        self._names = json.loads(remembered) if remembered else {}

    def exercises(self, lesson: str) -> list[str]:
        """The solved exercises of a lesson."""
        return self._names.get(lesson, [])

    async def add(self, lesson: str, exercise: str) -> None:
        """Remember a solved exercise."""
        if exercise not in self.exercises(lesson):
            self._names[lesson] = [*self.exercises(lesson), exercise]
            await self._put(PASSED, json.dumps(self._names))
