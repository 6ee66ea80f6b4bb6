"""The parts of a run: files in folders, and what computes those that are not there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from semblance.arrays import Codes
from semblance.blog.parts.part import Part, Request, compute
from semblance.blog.parts.part_file import unpack
from semblance.blog.writing import replace
from semblance.embedding.batches import OnProgress
from semblance.embedding.report import Progress
from semblance.errors import Malformed
from semblance.pace import discard
from semblance.ports import TextEncoder

SUFFIX = ".part"

Compute = Callable[[Sequence[Part], TextEncoder], AsyncIterator[tuple[Part, bytes]]]
"""Gives the file of each part, in any order."""


def at_once(number: int) -> Compute:
    """Compute so many parts at once in this process. Two models on a core each are faster than one on two cores."""

    async def computed(part: Part, encoder: TextEncoder) -> tuple[Part, bytes]:
        return part, await compute(part, encoder)

    async def compute_all(parts: Sequence[Part], encoder: TextEncoder) -> AsyncIterator[tuple[Part, bytes]]:
        waiting = iter(parts)
        working = {asyncio.create_task(computed(part, encoder)) for part in islice(waiting, number)}
        try:
            while working:
                done, working = await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
                working |= {
                    asyncio.create_task(computed(part, encoder)) for part in islice(waiting, len(done))
                }
                for task in done:
                    yield task.result()
        finally:
            for task in working:
                await discard(task)

    return compute_all


one_after_another = at_once(1)


class Parts:
    """Vectors of texts. Each part is read where a file holds it, else computed and written at once.

    Parameters
    ----------
    folder : Path
        Gets the parts that are computed.
    others : sequence of Path
        Folders with parts that were computed elsewhere.
    compute : callable
        Computes parts that no folder holds.

    Attributes
    ----------
    read, computed : int
        How many parts were there, and how many were computed.
    refused : list of str
        Files that can't be used, and why. Their parts were computed again.
    """

    def __init__(
        self, folder: Path, others: Sequence[Path] = (), compute: Compute = one_after_another
    ) -> None:
        self.folder = folder
        self.read = self.computed = 0
        self.refused: list[str] = []
        self._folders = (folder, *others)
        self._compute = compute

    async def codes(self, request: Request, on_progress: OnProgress | None = None) -> Codes:
        """The rounded vectors of a request's texts, int8 of shape (n, d); zeros for a text that the model fails at."""
        parts = request.parts()
        rows = await self.complete(parts, request.encoder, on_progress)
        empty = np.empty((0, request.encoder.dims), np.int8)
        return np.concatenate([empty, *(rows[part.key] for part in parts)])

    async def complete(
        self, parts: Sequence[Part], encoder: TextEncoder, on_progress: OnProgress | None = None
    ) -> Mapping[str, Codes]:
        """Compute the parts that no folder holds. Gives the vectors of all by their keys."""
        rows = {part.key: codes for part in parts if (codes := self._read(part)) is not None}
        missing = [part for part in parts if part.key not in rows]
        self.read += len(rows)
        report = _reporter(missing, on_progress)
        report()
        if missing:
            self.folder.mkdir(parents=True, exist_ok=True)
            async for part, data in self._compute(missing, encoder):
                rows[part.key] = unpack(data, part.key)
                replace(self._file(self.folder, part), data)
                self.computed += 1
                report(part)
        return rows

    def _read(self, part: Part) -> Codes | None:
        for folder in self._folders:
            file = self._file(folder, part)
            try:
                codes = unpack(file.read_bytes(), part.key)
                if len(codes) != len(part.texts):
                    raise Malformed(f"it holds {len(codes)} vectors, not {len(part.texts)}")
                return codes
            except FileNotFoundError:
                continue
            except (OSError, Malformed) as error:
                reason = error.message if isinstance(error, Malformed) else error.strerror
                self.refused.append(f"{file}: {reason}")
        return None

    @staticmethod
    def _file(folder: Path, part: Part) -> Path:
        return folder / f"{part.key}{SUFFIX}"


def _reporter(parts: Sequence[Part], on_progress: OnProgress | None) -> Callable[..., None]:
    """What is called with each part that is computed, and reports the progress."""
    total, count = sum(part.chars for part in parts), sum(len(part.texts) for part in parts)
    started, done, texts = time.monotonic(), 0, 0

    def report(part: Part | None = None) -> None:
        nonlocal done, texts
        if part:
            done, texts = done + part.chars, texts + len(part.texts)
        if on_progress:
            on_progress(Progress(texts, count, 0, texts, done, total, time.monotonic() - started))

    return report
