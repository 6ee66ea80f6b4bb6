from __future__ import annotations

import asyncio

import pytest

from semblance.pace import Lazy, Pacer, discard, uninterrupted


def test_breathing_lets_others_run_once_the_slice_is_used_up() -> None:
    async def turns(pacer: Pacer) -> int:
        others = 0

        async def other() -> None:
            nonlocal others
            while True:
                others += 1
                await asyncio.sleep(0)

        task = asyncio.ensure_future(other())
        for _ in range(50):
            await pacer.breathe()
        await discard(task)
        return others

    assert asyncio.run(turns(Pacer(budget_ms=0))) == 50
    assert asyncio.run(turns(Pacer(budget_ms=60_000))) <= 1


def test_uninterrupted_work_ends_before_the_cancellation_goes_on() -> None:
    events = []
    gate = asyncio.Event()

    async def work() -> None:
        await gate.wait()
        events.append("work done")

    async def caller() -> None:
        try:
            await uninterrupted(work())
        finally:
            events.append("caller ends")

    async def main() -> None:
        task = asyncio.ensure_future(caller())
        await asyncio.sleep(0)
        task.cancel()
        for _ in range(3):
            await asyncio.sleep(0)
        assert events == []
        gate.set()
        await asyncio.wait([task])
        assert task.cancelled()

    asyncio.run(main())
    assert events == ["work done", "caller ends"]


def test_uninterrupted_work_gives_its_result_or_its_error() -> None:
    async def work(value: int) -> int:
        return 1 // value

    assert asyncio.run(uninterrupted(work(1))) == 1
    with pytest.raises(ZeroDivisionError):
        asyncio.run(uninterrupted(work(0)))


def test_lazy_is_made_once_for_all_who_wait() -> None:
    made = []

    async def make() -> str:
        made.append(1)
        await asyncio.sleep(0)
        return "value"

    async def main() -> None:
        lazy = Lazy(make)
        assert lazy.value is None
        cancelled = asyncio.ensure_future(lazy.get())
        await asyncio.sleep(0)
        cancelled.cancel()
        assert list(await asyncio.gather(lazy.get(), lazy.get())) == ["value", "value"]
        assert lazy.value == "value"

    asyncio.run(main())
    assert made == [1]


def test_a_lazy_that_failed_is_tried_again() -> None:
    attempts = iter([OSError("no network"), None])

    async def make() -> int:
        if error := next(attempts):
            raise error
        return 42

    async def main() -> int:
        lazy = Lazy(make)
        with pytest.raises(OSError, match="no network"):
            await lazy.get()
        return await lazy.get()

    assert asyncio.run(main()) == 42
