"""The embedding run: documents in, records out, a batch at a time.

While the model works on one batch, the next is already being split and counted, and the last is being stored.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from semblance.arrays import FloatArray
from semblance.documents import Failure, Passage, Picture
from semblance.embedding.passages import split
from semblance.embedding.planning import Job
from semblance.embedding.recipe import (
    DOCUMENT_PROMPT,
    Recipe,
    encode_image,
    encode_in_batches,
    kept,
    with_title,
)
from semblance.embedding.report import Progress, Report
from semblance.errors import ModelError, SemblanceError
from semblance.pace import ahead, discard, finished, in_parallel
from semblance.records import Record

BATCH_PASSAGES = 64
BATCH_DOCUMENTS = 32
"""A batch, which is one transaction of the store, has about so many passages or documents."""

_PASSAGES_PER_IMAGE = 4  # smaller batches of pictures, so that people see them come
_IMAGES_AT_ONCE = 2  # one is decoded while the model works on the other


OnProgress = Callable[[Progress], None]
Write = Callable[[list[Record]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A job that is split, or could not be."""

    job: Job
    title: str = ""
    passages: tuple[Passage, ...] = ()
    cut: int = 0
    error: SemblanceError | None = None

    @property
    def weight(self) -> int:
        """How much of a batch it takes up, in passages."""
        return _PASSAGES_PER_IMAGE if self.job.image else len(self.passages)

    @property
    def texts(self) -> list[str]:
        return [with_title(self.title, self.job.content[p.start : p.end]) for p in self.passages]

    def records(self, encoded: _Encoded, now: float) -> list[Record]:
        pairs = zip(self.job.documents, self.job.fingerprints, strict=True)
        return [
            Record(kept(doc), fp, self.passages, encoded.vectors, self.cut, now, encoded.picture)
            for doc, fp in pairs
        ]


@dataclass(frozen=True, slots=True, eq=False)
class _Encoded:
    """What came of a job: vectors of shape (p, d), and what is kept of a picture."""

    vectors: FloatArray
    picture: Picture | None = None


_Outcome = tuple[_Prepared, _Encoded | SemblanceError]


