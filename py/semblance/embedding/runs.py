"""The long runs over a collection: adding documents or another's items, and embedding all items again, here or elsewhere.

Texts can also be stored before there is a model (`shelve`). They are embedded by a later run.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from semblance.documents import Document, Passage
from semblance.embedding.batches import BATCH_DOCUMENTS, OnProgress, Run, texts_of
from semblance.embedding.fingerprint import lacks_vectors, vectors_half_of, without_vectors
from semblance.embedding.planning import Copy, Job, Plan, make_plan
from semblance.embedding.recipe import Recipe, kept
from semblance.embedding.report import Report
from semblance.pace import Pacer
from semblance.ranking.index import Index
from semblance.records import CollectionInfo, Record
from semblance.storage.shelf import Shelf

MIXED = ""
"""Encoder fingerprint of a collection that is empty, or that mixes vectors of several encoders."""

UNEMBEDDED = "none yet"
"""Encoder fingerprint of a collection whose items all await their vectors."""

Clock = Callable[[], float]


async def add(
    shelf: Shelf,
    documents: Iterable[Document],
    recipe: Recipe,
    on_progress: OnProgress | None,
    clock: Clock,
    *,
    keep_originals: bool = False,
    report: Report | None = None,
) -> Report:
    """Embed documents that are new or changed. Copy the vectors of known texts. Leave unchanged documents."""
    documents, report = list(documents), report or Report()
    plan = await make_plan(documents, recipe, shelf.index, report)
    awaiting = shelf.index.awaiting
    run = Run(recipe, report, len(documents), plan.chars, on_progress, clock, keep_originals)
    run.report_progress()

    async def write(records: list[Record]) -> None:
        await _adopt_first(shelf, records, recipe)
        there = [r for r in records if r.document.id not in awaiting or r.document.id in shelf.index]
        report.unchanged += len(records) - len(there)  # they were deleted meanwhile
        await _write(shelf, there, report)

    for start in range(0, len(plan.copies), BATCH_DOCUMENTS):
        records = await _copies(shelf, plan, plan.copies[start : start + BATCH_DOCUMENTS], clock())
        await write(records)
        run.report_progress()
    run.chars = plan.chars
    await run.embed(_as_stream(plan.jobs.values()), write)
    await shelf.require_stored()
    return report


async def texts_to_embed(shelf: Shelf, documents: Iterable[Document], recipe: Recipe) -> list[str]:
    """The texts that `add` would give the model, each once."""
    plan = await make_plan(documents, recipe, shelf.index, Report())
    return await texts_of(plan.jobs.values(), recipe)


async def shelve(shelf: Shelf, documents: Iterable[Document], dims: int, clock: Clock) -> None:
    """Store new texts that there is no model for yet, so that they can be read, and found by their words.

    Until they are embedded, each has one passage and a vector of zeros. What can't be kept so is left for the run.

    Parameters
    ----------
    shelf : Shelf
    documents : iterable of Document
    dims : int
        Dimensions of the vectors to come.
    clock : callable
    """
    if not shelf.info.dims:
        await shelf.describe(encoder_fingerprint=UNEMBEDDED)
    new = {document.id: document for document in reversed(list(documents)) if document.id not in shelf.index}
    records = [
        _without_vectors(document, dims, clock())
        for document in reversed(new.values())
        if _can_wait(document)
    ]
    for start in range(0, len(records), BATCH_DOCUMENTS):
        await shelf.write(records[start : start + BATCH_DOCUMENTS])


def _can_wait(document: Document) -> bool:
    """Whether a document can be stored before it is embedded. A run reports those that can't be stored at all."""
    if document.image is not None or not document.content.strip():
        return False
    try:
        return bool(without_vectors(document) and document.content.encode())
    except (TypeError, ValueError):
        return False


def _without_vectors(document: Document, dims: int, now: float) -> Record:
    whole = (Passage(0, len(document.content)),)
    return Record(document, without_vectors(document), whole, np.zeros((1, dims), dtype=np.int8), updated=now)


