"""A site's own feed as a collection in the reader's browser. It gives related posts to a site without an index."""

from __future__ import annotations

from typing import Any

from semblance.blog.feed import document_of, key_of_address, row_of
from semblance.blog.neighbours import LEAST, LEAST_CONTRASTED
from semblance.browser.indexeddb import IndexedDBStore
from semblance.collection import Collection
from semblance.documents import Document, Failure
from semblance.embedding.batches import OnProgress
from semblance.errors import Malformed, StoreError
from semblance.ingest import read
from semblance.library import Library
from semblance.matches import Match
from semblance.pace import Pacer
from semblance.ports import Encoders, TextEncoder, VectorStore
from semblance.storage.memory import MemoryStore

DATABASE = "semblance-blog"  # apart from the app's own, which may live on the same host


class FeedPosts:
    """The posts of a feed and their vectors, kept in IndexedDB. Make one with `open`."""

    def __init__(self, library: Library, store: VectorStore) -> None:
        self._library = library
        self._store = store
        self._collection: Collection | None = None

    @classmethod
    async def open(cls, encoder: TextEncoder) -> FeedPosts:
        """Open the database. If the browser keeps nothing, the posts are in memory until the page is closed."""
        store: VectorStore
        try:
            store = await IndexedDBStore.open(DATABASE)
        except StoreError:
            store = MemoryStore()
        return cls(Library(store, Encoders(encoder)), store)

    async def close(self) -> None:
        await self._store.close()

    async def refresh(self, url: str, name: str, data: bytes, on_progress: OnProgress) -> dict[str, int]:
        """Take in what the feed holds now. Only new and changed posts are embedded; posts that are gone are removed.

        Parameters
        ----------
        url : str
            Address of the feed; links in it may be relative to it.
        name : str
            A file name, whose suffix tells its format.
        data : bytes
        on_progress : callable

        Returns
        -------
        dict
            Counts: ``added``, ``changed``, ``unchanged``, ``removed``, ``failed``.

        Raises
        ------
        Malformed
            If there is nothing in it that can be read.
        """
        documents, failures = await _read(url, name, data)
        if not documents:
            raise failures[0].error if failures else Malformed("ingest.no_entries", where=url)
        collection = await self._library.collection(url)
        if collection.stale:
            await collection.reembed(on_progress)
        report = await collection.sync(documents, url, on_progress=on_progress)
        await collection.delete(report.vanished)
        self._collection = collection
        return {
            "added": report.added,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "removed": len(report.vanished),
            "failed": len(report.failed) + len(failures),
        }

    async def related(self, path: str, text: str, number: int) -> dict[str, list[dict[str, Any]]]:
        """The posts most like each post of the feed and most like the reader's page, by the keys of the pages.

        Parameters
        ----------
        path : str
            The path of the page that the reader looks at.
        text : str
            The page's text, for a page that is not in the feed.
        number : int
            Most posts for a page.
        """
        assert self._collection is not None, "the feed is to be read first"
        collection, pacer = self._collection, Pacer()
        pages = {}
        least = LEAST_CONTRASTED if (await collection.contrast()).is_any else LEAST
        for record in await collection.get(collection.ids(), vectors=False):
            matches = await collection.similar_by_id(record.document.id, number)
            pages[key_of_address(record.document.metadata["link"])] = _rows(matches, least)
            await pacer.breathe()
        if key_of_address(path) not in pages and text.strip():
            pages[key_of_address(path)] = _rows(await collection.similar(text, number), LEAST)
        return pages


async def _read(url: str, name: str, data: bytes) -> tuple[list[Document], list[Failure]]:
    documents, failures, pacer = [], [], Pacer()
    for step in read(name, data, source=url):
        await pacer.breathe()
        if isinstance(step, Failure):
            failures.append(step)
        elif isinstance(step, Document) and (document := document_of(step, url)):
            documents.append(document)
    return documents, failures


def _rows(matches: list[Match], least: float) -> list[dict[str, Any]]:
    return [row_of(match.document, match.score) for match in matches if match.score >= least]
