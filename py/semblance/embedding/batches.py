"""The embedding run: documents in, records out, a batch at a time.

While the model works on one batch, the next batch is split, and the one before is stored.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from semblance.arrays import FloatArray
from semblance.documents import Failure, Passage, Picture
from semblance.embedding.planning import Job
from semblance.embedding.recipe import (
    DOCUMENT_PROMPT,
    Recipe,
    embedded_title,
    encode_image,
    encode_in_batches,
    kept,
    with_title,
)
from semblance.embedding.report import Progress, Report
from semblance.errors import ModelError, SemblanceError
from semblance.pace import ahead, discard, finished, in_parallel
from semblance.ranking.vectors import quantize
from semblance.records import Record

BATCH_PASSAGES = 64
BATCH_DOCUMENTS = 32
"""Upper bounds of a batch, which is one transaction of the store; its last document may exceed the passages."""

_PASSAGES_PER_IMAGE = 4  # batches of pictures are smaller, so that people see results soon
_IMAGES_AT_ONCE = 2  # one picture is decoded while the model works on the other


OnProgress = Callable[[Progress], None]
Write = Callable[[list[Record]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A job whose text is split into passages, or the error that prevented it."""

    job: Job
    title: str = ""
    passages: tuple[Passage, ...] = ()
    cut: int = 0
    error: SemblanceError | None = None

    @property
    def weight(self) -> int:
        """The job's part of a batch, in passages."""
        return _PASSAGES_PER_IMAGE if self.job.image else len(self.passages)

    @property
    def texts(self) -> list[str]:
        return [with_title(self.title, self.job.content[p.start : p.end]) for p in self.passages]

    def records(self, encoded: _Encoded, now: float) -> list[Record]:
        codes = quantize(encoded.vectors)
        pairs = zip(self.job.documents, self.job.fingerprints, strict=True)
        return [
            Record(kept(doc), fp, self.passages, codes, self.cut, now, encoded.picture) for doc, fp in pairs
        ]


@dataclass(frozen=True, slots=True, eq=False)
class _Encoded:
    """The result of a job: vectors of shape (p, d), and what is kept of a picture."""

    vectors: FloatArray
    picture: Picture | None = None


_Outcome = tuple[_Prepared, _Encoded | SemblanceError]


class Run:
    """One embedding run and its progress.

    Parameters
    ----------
    recipe : Recipe
    report : Report
        The run adds failures to it, and reads its counts for the progress.
    total, chars : int
        Number of documents of the run, and of characters that go through the model.
    on_progress : callable, optional
    clock : callable
        Seconds since 1970.
    keep_originals : bool
        Whether to keep the files of pictures beside their thumbnails.
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

    def report_progress(self, chars_under_way: float = 0) -> None:
        """Report the progress to `on_progress`."""
        if self._on_progress is None:
            return
        report, chars = self._report, int(self._chars_done + chars_under_way)
        elapsed = time.monotonic() - self._started
        self._on_progress(
            Progress(report.done, self._total, len(report.failed), self._embedded, chars, self.chars, elapsed)
        )

    async def embed(self, jobs: AsyncIterator[Job], write: Write) -> None:
        """Embed all jobs, and await `write` with the records of each batch.

        A job that fails does not stop the others. An error of `write` ends the run.
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
            await finished(storing)  # results so far are stored, also if the run is cancelled

    async def _next_window(self, jobs: AsyncIterator[Job]) -> list[_Prepared]:
        """The prepared jobs of the next batch; empty at the end."""
        window: list[_Prepared] = []
        passages = 0
        async for job in jobs:
            window.append(await _prepare(job, self._recipe))
            passages += window[-1].weight
            if passages >= BATCH_PASSAGES or len(window) == BATCH_DOCUMENTS:
                break
        return window

    async def _store(self, outcomes: Sequence[_Outcome], write: Write) -> None:
        """Store the results of a batch, and add them to the report and the progress."""
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
        self.report_progress()

    async def _encode(self, window: Sequence[_Prepared]) -> list[_Outcome]:
        """The result of each prepared job, or its error."""
        outcomes: list[_Outcome] = [(job, job.error) for job in window if job.error is not None]
        good = [prepared for prepared in window if prepared.error is None]
        texts = [prepared for prepared in good if prepared.job.image is None]
        images = [prepared for prepared in good if prepared.job.image is not None]
        outcomes += await self._encode_jobs(texts) if texts else []
        return outcomes + await in_parallel(_IMAGES_AT_ONCE, [self._encode_image(image) for image in images])

    async def _encode_image(self, prepared: _Prepared) -> _Outcome:
        job = prepared.job
        assert job.image is not None
        try:
            encoded = await encode_image(self._recipe, job.image, job.digest)
            picture = job.picture or encoded.picture
            if self._keep_originals and job.picture is None:
                picture = replace(picture, original=await job.image.read(0, job.image.size))
        except Exception as error:  # any error of a decoder concerns this picture only
            return prepared, _as_item_error(error)
        return prepared, _Encoded(encoded.vector[np.newaxis], picture)

    async def _encode_jobs(self, jobs: Sequence[_Prepared]) -> list[_Outcome]:
        """The results of texts. If the model fails, each job is tried alone, to find the one that fails."""
        try:
            vectors = await self._encode_texts(jobs)
        except Exception as error:  # a runtime may raise any error
            if len(jobs) == 1:
                return [(jobs[0], _as_item_error(error))]
            return [outcome for prepared in jobs for outcome in await self._encode_jobs([prepared])]
        ends = np.cumsum([len(prepared.passages) for prepared in jobs])
        rows = np.split(vectors, ends[:-1])
        return [(prepared, _Encoded(own)) for prepared, own in zip(jobs, rows, strict=True)]

    async def _encode_texts(self, window: Sequence[_Prepared]) -> FloatArray:
        """Vectors of all passages of a batch, shape (p, d). Progress is also reported within a long document."""
        texts = [text for prepared in window for text in prepared.texts]
        chars = sum(len(prepared.job.content) for prepared in window)
        batches = []
        async for batch in encode_in_batches(self._recipe, texts, DOCUMENT_PROMPT):
            batches.append(batch)
            done = sum(len(batch) for batch in batches)
            if done < len(texts):
                self.report_progress(chars * done / len(texts))
        return np.concatenate(batches)


async def texts_of(jobs: Iterable[Job], recipe: Recipe) -> list[str]:
    """The texts that a run gives the model for jobs, each once. Pictures have none, nor has what can't be split."""
    texts: dict[str, None] = {}
    for job in jobs:
        if job.image is None:
            prepared = await _prepare(job, recipe)
            texts |= dict.fromkeys(prepared.texts)
    return list(texts)


async def _prepare(job: Job, recipe: Recipe) -> _Prepared:
    if job.image:
        return _Prepared(job, passages=(Passage(0, 0),))
    try:
        title, budget = await embedded_title(recipe, job.documents[0])
        passages, cut = await recipe.chunking.split(job.content, recipe.encoder.count_tokens, budget)
    except Exception as error:  # any error of a tokenizer concerns this text only
        return _Prepared(job, error=_as_item_error(error))
    return _Prepared(job, title, passages, cut)


async def _nothing() -> None:
    """Stands for the storing that is under way before the first batch: none."""


def _as_item_error(error: Exception) -> SemblanceError:
    if isinstance(error, SemblanceError):
        return error
    return ModelError("collections.not_embedded", reason=f"{type(error).__name__}: {error}")


def _failure(id: str, error: SemblanceError) -> Failure:
    """A failure whose error names the item. Each item gets an error of its own."""
    named = error.at(id)
    named.__cause__ = error
    return Failure(id, named)
