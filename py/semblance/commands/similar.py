"""``semblance similar``: the items of a collection that are most like a text, a picture or another item."""

from __future__ import annotations

import argparse
import asyncio
import json
import textwrap
from collections.abc import Callable, Mapping, Sequence

from semblance.collection import Collection
from semblance.commands.inputs import content_of, input_bytes
from semblance.commands.places import add_place, opened
from semblance.commands.statuses import DONE, Commands
from semblance.documents import ImageBytes, Passage
from semblance.errors import UnknownItem
from semblance.matches import Match
from semblance.parts.arguments import whole_number
from semblance.storage.llm_database import LlmDatabase

_MOST = 1_000_000


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("similar", help=similar.__doc__, description=similar.__doc__)
    parser.set_defaults(function=similar, usage=parser.error)
    parser.add_argument("collection", metavar="COLLECTION", help="its name")
    parser.add_argument(
        "id", nargs="?", metavar="ID", help="an item of the collection; it is not listed itself"
    )
    parser.add_argument("-c", "--content", metavar="TEXT", help="a text")
    parser.add_argument(
        "-i", "--input", metavar="FILE", help="a file with a text or a picture; - is the standard input"
    )
    parser.add_argument(
        "--binary", action="store_true", help="the file is a picture, whatever it begins with"
    )
    parser.add_argument(
        "-n",
        "--number",
        type=whole_number(1, _MOST),
        default=10,
        metavar="N",
        help="at most (default: %(default)s)",
    )
    parser.add_argument(
        "-p", "--plain", action="store_true", help="print for people; the same as --format plain"
    )
    parser.add_argument(
        "-f",
        "--format",
        choices=list(_FORMATS),
        default="",
        help="ndjson: one JSON object a line (default); plain: for people; prompt: the texts, for a language model; ids",
    )
    parser.add_argument("--prefix", default="", metavar="TEXT", help="only items whose ids begin with it")
    add_place(parser)


def similar(options: argparse.Namespace) -> int:
    """Find what is most like a text, a picture or an item, by the cosine of their vectors."""
    given = [value for value in (options.id, options.content, options.input) if value]
    if len(given) != 1:
        options.usage("name an id, or --content, or --input")
    write = _FORMATS[options.format or ("plain" if options.plain else "ndjson")]
    for line in write(asyncio.run(_matches(options))):
        print(line)
    return DONE


async def _matches(options: argparse.Namespace) -> list[Match]:
    async with opened(options) as place:
        collection = await place.collection(options.collection)
        if not options.id:
            place.require_model(collection)
        if isinstance(place.store, LlmDatabase):
            return await _as_llm_ranks(options, place.store, collection)
        number = collection.count() if options.prefix else options.number
        if options.id:
            matches = await collection.similar_by_id(options.id, number)
        else:
            matches = await collection.similar(_query(options), number)
        return [match for match in matches if match.id.startswith(options.prefix)][: options.number]


async def _as_llm_ranks(
    options: argparse.Namespace, store: LlmDatabase, collection: Collection
) -> list[Match]:
    """Items as wholes, by the very vectors that ``llm`` has of them."""
    key = collection.info.key
    query = (
        await store.whole(key, options.id) if options.id else await collection.query_vector(_query(options))
    )
    if query is None:
        raise UnknownItem("collections.unknown_item", where=options.id, remedy="Check the id.")
    ranking = [
        (id, score)
        for id, score in await store.ranking(key, query)
        if id != options.id and id.startswith(options.prefix)
    ][: options.number]
    records = await collection.get([id for id, _ in ranking], vectors=False)
    return [
        Match(id, score, record.document, Passage(0, len(record.document.content)), record.picture)
        for (id, score), record in zip(ranking, records, strict=True)
    ]


def _query(options: argparse.Namespace) -> str | ImageBytes:
    if options.content:
        return str(options.content)
    return content_of(input_bytes(options.input), options.input, binary=options.binary)


# --- ways to print ----------------------------------------------------------------------------------


def _ndjson(matches: Sequence[Match]) -> list[str]:
    return [
        json.dumps(
            {
                "id": match.id,
                "score": match.score,
                "content": match.content or None,
                "metadata": dict(match.metadata) or None,
            },
            ensure_ascii=False,
        )
        for match in matches
    ]


def _plain(matches: Sequence[Match]) -> list[str]:
    return ["\n".join(_paragraphs(match)) for match in matches]


def _paragraphs(match: Match) -> list[str]:
    metadata = json.dumps(dict(match.metadata), ensure_ascii=False) if match.metadata else ""
    below = [textwrap.indent(text, "  ") for text in (match.content, metadata) if text]
    return [f"{match.id} ({match.score})\n", *below, ""]


def _prompt(matches: Sequence[Match]) -> list[str]:
    """The passages that are nearest, each with its number and its id, so that an answer can name its sources."""
    return [f"[{number}] {match.id}\n{match.excerpt.strip()}\n" for number, match in enumerate(matches, 1)]


def _ids(matches: Sequence[Match]) -> list[str]:
    return [match.id for match in matches]


_FORMATS: Mapping[str, Callable[[Sequence[Match]], list[str]]] = {
    "ndjson": _ndjson,
    "plain": _plain,
    "prompt": _prompt,
    "ids": _ids,
}
