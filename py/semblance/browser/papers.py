"""The second Python in a browser: a worker that reads PDFs, Word documents and the like, and can be ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from semblance import ingest
from semblance.browser import ffi
from semblance.documents import Document, Failure
from semblance.errors import BrokeDown, SemblanceError, TookTooLong
from semblance.ingest.apart import broke_down, fail, header, take, took_too_long
from semblance.ingest.items import Apart
from semblance.ingest.questions import Question
from semblance.pace import Pacer

Answer = Callable[[Question], Awaitable[None]]


async def read(
    name: str, data: bytes, *, source: str = "", answer: Answer | None = None
) -> AsyncIterator[Document | Failure]:
    """Read a file of any format that is read; see `semblance.ingest.read`. `answer` answers its questions.

    The page gets turns in between.
    """
    pacer = Pacer()
    for step in ingest.read(name, data, source=source, asks=answer is not None):
        if isinstance(step, Apart):
            await fill(step)
        elif isinstance(step, Question):
            if answer:
                await answer(step)
        elif step is not None:
            yield step
        await pacer.breathe()


async def fill(paper: Apart) -> None:
    """Have a file read; its answer is in it then. The first one loads the module and starts the worker."""
    try:
        take(paper, await _answer(paper))
    except TookTooLong:
        took_too_long(paper)
    except BrokeDown:
        broke_down(paper)
    except SemblanceError as error:  # the worker, or what it needs, can't be loaded
        fail(paper, error)


async def _answer(paper: Apart) -> list[str]:
    limits = paper.limits
    papers = await ffi.js_call(ffi.bridge.papers())
    data = ffi.byte_array(paper.data)
    reading = papers.read(header(paper), data, limits.page_seconds, limits.paper_memory_bytes)
    try:
        return str(await ffi.js_call(reading)).splitlines()
    except asyncio.CancelledError:
        papers.stop()
        raise
