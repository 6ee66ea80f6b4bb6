"""What an embedding run has to do: which documents are new, and which can take over vectors there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from semblance.digest import digest
from semblance.documents import Document, Failure, ImageFile, Picture
from semblance.errors import (
    DuplicateId,
    EmptyDocument,
    Malformed,
    NoImageModel,
    SemblanceError,
)
from semblance.fingerprint import document_half, join, of_vectors, vectors_half
from semblance.index import Index
from semblance.pace import Pacer
from semblance.passages import Chunking, segment
from semblance.ports import Encoders, ImageEncoder, TextEncoder
from semblance.report import Report

DOCUMENT_PROMPT = "document"
QUERY_PROMPT = "query"

IMAGE_WORK = 250
"""Characters of text that take about as long to embed as one picture (two threads, the models of the site)."""

_HEAD = 1000  # characters in which a document's first heading is looked for


@dataclass(frozen=True, slots=True)
class Recipe:
    """How items become vectors: the encoders, and how long texts are split."""

    encoder: TextEncoder
    chunking: Chunking
    image: ImageEncoder | None = None

    @classmethod
    def of(cls, encoders: Encoders, chunking: Chunking) -> Recipe:
        budget = encoders.text.token_budget(DOCUMENT_PROMPT)
        return cls(encoders.text, chunking.within(budget), encoders.image)

    def fingerprint(self, document: Document, digest: str = "") -> str:
        """The fingerprint of a document embedded by this recipe.

        Parameters
        ----------
        document : Document
        digest : str
            Of the picture's bytes, if the document is one.

        Raises
        ------
        Malformed
            If it holds what can't be stored.
        """
        try:
            return join(self._vectors_half(document, digest), document_half(document))
        except UnicodeEncodeError:
            raise Malformed("it holds half of a character (a lone surrogate)") from None
        except (TypeError, ValueError) as error:
            raise Malformed(f"its metadata is not JSON: {error}") from None

    def _vectors_half(self, document: Document, digest: str) -> str:
        if digest:
            return vectors_half([self.image_encoder.fingerprint, "image"], "", digest)
        settings = self.encoder.fingerprint, self.chunking.fingerprint, DOCUMENT_PROMPT
        return vectors_half(settings, title_of(document), document.content)

    @property
    def image_encoder(self) -> ImageEncoder:
        """The encoder of pictures; a NoImageModel error if there is none."""
        if self.image is None:
            raise NoImageModel(f"the model {self.encoder.name} does not see pictures")
        return self.image


def title_of(document: Document) -> str:
    """The title that is embedded with each passage: the document's, else the heading that it begins with."""
    if document.title:
        return document.title.strip()
    first = next(segment(document.content, stop=_HEAD), None)
    return first.heading if first and first.level else ""


@dataclass(slots=True)
class Job:
    """Documents with one and the same title and text, or picture: embedded once and kept under each id."""

    documents: list[Document]
    fingerprints: list[str]
    digest: str = ""
    picture: Picture | None = None  # what is kept of it, if it was embedded before

    @property
    def image(self) -> ImageFile | None:
        """The picture, if it is one."""
        return self.documents[0].image

    @property
    def work(self) -> int:
        """How much there is to do, in characters."""
        return IMAGE_WORK if self.image else len(self.content)

    @property
    def title(self) -> str:
        return title_of(self.documents[0])

    @property
    def content(self) -> str:
        return self.documents[0].content


@dataclass(frozen=True, slots=True)
class Copy:
    """A document whose text or picture has vectors already, under the id ``twin`` (perhaps its own)."""

    document: Document
    fingerprint: str
    twin: str
    digest: str = ""


@dataclass(slots=True)
class Plan:
    """What there is to do, in the order in which the documents came."""

    jobs: dict[str, Job] = field(default_factory=dict)
    copies: list[Copy] = field(default_factory=list)

    def embed(self, document: Document, fingerprint: str, digest: str = "") -> None:
        job = self.jobs.setdefault(of_vectors(fingerprint), Job([], [], digest))
        job.documents.append(document)
        job.fingerprints.append(fingerprint)

    @property
    def chars(self) -> int:
        """Characters that go through the model; a picture counts as `IMAGE_WORK` of them."""
        return sum(job.work for job in self.jobs.values())


async def make_plan(documents: Iterable[Document], recipe: Recipe, index: Index, report: Report) -> Plan:
    """Sort documents into those to embed, to copy and to leave; failed and unchanged ones go to `report`."""
    plan, pacer, seen = Plan(), Pacer(), set[str]()
    twins = {of_vectors(entry.fingerprint): entry.id for entry in index}
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
        twin = twins.get(of_vectors(fingerprint))
        if stored and stored.fingerprint == fingerprint:
            report.unchanged += 1
        elif twin is not None:
            plan.copies.append(Copy(document, fingerprint, twin, image))
        else:
            plan.embed(document, fingerprint, image)
    return plan


def _check(document: Document, recipe: Recipe, seen: set[str]) -> None:
    """Raise an InputError if the document can't be used."""
    if document.id in seen:
        raise DuplicateId("another item that was added with it has the same id")
    if document.image is None and not document.content.strip():
        raise EmptyDocument("there is no text in it")
    if document.image is not None:
        _ = recipe.image_encoder  # which raises if there is none, before the file is read
