"""What an embedding run has to do: which documents are new, and which can take over vectors there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from semblance.documents import Document, Failure
from semblance.errors import DuplicateId, EmptyDocument, InputError, Malformed
from semblance.fingerprint import document_half, join, of_vectors, vectors_half
from semblance.index import Index
from semblance.pace import Pacer
from semblance.passages import Chunking, segment
from semblance.ports import TextEncoder
from semblance.report import Report

DOCUMENT_PROMPT = "document"
QUERY_PROMPT = "query"

_HEAD = 1000  # characters in which a document's first heading is looked for


@dataclass(frozen=True, slots=True)
class Recipe:
    """How texts become vectors: an encoder, and how long texts are split for it."""

    encoder: TextEncoder
    chunking: Chunking

    @classmethod
    def of(cls, encoder: TextEncoder, chunking: Chunking) -> Recipe:
        return cls(encoder, chunking.within(encoder.token_budget(DOCUMENT_PROMPT)))

    def fingerprint(self, document: Document) -> str:
        """The fingerprint of a document embedded by this recipe.

        Raises
        ------
        Malformed
            If it holds what can't be stored.
        """
        try:
            return join(self._vectors_half(document), document_half(document))
        except UnicodeEncodeError:
            raise Malformed("it holds half of a character (a lone surrogate)") from None
        except (TypeError, ValueError) as error:
            raise Malformed(f"its metadata is not JSON: {error}") from None

    def _vectors_half(self, document: Document) -> str:
        settings = self.encoder.fingerprint, self.chunking.fingerprint, DOCUMENT_PROMPT
        return vectors_half(settings, title_of(document), document.content)


def title_of(document: Document) -> str:
    """The title that is embedded with each passage: the document's, else the heading that it begins with."""
    if document.title:
        return document.title.strip()
    first = next(segment(document.content, stop=_HEAD), None)
    return first.heading if first and first.level else ""


@dataclass(slots=True)
class Job:
    """Documents with one and the same title and text: embedded once and kept under each id."""

    documents: list[Document]
    fingerprints: list[str]

    @property
    def title(self) -> str:
        return title_of(self.documents[0])

    @property
    def content(self) -> str:
        return self.documents[0].content


@dataclass(frozen=True, slots=True)
class Copy:
    """A document whose text has vectors already, under the id ``twin`` (perhaps its own)."""

    document: Document
    fingerprint: str
    twin: str


@dataclass(slots=True)
class Plan:
    """What there is to do, in the order in which the documents came."""

    jobs: dict[str, Job] = field(default_factory=dict)
    copies: list[Copy] = field(default_factory=list)

    def embed(self, document: Document, fingerprint: str) -> None:
        job = self.jobs.setdefault(of_vectors(fingerprint), Job([], []))
        job.documents.append(document)
        job.fingerprints.append(fingerprint)

    @property
    def chars(self) -> int:
        """Characters that go through the model."""
        return sum(len(job.content) for job in self.jobs.values())


async def make_plan(documents: Iterable[Document], recipe: Recipe, index: Index, report: Report) -> Plan:
    """Sort documents into those to embed, to copy and to leave; failed and unchanged ones go to `report`."""
    plan, pacer, seen = Plan(), Pacer(), set[str]()
    twins = {of_vectors(entry.fingerprint): entry.id for entry in index}
    for document in documents:
        await pacer.breathe()
        try:
            fingerprint = _check(document, recipe, seen)
        except InputError as error:
            error.where = error.where or document.id
            report.failed.append(Failure(document.id, error))
            continue
        seen.add(document.id)
        stored = index.get(document.id)
        twin = twins.get(of_vectors(fingerprint))
        if stored and stored.fingerprint == fingerprint:
            report.unchanged += 1
        elif twin is not None:
            plan.copies.append(Copy(document, fingerprint, twin))
        else:
            plan.embed(document, fingerprint)
    return plan


def _check(document: Document, recipe: Recipe, seen: set[str]) -> str:
    """The document's fingerprint; an InputError if it can't be used."""
    if document.id in seen:
        raise DuplicateId("another item that was added with it has the same id")
    if not document.content.strip():
        raise EmptyDocument("there is no text in it")
    return recipe.fingerprint(document)
