"""Waiting for coroutines in programs that know none, or that run a loop of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import cache
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


def wait(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine, which runs in a thread that all callers share.

    So what it opens may be used by later calls from any thread, also from within a running event loop.

    Examples
    --------
    >>> async def double(number):
    ...     return 2 * number
    >>> wait(double(21))
    42
    """
    return asyncio.run_coroutine_threadsafe(work, _loop()).result()


async def awaited(work: Coroutine[Any, Any, T]) -> T:
    """As `wait`, for the coroutines of a program with another event loop, which goes on meanwhile."""
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, _loop()))


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, name="semblance", daemon=True).start()
    return loop
