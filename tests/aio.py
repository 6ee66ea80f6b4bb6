"""Running coroutines from tests that also drive a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def run(work: Awaitable[T]) -> T:
    """Like `asyncio.run`, in a thread of its own: Playwright's own loop runs in the main one."""

    async def main() -> T:
        return await work

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, main()).result()
