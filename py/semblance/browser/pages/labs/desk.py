"""What the parts of one lab share: words, engine, scope, and the learner's work."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from semblance.browser import ffi
from semblance.browser.pages.labs.engine import Engine
from semblance.browser.pages.labs.passed import Passed
from semblance.browser.pages.labs.words import Words
from semblance.records import CollectionInfo


@dataclass(slots=True, eq=False)
class Desk:
    """The desk of one open lab, for its cells and demonstrations.

    Parameters
    ----------
    lesson : str
    words : Words
        The words of the lesson.
    engine : Engine
    run : callable
        Does something in the background.
    write_address : callable
        Writes the lab's inputs and code into the address.
    collections : sequence of CollectionInfo
        The learner's collections.
    keep_code : callable
        Keeps the learner's code of all cells.
    opened_with : mapping of str to str
        The learner's code when the lab was opened, by cells.
    passed : Passed
    scope : Scope
        Owner of the listeners until the lab is closed.
    """

    lesson: str
    words: Words
    engine: Engine
    run: Callable[[Coroutine[Any, Any, Any]], None]
    write_address: Callable[[], None]
    collections: Sequence[CollectionInfo]
    keep_code: Callable[[], None]
    opened_with: Mapping[str, str]
    passed: Passed
    scope: ffi.Scope = field(default_factory=ffi.Scope)
    closed: bool = False

    def has_passed(self, exercise: str) -> bool:
        """Whether the learner has solved an exercise, now or before."""
        return exercise in self.passed.exercises(self.lesson)

    async def remember_passed(self, exercise: str) -> None:
        """Remember that the learner has solved an exercise."""
        await self.passed.add(self.lesson, exercise)

    def close(self) -> None:
        """Stop listening: the lab is no longer shown."""
        self.closed = True
        self.scope.close()
