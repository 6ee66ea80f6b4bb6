"""Embed posts: vectors come from the cache where nothing changed, else from the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from semblance.blog.parts.embedding_part import Request
from semblance.blog.parts.folder import Parts
from semblance.blog.parts.part import Tools
from semblance.blog.parts.prepared import PreparedChunking, PreparedEncoder, prepared
from semblance.blog.parts.splitting_part import splitting_parts
from semblance.blog.posts import Post
from semblance.collection import Collection
from semblance.documents import Document, Failure
from semblance.embedding.batches import OnProgress
from semblance.embedding.recipe import DOCUMENT_PROMPT
from semblance.embedding.report import Report
from semblance.library import Library
from semblance.models.languages import MOST_FOREIGN, unknown_share
from semblance.ports import Encoders, TextEncoder, VectorStore
from semblance.records import Record

COLLECTION = "posts"
OTHER_LANGUAGES = "posts in other languages"
"""The collection of the posts that have a model of their own, because the site's does not know their languages."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """Posts with their vectors.

    Parameters
    ----------
    posts : list of Post
        The posts that could be embedded, in their order.
    records : list of Record
        The record of each post: its passages and their vectors.
    report : Report
        Which posts were added, changed or unchanged, and which have vanished.
    anew : bool
        Whether all posts were embedded again, because the cache was made with another model or other settings.
    """

    posts: list[Post]
    records: list[Record]
    report: Report
    anew: bool

    @property
    def failures(self) -> list[Failure]:
        return self.report.failed


async def embed(
    posts: Sequence[Post],
    encoders: Encoders,
    cache: VectorStore,
    parts: Parts,
    on_progress: OnProgress | None = None,
    name: str = COLLECTION,
) -> Embedded:
    """Embed posts that the cache does not hold, and remove posts from the cache that no longer exist.

    Parameters
    ----------
    posts : sequence of Post
    encoders : Encoders
    cache : VectorStore
        Holds the vectors of the run before.
    parts : Parts
        What the vectors that the cache lacks come from.
    on_progress : callable, optional
    name : str
        The collection in the cache.

    Raises
    ------
    StoreError
        If the cache can't be used.
    """
    documents = _documents(posts)
    encoder, chunking = await _split(documents, encoders.text, parts)
    collection, anew = await _opened(cache, encoder, chunking, name)
    texts = await collection.texts_to_embed(documents)
    encoder.take(texts, await parts.codes(Request(encoders.text, DOCUMENT_PROMPT, texts), on_progress))
    report = await collection.sync(documents, COLLECTION)
    await collection.delete(report.vanished)
    failed = {failure.id for failure in report.failed}  # the cache may still hold vectors of an earlier text
    kept = [post for post in posts if post.key not in failed]
    records = await collection.get([post.key for post in kept])
    return Embedded(kept, records, report, anew)


async def missing(
    posts: Sequence[Post], encoders: Encoders, cache: VectorStore, parts: Parts, name: str = COLLECTION
) -> Request:
    """The texts that `embed` asks its parts for."""
    documents = _documents(posts)
    collection, _ = await _opened(cache, *await _split(documents, encoders.text, parts), name)
    return Request(encoders.text, DOCUMENT_PROMPT, await collection.texts_to_embed(documents))


async def _split(
    documents: Sequence[Document], encoder: TextEncoder, parts: Parts
) -> tuple[PreparedEncoder, PreparedChunking]:
    """An encoder and a way of splitting that know how all documents are split."""
    splits = await parts.results(splitting_parts(documents, encoder), Tools(encoder))
    own = PreparedEncoder(encoder, DOCUMENT_PROMPT)
    return own, prepared(documents, chain.from_iterable(splits), own)


async def _opened(
    cache: VectorStore, encoder: PreparedEncoder, chunking: PreparedChunking, name: str
) -> tuple[Collection, bool]:
    """The collection, and whether it was emptied because its vectors are of another model or other settings."""
    library = Library(cache, Encoders(encoder), chunking=chunking)
    collection = await library.collection(name)
    stale = collection.stale
    if stale:
        await library.drop(name)
        collection = await library.collection(name)
    return collection, stale


def _documents(posts: Sequence[Post]) -> list[Document]:
    """What is embedded of posts, and nothing else, so that no other change of a post needs an embedding."""
    return [Document(post.key, post.content, post.title) for post in posts]


def unknown_languages(posts: Sequence[Post], known: Sequence[str]) -> set[str]:
    """The languages of posts that a model which knows some languages does not know.

    The texts themselves are asked, not the labels: a page that is labelled English may be in German.
    """
    texts: dict[str, list[str]] = {}
    for post in posts:
        texts.setdefault(post.language, []).append(f"{post.title}\n{post.content}")
    return {language for language, some in texts.items() if unknown_share(known, some) > MOST_FOREIGN}


def joined(posts: Sequence[Post], *parts: Embedded) -> Embedded:
    """All that was embedded in parts, in the order of the posts."""
    records = {
        post.key: record for part in parts for post, record in zip(part.posts, part.records, strict=True)
    }
    kept = [post for post in posts if post.key in records]
    report = Report.total([part.report for part in parts])
    return Embedded(kept, [records[post.key] for post in kept], report, any(part.anew for part in parts))
