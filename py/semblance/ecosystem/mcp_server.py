"""Collections for agents, by the Model Context Protocol: what is alike, what is related, and the items themselves."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

from semblance.collection import Collection
from semblance.documents import Document
from semblance.errors import SemblanceError
from semblance.library import Library
from semblance.matches import Hit, Match
from semblance.native.blocking import awaited
from semblance.records import Record
from semblance.version import __version__

INSTRUCTIONS = (
    "Collections of texts and pictures on this machine. Use `collections` to see what there is, `search` for a question, "
    "`related` for what is like an item, and `get` for whole items. Scores are cosines, not probabilities."
)
_READS = ToolAnnotations(read_only_hint=True)
_ADDS = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True)
_DELETES = ToolAnnotations(read_only_hint=False, destructive_hint=True, idempotent_hint=True)

_MOST = 100

Item = dict[str, Any]
T = TypeVar("T")


class Tools:
    """What agents may call. Each waits in the thread that opened the library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def collections(self) -> list[Item]:
        """The collections: their names, models and numbers of items."""

        async def work() -> list[Item]:
            infos = await self._library.collections()
            return [{"name": info.name, "model": info.model, "items": info.count} for info in infos]

        return await _said(work)

    async def search(self, collection: str, query: str, number: int = 5) -> list[Item]:
        """Items that fit a question by their words or by their meaning, best first, each with its best passage."""

        async def work() -> list[Item]:
            return [
                _found(hit) for hit in await (await self._open(collection)).search(query, _at_most(number))
            ]

        return await _said(work)

    async def related(self, collection: str, id: str, number: int = 5) -> list[Item]:
        """Items most like an item, best first."""

        async def work() -> list[Item]:
            matches = await (await self._open(collection)).similar_by_id(id, _at_most(number))
            return [_found(match) for match in matches]

        return await _said(work)

    async def get(self, collection: str, ids: list[str]) -> list[Item]:
        """Whole items by their ids; unknown ids are left out."""

        async def work() -> list[Item]:
            return [_whole(record) for record in await (await self._open(collection)).get(ids, vectors=False)]

        return await _said(work)

    async def add(self, collection: str, id: str, content: str, metadata: Item | None = None) -> str:
        """Add a text under an id, or replace what is there. The collection is made if there is none."""

        async def work() -> str:
            opened = await self._library.collection(collection)
            report = await opened.embed_multi([Document(id, content, metadata=metadata or {})])
            if report.failed:
                raise report.failed[0].error
            return "unchanged" if report.unchanged else "changed" if report.changed else "added"

        return await _said(work)

    async def delete(self, collection: str, ids: list[str]) -> int:
        """Delete items by their ids; gives how many there were."""

        async def work() -> int:
            return len(await (await self._open(collection)).delete(ids))

        return await _said(work)

    async def _open(self, name: str) -> Collection:
        return await self._library.collection(name, create=False)


async def _said(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """The result of a tool's work; an error says what happened and what to do."""
    try:
        return await awaited(work())
    except SemblanceError as error:
        raise ToolError(str(error)) from error


def make_server(library: Library, *, write: bool = False) -> MCPServer:
    """A server of a library's collections.

    Parameters
    ----------
    library : Library
        Opened in the thread of `semblance.native.blocking`.
    write : bool
        Whether agents may add and delete items.
    """
    server = MCPServer("semblance", instructions=INSTRUCTIONS, version=__version__)
    tools = Tools(library)
    for reading in (tools.collections, tools.search, tools.related, tools.get):
        server.tool(annotations=_READS)(reading)
    if write:
        server.tool(annotations=_ADDS)(tools.add)
        server.tool(annotations=_DELETES)(tools.delete)
    return server


def _at_most(number: int) -> int:
    return max(1, min(number, _MOST))


def _found(match: Match | Hit) -> Item:
    return {"id": match.id, "title": match.title, "score": match.cosine, "passage": match.excerpt}


def _whole(record: Record) -> Item:
    document = record.document
    return {
        "id": document.id,
        "title": document.title,
        "content": document.content,
        "metadata": dict(document.metadata),
    }
