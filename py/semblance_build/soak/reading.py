"""One malformed file is read in a process of its own, with limits, and checked as strictly as whatever is stored."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import time
from multiprocessing.connection import Connection
from typing import NamedTuple, Self

from semblance import errors
from semblance.documents import Document, Failure
from semblance.errors import InputError, ReaderFailed, SemblanceError
from semblance.ingest import read
from semblance.ingest.apart import header, take
from semblance.ingest.items import Apart
from semblance.messages import LANGUAGES
from semblance_build.soak.specimens import BACKUP

MOST_SECONDS = 2.0
"""Of a processor: how busy the machine is makes no difference."""
MOST_BYTES = 500_000_000
"""Beside what the process has before it reads."""
_WAITS = 60.0  # seconds of the clock for an answer


class Reading(NamedTuple):
    """What became of a file."""

    documents: int
    errors: tuple[str, ...]
    fault: str
    """What must not be; "" if nothing is wrong."""
    seconds: float


def read_one(name: str, data: bytes) -> Reading:
    """Read a file as the page does, papers in this same process, and check what comes of it."""
    started = time.process_time()
    documents, refusals, fault = 0, list[str](), ""
    try:
        for result in _results(name, data):
            if isinstance(result, Document):
                documents += 1
                _check_document(result)
            else:
                refusals.append(_checked(result))
        if not documents and not refusals:
            fault = "neither a document nor an error"
    except Exception as error:  # whatever escapes is a fault: it is what this looks for
        fault = f"{type(error).__name__}: {error}"
    seconds = time.process_time() - started
    if seconds > MOST_SECONDS:
        fault = fault or f"it took {seconds:.1f} s"
    return Reading(documents, tuple(refusals), fault, seconds)


def _results(name: str, data: bytes) -> list[Document | SemblanceError]:
    if name.endswith(BACKUP):
        return asyncio.run(_backed_up(name, data))
    results: list[Document | SemblanceError] = []
    for step in read(name, data):
        if isinstance(step, Apart):
            from semblance.ingest.papers.service import answer

            take(step, answer(header(step), step.data))
        elif isinstance(step, Failure):
            results.append(step.error)
        elif isinstance(step, Document):
            results.append(step)
    return results


async def _backed_up(name: str, data: bytes) -> list[Document | SemblanceError]:
    from semblance.restore import read_backup

    try:
        backup = await read_backup(data, name)
    except SemblanceError as error:
        return [error]
    return [record.document async for batch in backup.records() for record in batch] or [
        InputError("ingest.nothing")
    ]


def _check_document(document: Document) -> None:
    """Raise unless it can be stored, and has an id and a text."""
    fields = [document.id, document.title, document.content, document.metadata, document.note]
    json.dumps(fields, ensure_ascii=False, allow_nan=False).encode()
    assert document.id, "a document without an id"
    assert document.image or document.content.strip(), "a document without a text"


def _checked(error: SemblanceError) -> str:
    """What users read of an error. Raises unless its class and its item are named."""
    if isinstance(error, ReaderFailed) or not isinstance(error, InputError):
        raise error.__cause__ or error
    if error.text.key == "papers.memory":
        raise MemoryError
    assert error.where, "an error without a place"
    assert getattr(errors, type(error).__name__, None) is type(error), f"{type(error).__name__} is not public"
    for language in LANGUAGES:
        assert error.said(language)
    return f"{type(error).__name__}: {error}"


class Reader:
    """A process that reads one file after another. It is started anew after one that it did not survive."""

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._end()

    def read(self, name: str, data: bytes) -> Reading:
        """What became of a file, also where it ends the process."""
        try:
            self._pipe.send((name, data))
            if self._pipe.poll(_WAITS):
                reading: Reading = self._pipe.recv()
                return reading
            fault = f"no answer within {_WAITS:.0f} s"
        except (EOFError, OSError):
            fault = "it ended the process"
        self._end()
        self._start()
        return Reading(0, (), fault, _WAITS)

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other,), daemon=True)
        self._process.start()
        other.close()

    def _end(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()


def _serve(pipe: Connection) -> None:
    for warm_up in ("a.pdf", f"a{BACKUP}", "a.docx", "a.eml"):  # imports are not counted
        read_one(warm_up, b"%PDF-")
    _limit_memory()
    while True:
        try:
            name, data = pipe.recv()
        except EOFError:
            return
        pipe.send(read_one(name, data))


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # on Windows
        return
    with open("/proc/self/statm", encoding="ascii") as sizes:
        mapped = int(sizes.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (mapped + MOST_BYTES, mapped + MOST_BYTES))
