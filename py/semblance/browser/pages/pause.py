"""Waits until a user pauses before something is computed from what they type."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVarTuple

Arguments = TypeVarTuple("Arguments")


class Pause(Generic[*Arguments]):
    """Does its work once no call has come for some time.

    Parameters
    ----------
    seconds : float
        How long no call must come.
    run : callable
        Does something in the background.
    work : callable
        Gets the arguments of the last call.
    """

    def __init__(
        self,
        seconds: float,
        run: Callable[[Coroutine[Any, Any, None]], None],
        work: Callable[[*Arguments], Coroutine[Any, Any, None]],
    ) -> None:
        self._seconds, self._run, self._work = seconds, run, work
        self._calls = 0

    def begin(self, *arguments: *Arguments) -> None:
        """Begin to wait; an earlier wait is dropped."""
        self._calls += 1
        self._run(self._wait(self._calls, *arguments))

    def cancel(self) -> None:
        """Do nothing for the calls so far."""
        self._calls += 1

    async def _wait(self, call: int, *arguments: *Arguments) -> None:
        await asyncio.sleep(self._seconds)
        if call == self._calls:
            await self._work(*arguments)