async def embed_awaiting(
    shelf: Shelf, recipe: Recipe, on_progress: OnProgress | None, clock: Clock, report: Report | None = None
) -> Report:
    """Embed the items that await their vectors."""
    report, ids = report or Report(), sorted(shelf.index.awaiting)
    chars = sum([_job(record, recipe).work async for record in _records(shelf, ids)])
    run = Run(recipe, report, len(ids), chars, on_progress, clock)
    run.report_progress()

    async def write(records: list[Record]) -> None:
        await _adopt_first(shelf, records, recipe)
        await _write(shelf, records, report, replace_only=True)

    await run.embed(_stored(shelf, ids, recipe), write)
    await shelf.require_stored()
    return report


async def reembed(shelf: Shelf, recipe: Recipe, on_progress: OnProgress | None, clock: Clock) -> Report:
    """Embed items again that another recipe embedded. The collection is marked as mixed meanwhile."""
    report, total = Report(), len(shelf.index)
    outdated, chars = await _outdated(shelf, recipe, shelf.index)
    report.unchanged = total - len(outdated)
    if outdated:
        await shelf.describe(encoder_fingerprint=MIXED)
    run = Run(recipe, report, total, chars, on_progress, clock)
    run.report_progress()

    async def write(records: list[Record]) -> None:
        await _write(shelf, records, report, replace_only=True)

    await run.embed(_stored(shelf, outdated, recipe), write)
    if not report.failed:
        await adopt(shelf, recipe)
        if any(entry.is_image for entry in shelf.index):
            await _adopt_image(shelf, recipe)
    await shelf.require_stored()
    return report


async def transfer(
    source: Shelf, target: Shelf, recipe: Recipe, on_progress: OnProgress | None, clock: Clock
) -> Report:
    """Embed the items of a shelf into another, which has some of them from an earlier run.

    It then holds the items of the first and no others, but for those that failed.
    """
    report, total = Report(), len(source.index)
    await target.delete([id for id in target.index.ids if id not in source.index])
    outdated, chars = await _outdated(source, recipe, target.index)
    report.unchanged = total - len(outdated)
    run = Run(recipe, report, total, chars, on_progress, clock)
    run.report_progress()

    async def write(records: list[Record]) -> None:
        await _adopt_first(target, records, recipe)
        await _write(target, records, report)

    await run.embed(_stored(source, outdated, recipe), write)
    await source.require_stored()
    report.changed, report.added = (
        report.changed + report.added,
        0,
    )  # nothing is new to whoever has the collection
    return report


async def take_over(
    shelf: Shelf, source: CollectionInfo, batches: AsyncIterator[Sequence[Record]], report: Report
) -> None:
    """Store items of another collection with the vectors that they have there. Where both have an item, the newer stays."""
    described = False
    async for records in batches:
        newer = await _newer(shelf, records)
        report.unchanged += len(records) - len(newer)
        if newer and not described:
            await _describe_as(shelf, source)
            described = True
        await _write(shelf, newer, report, count=False)  # here it would be most of the time
    await shelf.require_stored()


async def embed_records(
    shelf: Shelf,
    records: Sequence[Record],
    recipe: Recipe,
    on_progress: OnProgress | None,
    clock: Clock,
    report: Report,
) -> None:
    """Embed items of another collection into this one. Where both have an item, the newer stays."""
    newer = await _newer(shelf, records)
    report.unchanged += len(records) - len(newer)
    jobs = [_job(record, recipe) for record in newer]
    chars = sum(job.work for job in jobs)
    run = Run(recipe, report, len(records), chars, on_progress, clock)
    run.report_progress()

    async def write(records: list[Record]) -> None:
        await _adopt_first(shelf, records, recipe)
        await _write(shelf, records, report)

    await run.embed(_as_stream(jobs), write)
    await shelf.require_stored()


async def _newer(shelf: Shelf, records: Sequence[Record]) -> list[Record]:
    """The records that the shelf lacks, or has in an older version."""
    ids = [record.document.id for record in records if record.document.id in shelf.index]
    stored = {
        record.document.id: record for record in await shelf.records(ids, pictures="none", vectors=False)
    }

    def is_newer(record: Record) -> bool:
        own = stored.get(record.document.id)
        if own is None or lacks_vectors(own.fingerprint):
            return True
        return own.fingerprint != record.fingerprint and own.updated < record.updated

    return [record for record in records if is_newer(record)]


