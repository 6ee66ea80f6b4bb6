"""The plan of an embedding run: which documents to embed, and which can take vectors that exist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from semblance.documents import Document, Failure, ImageFile, Picture
from semblance.embedding.fingerprint import vectors_half_of
from semblance.embedding.recipe import Recipe, title_of
from semblance.embedding.report import Report
from semblance.errors import (
    DuplicateId,
    EmptyDocument,
    SemblanceError,
)
from semblance.pace import Pacer
from semblance.picture_file import digest
from semblance.ranking.index import Index

IMAGE_WORK = 250
"""This many characters take about as long to embed as one picture (two threads, the models of the site)."""


@dataclass(slots=True)
class Job:
    """Documents with the same title and text, or the same picture. They are embedded once and kept under each id."""

    documents: list[Document]
    fingerprints: list[str]
    digest: str = ""
    picture: Picture | None = None  # what is kept of the picture, if it was embedded before

    @property
    def image(self) -> ImageFile | None:
        """The picture, if the documents are pictures."""
        return self.documents[0].image

    @property
    def work(self) -> int:
        """The amount of work, in characters."""
        return IMAGE_WORK if self.image else len(self.content)

    @property
    def title(self) -> str:
        """The title that is embedded with each passage."""
        return title_of(self.documents[0])

    @property
    def content(self) -> str:
        """The text of the documents."""
        return self.documents[0].content


@dataclass(frozen=True, slots=True)
class Copy:
    """A document whose text or picture already has vectors, under the id ``twin`` (perhaps its own)."""

    document: Document
    fingerprint: str
    twin: str
    digest: str = ""


@dataclass(slots=True)
class Plan:
    """Jobs and copies, in the order in which the documents came."""

    jobs: dict[str, Job] = field(default_factory=dict)
    copies: list[Copy] = field(default_factory=list)

    def embed(self, document: Document, fingerprint: str, digest: str = "") -> None:
        """Add a document to the job of its text or picture."""
        job = self.jobs.setdefault(vectors_half_of(fingerprint), Job([], [], digest))
        job.documents.append(document)
        job.fingerprints.append(fingerprint)

    @property
    def chars(self) -> int:
        """Number of characters that go through the model. A picture counts as `IMAGE_WORK` characters."""
        return sum(job.work for job in self.jobs.values())


async def make_plan(documents: Iterable[Document], recipe: Recipe, index: Index, report: Report) -> Plan:
    """Sort documents into those to embed, to copy and to leave. Failed and unchanged ones go to `report`."""
    plan, pacer, seen = Plan(), Pacer(), set[str]()
    twins = {vectors_half_of(entry.fingerprint): entry.id for entry in index}
    for document in documents:
        await pacer.breathe()
        try:
            _check(document, recipe, seen)
            image = await digest(document.image) if document.image else ""
            fingerprint = recipe.fingerprint(document, image)
        except SemblanceError as error:
            error.where = error.where or document.id
            report.failed.append(Failure(document.id, error))
            continue
        seen.add(document.id)
        stored = index.get(document.id)
        twin = twins.get(vectors_half_of(fingerprint))
        if stored and stored.fingerprint == fingerprint:
            report.unchanged += 1
        elif twin is not None:
            plan.copies.append(Copy(document, fingerprint, twin, image))
        else:
            plan.embed(document, fingerprint, image)
    return plan


def _check(document: Document, recipe: Recipe, seen: set[str]) -> None:
    """Raise an error if the document can't be used."""
    if document.id in seen:
        raise DuplicateId("collections.same_id")
    if document.image is None and not document.content.strip():
        raise EmptyDocument("ingest.no_text")
    if document.image is not None:
        _ = recipe.image_encoder  # raises an error if there is none, before the file is read
