"""The parts of a run: files in folders, and what computes those that are not there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np

from semblance.arrays import Codes
from semblance.blog.parts.embedding_part import Request
from semblance.blog.parts.part import Part, Tools, compute
from semblance.blog.parts.part_file import unpack
from semblance.blog.writing import replace
from semblance.embedding.batches import OnProgress
from semblance.embedding.report import Progress
from semblance.errors import Malformed, SiteError
from semblance.pace import discard

T = TypeVar("T")

SUFFIX = ".part"

Compute = Callable[[Iterable[Part[Any]], Tools], AsyncIterator[tuple[Part[Any], bytes]]]
"""Gives the file of each part, in any order. It takes the parts one at a time, each when there is room for it."""

OnPart = Callable[[Part[Any]], None]


class Share(NamedTuple):
    """One of several shares of the work: every so many parts one, from the `number`-th on."""

    number: int
    of: int

    def has(self, place: int) -> bool:
        """Whether the part in this place, from 0, is of this share."""
        return place % self.of == self.number - 1


WHOLE = Share(1, 1)
NOTHING = Share(0, 1)
"""No part is one's own: what is computed is written nowhere."""


def at_once(number: int) -> Compute:
    """Compute so many parts at once in this process. Two models on a core each are faster than one on two cores."""

    async def computed(part: Part[Any], tools: Tools) -> tuple[Part[Any], bytes]:
        return part, await compute(part, tools)

    async def compute_all(parts: Iterable[Part[Any]], tools: Tools) -> AsyncIterator[tuple[Part[Any], bytes]]:
        waiting = iter(parts)
        working = {asyncio.create_task(computed(part, tools)) for part in islice(waiting, number)}
        try:
            while working:
                done, working = await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
                working |= {asyncio.create_task(computed(part, tools)) for part in islice(waiting, len(done))}
                for task in done:
                    yield task.result()
        finally:
            for task in working:
                await discard(task)

    return compute_all


one_after_another = at_once(1)


class Parts:
    """Results of parts. Each part is read where a file holds it, else computed and written at once.

    Parameters
    ----------
    folder : Path
        Gets the parts that are computed.
    others : sequence of Path
        Folders with parts that were computed elsewhere.
    compute : callable
        Computes parts that no folder holds.
    share : Share
        The parts that are this run's own. No others are written.

    Attributes
    ----------
    read, computed : int
        How many of its own parts were there, and how many were computed.
    refused : list of str
        Files that can't be used, and why. Their parts were computed again.
    """

    def __init__(
        self,
        folder: Path,
        others: Sequence[Path] = (),
        compute: Compute = one_after_another,
        share: Share = WHOLE,
    ) -> None:
        self.folder = folder
        self.read = self.computed = 0
        self.refused: list[str] = []
        self._folders = (folder, *others)
        self._compute = compute
        self._share = share
        self._taken = 0  # parts
        self._keys = set[str]()  # of those that the next run may need

    async def codes(self, request: Request, on_progress: OnProgress | None = None) -> Codes:
        """The rounded vectors of a request's texts, int8 of shape (n, d); zeros for a text that the model fails at."""
        rows = await self.results(request.parts(), request.tools, on_progress=on_progress)
        return np.concatenate([np.empty((0, request.encoder.dims), np.int8), *rows])

    async def results(
        self,
        parts: Iterable[Part[T]],
        tools: Tools,
        *,
        on_part: OnPart | None = None,
        on_progress: OnProgress | None = None,
    ) -> list[T]:
        """The results of parts, in their order; those that no folder holds are computed.

        Parameters
        ----------
        parts : iterable of Part
            They are taken one at a time, each when there is room for it.
        tools : Tools
            What they are computed with.
        on_part : callable, optional
            Called with each part once its result is there.
        on_progress : callable, optional
            Called with how much of what no folder holds is computed. Then all parts are taken first.
        """
        return await self._results(
            ((part, self._is_next_own()) for part in parts), tools, on_part, on_progress
        )

    async def complete(self, request: Request, on_progress: OnProgress | None = None) -> None:
        """Compute this run's own parts of a request, and nothing else."""
        own = [(part, True) for part in request.parts() if self._is_next_own()]
        await self._results(own, request.tools, None, on_progress)

    def tidy(self) -> None:
        """Remove the files of its folder that the next run has no use for, also what a run that was killed left there."""
        kept = {f"{key}{SUFFIX}" for key in self._keys}
        with suppress(OSError):  # then it takes room, and no more
            for file in self.folder.iterdir():
                if file.name not in kept:
                    file.unlink()

    async def _results(
        self,
        parts: Iterable[tuple[Part[T], bool]],
        tools: Tools,
        on_part: OnPart | None,
        on_progress: OnProgress | None,
    ) -> list[T]:
        results, keys, own = dict[str, T](), list[str](), set[str]()

        def missing() -> Iterator[Part[T]]:
            for part, is_own in parts:
                keys.append(part.key)
                result = self._read(part)
                if result is None:
                    own.update([part.key] if is_own else [])
                    yield part
                    continue
                self.read += is_own
                results[part.key] = result
                if on_part:
                    on_part(part)

        waiting = iter(missing())
        if on_progress:
            all_missing = list(waiting)
            on_part, waiting = _reporter(all_missing, on_progress), iter(all_missing)
        for first in waiting:  # a cluster is not even started for none
            async for part, data in self._compute(chain([first], waiting), tools):
                results[part.key] = part.result(unpack(data, part.key))
                if part.key in own:
                    self._write(part, data)
                if on_part:
                    on_part(part)
        return [results[key] for key in keys]

    def _is_next_own(self) -> bool:
        self._taken += 1
        return self._share.has(self._taken - 1)

    def _read(self, part: Part[T]) -> T | None:
        if part.is_kept:
            self._keys.add(part.key)
        for folder in self._folders:
            file = _file(folder, part)
            try:
                return part.result(unpack(file.read_bytes(), part.key))
            except FileNotFoundError:
                continue
            except (OSError, Malformed) as error:
                reason = error.message if isinstance(error, Malformed) else error.strerror
                self.refused.append(f"{file}: {reason}")
        return None

    def _write(self, part: Part[Any], data: bytes) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            replace(_file(self.folder, part), data)
        except OSError as error:
            remedy = "Choose another folder with --parts or --cache."
            reason = f"parts can't be written ({error.strerror})"
            raise SiteError(reason, where=str(self.folder), remedy=remedy) from error
        self.computed += 1


def _file(folder: Path, part: Part[Any]) -> Path:
    return folder / f"{part.key}{SUFFIX}"


def _reporter(parts: Sequence[Part[Any]], on_progress: OnProgress) -> OnPart:
    """What is called with each part that is computed, and reports the progress."""
    total, count = sum(part.size for part in parts), sum(part.count for part in parts)
    started, done, texts = time.monotonic(), 0, 0

    def report() -> None:
        on_progress(Progress(texts, count, 0, texts, done, total, time.monotonic() - started))

    def with_part(part: Part[Any]) -> None:
        nonlocal done, texts
        done, texts = done + part.size, texts + part.count
        report()

    report()
    return with_part