async def _describe_as(shelf: Shelf, source: CollectionInfo) -> None:
    """Describe an empty collection as another is described, and any other by the encoder of its first pictures."""
    fields: dict[str, str | int] = {}
    if source.image_fingerprint:
        fields |= {"image_fingerprint": source.image_fingerprint}
    if not len(shelf.index):
        fields |= {
            "model": source.model,
            "encoder_fingerprint": source.encoder_fingerprint,
            "dims": source.dims,
        }
    if fields:
        await shelf.describe(**fields)


async def adopt(shelf: Shelf, recipe: Recipe) -> None:
    """Record that all vectors of the collection come from this recipe's encoder."""
    encoder = recipe.encoder
    if shelf.info.encoder_fingerprint != encoder.fingerprint:
        await shelf.describe(model=encoder.name, encoder_fingerprint=encoder.fingerprint, dims=encoder.dims)


async def _adopt_first(shelf: Shelf, records: Sequence[Record], recipe: Recipe) -> None:
    """Record the encoders of a collection's first vectors, and of its first pictures'."""
    if len(shelf.index) == len(shelf.index.awaiting):
        await adopt(shelf, recipe)
    if any(record.picture for record in records):
        await _adopt_image(shelf, recipe)


async def _adopt_image(shelf: Shelf, recipe: Recipe) -> None:
    """Record which encoder the vectors of pictures come from."""
    fingerprint = recipe.image_encoder.fingerprint
    if shelf.info.image_fingerprint != fingerprint:
        await shelf.describe(image_fingerprint=fingerprint)


async def _write(
    shelf: Shelf, records: Sequence[Record], report: Report, *, replace_only: bool = False, count: bool = True
) -> None:
    def tally(written: Sequence[Record]) -> None:
        for record in written:
            entry = shelf.index.get(record.document.id)
            if entry and not lacks_vectors(entry.fingerprint):
                report.changed += 1
            else:
                report.added += 1
            if record.cut:
                report.cut.append((record.document.id, record.cut))

    await shelf.write(records, replace_only=replace_only, count=count, then=tally)


async def _copies(shelf: Shelf, plan: Plan, copies: Sequence[Copy], now: float) -> list[Record]:
    """Records with the vectors of twins. If a twin has changed meanwhile, the plan gets a job instead."""
    twins = {
        record.document.id: record
        for record in await shelf.records([copy.twin for copy in copies], pictures="originals")
    }
    records = []
    for copy in copies:
        twin = twins.get(copy.twin)
        if twin and vectors_half_of(twin.fingerprint) == vectors_half_of(copy.fingerprint):
            records.append(
                replace(twin, document=kept(copy.document), fingerprint=copy.fingerprint, updated=now)
            )
        else:
            plan.embed(copy.document, copy.fingerprint, copy.digest)
    return records


async def _outdated(shelf: Shelf, recipe: Recipe, embedded: Index) -> tuple[list[str], int]:
    """Ids of the stored items that an index does not hold as a recipe embeds them, and the number of their characters."""
    ids, chars, pacer = list[str](), 0, Pacer()
    async for record in _records(shelf, shelf.index.ids):
        job = _job(record, recipe)
        entry = embedded.get(record.document.id)
        if entry is None or job.fingerprints != [entry.fingerprint]:
            ids.append(record.document.id)
            chars += job.work
        await pacer.breathe()
    return ids, chars


async def _stored(shelf: Shelf, ids: Sequence[str], recipe: Recipe) -> AsyncIterator[Job]:
    async for record in _records(shelf, ids):
        yield _job(record, recipe)


def _job(record: Record, recipe: Recipe) -> Job:
    """The job that embeds a stored item again; for a picture, from the file that is kept of it."""
    document, picture = record.document, record.picture
    if picture is None:
        return Job([document], [recipe.fingerprint(document)])
    document = replace(document, image=picture.file)
    return Job([document], [recipe.fingerprint(document, picture.digest)], picture.digest, picture)


async def _records(shelf: Shelf, ids: Sequence[str]) -> AsyncIterator[Record]:
    for start in range(0, len(ids), BATCH_DOCUMENTS):
        for record in await shelf.records(ids[start : start + BATCH_DOCUMENTS], pictures="originals"):
            yield record


async def _as_stream(jobs: Iterable[Job]) -> AsyncIterator[Job]:
    for job in jobs:
        yield job
