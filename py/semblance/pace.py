"""Long work that keeps the page responsive: giving way to it, and finishing work that must not stay half done."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Pacer:
    """Gives way to the event loop whenever a slice of time is used up.

    In a browser Python shares one thread with the page. Once the slice is used up, `breathe` ends in
    ``asyncio.sleep(0)``, which lets waiting input and painting go first. Until then it costs next to nothing,
    so loops call it freely.

    Parameters
    ----------
    budget_ms : float
        Length of a slice in milliseconds; 12 leaves room for a frame at 60 Hz.

    Examples
    --------
    >>> async def count():
    ...     pacer = Pacer()
    ...     for number in range(1000):
    ...         await pacer.breathe()
    ...     return number
    >>> asyncio.run(count())
    999
    """

    def __init__(self, budget_ms: float = 12) -> None:
        self._slice = budget_ms / 1000
        self._started = time.perf_counter()

    async def breathe(self) -> None:
        if time.perf_counter() - self._started >= self._slice:
            await asyncio.sleep(0)
            self._started = time.perf_counter()


async def uninterrupted(work: Coroutine[Any, Any, T]) -> T:
    """Await `work` to its end even if the caller is cancelled meanwhile. The cancellation takes effect after that.

    This is for a write whose outcome must be known. When this returns, the write is done or has failed.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait([task])  # unlike `await task`, this does not cancel the task
    except asyncio.CancelledError:
        await asyncio.wait([task])
        _look_at(task)
        raise
    return task.result()


def ahead(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Start work whose outcome is asked for later. Its error is not reported before, as Pyodide would."""
    task = asyncio.ensure_future(work)
    task.add_done_callback(_look_at)
    return task


async def discard(task: asyncio.Task[Any]) -> None:
    """Cancel a task whose result is no longer wanted, and wait until it has ended."""
    task.cancel()
    await finished(task)


async def finished(task: asyncio.Task[Any]) -> None:
    """Wait until a task has ended, however it ends."""
    await asyncio.wait([task])
    _look_at(task)


async def in_parallel(limit: int, works: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """The results of all works in their order. At most `limit` of them are under way at once.

    Examples
    --------
    >>> async def double(number):
    ...     return 2 * number
    >>> asyncio.run(in_parallel(2, [double(1), double(2), double(3)]))
    [2, 4, 6]
    """
    free = asyncio.Semaphore(limit)

    async def run(work: Coroutine[Any, Any, T]) -> T:
        async with free:
            return await work

    tasks = [asyncio.ensure_future(run(work)) for work in works]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task, work in zip(tasks, works, strict=True):
            if not task.done():
                await discard(task)
            work.close()  # in case it never began


def _look_at(task: asyncio.Task[Any]) -> None:
    """Keep asyncio from reporting an error that nobody asks for."""
    if not task.cancelled():
        task.exception()


class Lazy(Generic[T]):
    """A value that is made on first use and then shared. After a failure the next use tries again.

    Parameters
    ----------
    make : callable returning an awaitable

    Examples
    --------
    >>> async def use():
    ...     answer = Lazy.ready(42)
    ...     return answer.value, await answer.get()
    >>> asyncio.run(use())
    (42, 42)
    """

    def __init__(self, make: Callable[[], Awaitable[T]]) -> None:
        self._make = make
        self._task: asyncio.Task[T] | None = None
        self.value: T | None = None
        """The value if it is there, without waiting."""

    @classmethod
    def ready(cls, value: T) -> Lazy[T]:
        """A lazy value that is there already."""

        async def make() -> T:
            return value

        lazy = cls(make)
        lazy.value = value
        return lazy

    async def get(self) -> T:
        """The value. This waits for it, and starts to make it if nobody has."""
        if self.value is not None:
            return self.value
        if self._task is None:
            self._task = asyncio.ensure_future(self._start())
        task = self._task
        await asyncio.wait(
            [task]
        )  # several may wait; if one of them is cancelled, the others still get the value
        return task.result()

    async def _start(self) -> T:
        try:
            self.value = await self._make()
        finally:
            self._task = None
        return self.value
