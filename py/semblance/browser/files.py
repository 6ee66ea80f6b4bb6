"""Files that a page or a script gives Python to read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING

from semblance.browser import ffi, papers
from semblance.documents import Document, Failure
from semblance.errors import InputError, UnsafeArchive
from semblance.ingest import LIMITS, check_kind, check_size, is_picture
from semblance.ingest.items import joined
from semblance.ingest.kinds import HEAD
from semblance.ingest.limits import human_size

if TYPE_CHECKING:
    from semblance.ingest.streamed import StreamedEntry


async def read(
    name: str, blob: ffi.JsAny, *, source: str = "", answer: papers.Answer | None = None
) -> AsyncIterator[Document | Failure]:
    """Everything in a file: see `semblance.browser.papers.read`.

    Raises
    ------
    UnsupportedFormat, TooLarge, Malformed, UnsafeArchive
    """
    size = int(blob.size)
    if size > LIMITS.file_bytes:
        head = await ffi.blob_bytes(blob.slice(0, HEAD))
        check_kind(
            name, head, where=name, apart=True
        )  # of a file that is too large the first bytes may say more
        from semblance.ingest import streamed  # here, to load with the first large file

        if streamed.is_streamed(head, size):
            async for step in _read_streamed(name, blob, source=source, answer=answer):
                yield step
            return
        check_size(name, size)
    async for step in papers.read(name, await ffi.blob_bytes(blob), source=source, answer=answer):
        yield step


async def _read_streamed(
    name: str, blob: ffi.JsAny, *, source: str, answer: papers.Answer | None
) -> AsyncIterator[Document | Failure]:
    """The files of a large archive. Its pictures are read when they are embedded."""
    from semblance.ingest import streamed

    async def fetch(start: int, stop: int) -> bytes:
        return await ffi.blob_bytes(blob.slice(start, stop))

    left = LIMITS.archive_bytes
    async for entry in streamed.read(fetch, int(blob.size), name):
        if isinstance(entry, Failure):
            yield entry
        elif is_picture(entry.name):
            yield Document(entry.name, "", source=source, note=entry.note, image=entry)
        else:
            left -= entry.size
            if left < 0:
                limit = human_size(LIMITS.archive_bytes)
                error = UnsafeArchive("ingest.large_texts", limit=limit, where=name)
                yield Failure(name, error)
                return
            async for step in _read_entry(entry, source=source, answer=answer):
                yield step


async def _read_entry(
    entry: StreamedEntry, *, source: str, answer: papers.Answer | None
) -> AsyncIterator[Document | Failure]:
    try:
        data = await entry.whole()
    except InputError as error:
        yield Failure(entry.name, error)
        return
    async for step in papers.read(entry.name, data, source=source, answer=answer):
        if isinstance(step, Document) and step.id == entry.name:
            step = replace(step, note=joined(entry.note, step.note))
        yield step
