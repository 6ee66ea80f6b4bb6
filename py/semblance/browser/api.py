"""The Python behind ``static/js/semblance.js``.

JavaScript calls two functions: ``call(id, method, args, settle, on_progress)`` and ``cancel(id)``. All else is data, and
``settle`` gets what `ffi.answer` returns. So two proxies serve the whole API. They live as long as the page.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from semblance.browser import ffi, files
from semblance.browser.images import BlobFile
from semblance.collection import Collection
from semblance.documents import Document, Failure, ImageFile
from semblance.embedding.report import Progress
from semblance.errors import Malformed, SemblanceError, UnsupportedFormat
from semblance.ingest import is_picture
from semblance.library import Library
from semblance.matches import Match
from semblance.nesting import is_too_deep
from semblance.pace import Pacer
from semblance.picture_file import digest
from semblance.version import __version__

METADATA_DEPTH = 100  # deeper JSON could end the page's Python: see `semblance.nesting`

Method = Callable[[dict[str, Any], Any], Coroutine[Any, Any, Any]]


class Api:
    """Answers JavaScript's calls with one library.

    Parameters
    ----------
    library : Library
    on_change : callable
        Called after a call that changed a collection, so that a page can show it.
    """

    def __init__(self, library: Library, on_change: Callable[[], None] = lambda: None) -> None:
        self._library = library
        self._on_change = on_change
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._scope = ffi.Scope()
        self._methods: dict[str, Method] = {
            "ready": self._ready,
            "collection": self._collection,
            "collections": self._collections,
            "similarity": self._similarity,
            "embedMulti": self._embed_multi,
            "similar": self._similar,
            "similarById": self._similar_by_id,
            "search": self._search,
            "ids": self._ids,
            "count": self._count,
            "delete": self._delete,
            "drop": self._drop,
        }

    def connect(self) -> None:
        """Begin to answer."""
        functions = {"call": self._scope.function(self._call), "cancel": self._scope.function(self._cancel)}
        ffi.bridge.connect(ffi.mapping(functions), None)

    def _call(self, id: int, method: str, args: Any, settle: Any, on_progress: Any) -> None:
        async def work() -> str:
            return json.dumps(await self._methods[method](ffi.plain(args), on_progress))

        async def answer() -> None:
            try:
                settle(
                    await ffi.answer(work)
                )  # not reached after a cancellation: JavaScript has rejected by then
            finally:
                del self._tasks[id]

        self._tasks[id] = asyncio.ensure_future(answer())

    def _cancel(self, id: int) -> None:
        if task := self._tasks.get(id):
            task.cancel()

    async def _open(self, args: dict[str, Any]) -> Collection:
        return await self._library.collection(args["name"])

    # --- methods ---

    async def _ready(self, args: dict[str, Any], _: Any) -> dict[str, Any]:
        encoders = await self._library.encoders().get()
        usage = await self._library.usage()
        return {
            "version": __version__,
            "textModel": encoders.text.name,
            "imageModel": encoders.image.name if encoders.image else None,
            "threads": ffi.threads,
            "persisted": bool(usage.persisted),
        }

    async def _collection(self, args: dict[str, Any], _: Any) -> None:
        await self._open(args)
        self._on_change()

    async def _collections(self, args: dict[str, Any], _: Any) -> list[dict[str, Any]]:
        infos = await self._library.collections()
        return [{"name": i.name, "model": i.model, "count": i.count, "dims": i.dims} for i in infos]

    async def _similarity(self, args: dict[str, Any], _: Any) -> float:
        return await self._library.similarity(_query(args["a"]), _query(args["b"]))

    async def _embed_multi(self, args: dict[str, Any], on_progress: Any) -> dict[str, Any]:
        collection = await self._open(args)
        documents, failures = await _documents(args["items"])
        report = await collection.embed_multi(documents, on_progress=_progress_to(on_progress))
        self._on_change()
        failed = [{"id": f.id, "error": _shown(f.error)} for f in failures + report.failed]
        return {
            "added": report.added,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "failed": failed,
        }

    async def _similar(self, args: dict[str, Any], _: Any) -> list[dict[str, Any]]:
        collection = await self._open(args)
        return [_match(match) for match in await collection.similar(_query(args["query"]), args["number"])]

    async def _similar_by_id(self, args: dict[str, Any], _: Any) -> list[dict[str, Any]]:
        collection = await self._open(args)
        return [_match(match) for match in await collection.similar_by_id(args["id"], args["number"])]

    async def _search(self, args: dict[str, Any], _: Any) -> list[dict[str, Any]]:
        query, collection = args["query"], await self._open(args)
        if not isinstance(query, str):
            raise UnsupportedFormat("browser.only_text")
        hits = await collection.search(query, args["number"], nearest=bool(args["nearest"]))
        return [
            _match(hit) | {"score": hit.rank, "cosine": hit.cosine, "words": list(hit.words)} for hit in hits
        ]

    async def _ids(self, args: dict[str, Any], _: Any) -> list[str]:
        return (await self._open(args)).ids()

    async def _count(self, args: dict[str, Any], _: Any) -> int:
        return (await self._open(args)).count()

    async def _delete(self, args: dict[str, Any], _: Any) -> None:
        await (await self._open(args)).delete(args["ids"])
        self._on_change()

    async def _drop(self, args: dict[str, Any], _: Any) -> None:
        await self._library.drop(args["name"])
        self._on_change()


def _shown(error: SemblanceError) -> dict[str, str]:
    """An error in a list of failures, as its user reads it."""
    described = ffi.error_message(error)
    return {"type": described["type"], "message": described["text"], "where": described["where"]}


def _match(match: Match) -> dict[str, Any]:
    return {
        "id": match.id,
        "score": match.score,
        "content": match.content,
        "metadata": dict(match.metadata),
    }


def _query(value: Any) -> str | ImageFile:
    """A text, or the picture in a Blob."""
    if isinstance(value, str):
        return value
    if ffi.is_blob(value):
        return BlobFile(value)
    raise UnsupportedFormat("browser.not_comparable")


def _progress_to(on_progress: Any) -> Callable[[Progress], None] | None:
    if on_progress is None:
        return None
    return lambda p: on_progress(ffi.js_object({"done": p.done, "total": p.total, "failed": p.failed}))


async def _documents(items: list[dict[str, Any]]) -> tuple[list[Document], list[Failure]]:
    """Documents of ``[{id, content, metadata} | {id, blob, metadata}]``."""
    documents: list[Document] = []
    failures: list[Failure] = []
    pacer = Pacer()
    for number, item in enumerate(items, start=1):
        await pacer.breathe()
        name = str(item.get("id") or getattr(item.get("blob"), "name", "") or "")
        try:
            name = name or await _name_of(item, number)
            documents += [document async for document in _item_documents(name, item, failures)]
        except SemblanceError as error:
            error.where = error.where or name
            failures.append(Failure(name, error))
    return documents, failures


async def _name_of(item: dict[str, Any], number: int) -> str:
    """A name for an item without one, from what it holds: another never gets it, and the same again keeps it."""
    content, blob = item.get("content"), item.get("blob")
    if isinstance(content, str):
        digits = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    elif blob is not None and ffi.is_blob(blob):
        digits = await digest(BlobFile(blob))
    else:
        return f"item {number}"  # which its failure goes by
    return f"item {digits[:16]}"


def _title(metadata: dict[str, Any]) -> str:
    return str(metadata.get("title") or "")


def _metadata(text: str) -> dict[str, Any]:
    """Metadata that crossed as JSON."""
    if is_too_deep(text, METADATA_DEPTH):
        raise Malformed("browser.deep_metadata")
    parsed = json.loads(text)
    if not isinstance(parsed, dict):
        raise Malformed("browser.metadata")
    return parsed


async def _item_documents(name: str, item: dict[str, Any], failures: list[Failure]) -> Any:
    metadata = _metadata(item["metadata"])
    if (content := item.get("content")) is not None:
        if not isinstance(content, str):
            raise UnsupportedFormat("browser.content")
        yield Document(name, content, _title(metadata), metadata)
        return
    blob = item.get("blob")
    if blob is None or not ffi.is_blob(blob):
        raise UnsupportedFormat("browser.no_content")
    file = str(getattr(blob, "name", "") or name)
    if str(blob.type).startswith("image/") or is_picture(file):
        yield Document(name, "", _title(metadata), metadata, image=BlobFile(blob))
        return
    steps = [step async for step in files.read(file, blob)]
    failures += [step for step in steps if isinstance(step, Failure)]
    documents = [step for step in steps if isinstance(step, Document)]
    for document in documents:
        # A file that is one document gets the id of the item. Several documents get their own ids below it.
        id = name if len(documents) == 1 else f"{name}/{document.id}"
        yield replace(document, id=id, metadata=dict(document.metadata) | metadata)