class Run:
    """One embedding run and its progress.

    Parameters
    ----------
    recipe : Recipe
    report : Report
        Failures are added to it; its counts are read for the progress.
    total, chars : int
        Documents of the run, and characters that go through the model.
    on_progress : callable, optional
    clock : callable
        Seconds since 1970.
    keep_originals : bool
        Whether the files of pictures are kept too, beside their thumbnails.
    """

    def __init__(
        self,
        recipe: Recipe,
        report: Report,
        total: int,
        chars: int,
        on_progress: OnProgress | None,
        clock: Callable[[], float],
        keep_originals: bool = False,
    ) -> None:
        self._keep_originals = keep_originals
        self._recipe = recipe
        self._report = report
        self._total = total
        self.chars = chars
        self._on_progress = on_progress
        self._clock = clock
        self._started = time.monotonic()
        self._chars_done = 0.0
        self._embedded = 0

    def tell(self, chars_under_way: float = 0) -> None:
        """Tell the progress to whoever wants to know."""
        if self._on_progress is None:
            return
        report, chars = self._report, int(self._chars_done + chars_under_way)
        elapsed = time.monotonic() - self._started
        self._on_progress(
            Progress(report.done, self._total, len(report.failed), self._embedded, chars, self.chars, elapsed)
        )

    async def embed(self, jobs: AsyncIterator[Job], write: Write) -> None:
        """Embed all jobs; `write` is awaited with the records of each batch.

        One job that fails does not hold up the others; an error of `write` ends the run.
        """
        upcoming = ahead(self._next_window(jobs))
        storing = ahead(_nothing())
        try:
            while window := await upcoming:
                upcoming = ahead(self._next_window(jobs))
                outcomes = await self._encode(window)
                await storing
                storing = ahead(self._store(outcomes, write))
            await storing
        finally:
            await discard(upcoming)
            await finished(storing)  # what was embedded is kept, also where the run is cancelled

    async def _next_window(self, jobs: AsyncIterator[Job]) -> list[_Prepared]:
        """As many jobs as make a batch, split; none at the end."""
        window: list[_Prepared] = []
        passages = 0
        async for job in jobs:
            window.append(await self._prepare(job))
            passages += window[-1].weight
            if passages >= BATCH_PASSAGES or len(window) == BATCH_DOCUMENTS:
                break
        return window

    async def _prepare(self, job: Job) -> _Prepared:
        if job.image:
            return _Prepared(job, passages=(Passage(0, 0),))
        chunking, count_tokens = self._recipe.chunking, self._recipe.encoder.count_tokens
        try:
            title, budget = job.title, chunking.budget
            tokens = (await count_tokens([title]))[0] if title else 0
            if tokens > budget // 4:  # more a paragraph than a title: it would crowd out the text
                title = ""
            else:
                budget -= tokens
            passages, cut = await split(job.content, count_tokens, budget, chunking.overlap)
        except Exception as error:  # whatever a tokenizer may raise concerns this text alone
            return _Prepared(job, error=_as_item_error(error))
        return _Prepared(job, title, passages, cut)

    async def _store(self, outcomes: Sequence[_Outcome], write: Write) -> None:
        """Write a batch, and count it."""
        records: list[Record] = []
        failed: list[Failure] = []
        for prepared, outcome in outcomes:
            if isinstance(outcome, SemblanceError):
                failed += [_failure(doc.id, outcome) for doc in prepared.job.documents]
            else:
                records += prepared.records(outcome, self._clock())
        if records:
            await write(records)
        self._report.failed += failed
        self._embedded += len(records)
        self._chars_done += sum(prepared.job.work for prepared, _ in outcomes)
        self.tell()

    async def _encode(self, window: Sequence[_Prepared]) -> list[_Outcome]:
        """What came of each prepared job, or why nothing did."""
        outcomes: list[_Outcome] = [(each, each.error) for each in window if each.error is not None]
        good = [prepared for prepared in window if prepared.error is None]
        texts = [prepared for prepared in good if prepared.job.image is None]
        images = [prepared for prepared in good if prepared.job.image is not None]
        outcomes += await self._encode_jobs(texts) if texts else []
        return outcomes + await in_parallel(_IMAGES_AT_ONCE, [self._encode_image(each) for each in images])

    async def _encode_image(self, prepared: _Prepared) -> _Outcome:
        job = prepared.job
        assert job.image is not None
        try:
            encoded = await encode_image(self._recipe, job.image, job.digest)
            picture = job.picture or encoded.picture
            if self._keep_originals and job.picture is None:
                picture = replace(picture, original=await job.image.read(0, job.image.size))
        except Exception as error:  # whatever a decoder may raise concerns this picture alone
            return prepared, _as_item_error(error)
        return prepared, _Encoded(encoded.vector[np.newaxis], picture)

    async def _encode_jobs(self, jobs: Sequence[_Prepared]) -> list[_Outcome]:
        """What came of texts; if the model fails, each is tried alone, to show which one is to blame."""
        try:
            vectors = await self._encode_texts(jobs)
        except Exception as error:  # whatever a runtime may raise
            if len(jobs) == 1:
                return [(jobs[0], _as_item_error(error))]
            return [outcome for prepared in jobs for outcome in await self._encode_jobs([prepared])]
        ends = np.cumsum([len(prepared.passages) for prepared in jobs])
        rows = np.split(vectors, ends[:-1])
        return [(prepared, _Encoded(each)) for prepared, each in zip(jobs, rows, strict=True)]

    async def _encode_texts(self, window: Sequence[_Prepared]) -> FloatArray:
        """Vectors of all passages of a window, shape (p, d); progress is told also within a long document."""
        texts = [text for prepared in window for text in prepared.texts]
        chars = sum(len(prepared.job.content) for prepared in window)
        batches = []
        async for batch in encode_in_batches(self._recipe, texts, DOCUMENT_PROMPT):
            batches.append(batch)
            done = sum(len(batch) for batch in batches)
            if done < len(texts):
                self.tell(chars * done / len(texts))
        return np.concatenate(batches)


async def _nothing() -> None:
    """What is stored before the first batch."""


def _as_item_error(error: Exception) -> SemblanceError:
    if isinstance(error, SemblanceError):
        return error
    return ModelError(f"it could not be embedded ({type(error).__name__}: {error})")


def _failure(id: str, error: SemblanceError) -> Failure:
    """A failure whose error names the item; each item gets an error of its own."""
    by = f"{error.where}: " if error.where not in ("", id) else ""
    named = type(error)(f"{by}{error.message}", where=id)
    named.__cause__ = error
    return Failure(id, named)
