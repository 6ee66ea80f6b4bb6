"""Posts get their vectors: from the cache where nothing changed, else from the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from semblance.blog.posts import Post
from semblance.documents import Document, Failure
from semblance.embedding.batches import OnProgress
from semblance.embedding.report import Report
from semblance.library import Library
from semblance.ports import Encoders, VectorStore
from semblance.records import Record

COLLECTION = "posts"


@dataclass(frozen=True, slots=True)
class Embedded:
    """Posts with their vectors.

    Parameters
    ----------
    posts : list of Post
        Those that could be embedded, in their order.
    records : list of Record
        Of each post: its passages and their vectors.
    report : Report
        What was new, changed, the same, or has vanished.
    anew : bool
        Whether the cache was of another model or other settings, so that all was embedded again.
    """

    posts: list[Post]
    records: list[Record]
    report: Report
    anew: bool

    @property
    def failures(self) -> list[Failure]:
        return self.report.failed


async def embed(
    posts: Sequence[Post], encoders: Encoders, cache: VectorStore, on_progress: OnProgress | None = None
) -> Embedded:
    """Embed what the cache does not hold, and forget what is no longer there.

    Parameters
    ----------
    posts : sequence of Post
    encoders : Encoders
    cache : VectorStore
        Has the vectors of the run before.
    on_progress : callable, optional

    Raises
    ------
    StoreError
        If the cache can't be used.
    """
    library = Library(cache, encoders)
    collection = await library.collection(COLLECTION)
    anew = collection.stale
    if anew:
        await library.drop(COLLECTION)
        collection = await library.collection(COLLECTION)
    # Only what is embedded: whatever else changes of a post takes no embedding.
    documents = [Document(post.key, post.content, post.title) for post in posts]
    report = await collection.sync(documents, COLLECTION, on_progress=on_progress)
    await collection.delete(report.vanished)
    failed = {failure.id for failure in report.failed}  # the vectors of an earlier text may still be there
    kept = [post for post in posts if post.key not in failed]
    records = await collection.get([post.key for post in kept])
    return Embedded(kept, records, report, anew)
