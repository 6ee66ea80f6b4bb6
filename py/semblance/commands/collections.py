"""``semblance collections``: what there is, where it is, and away with it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys

from semblance.commands.places import add_place, opened
from semblance.commands.progress import Bar, tell
from semblance.commands.statuses import DONE, SKIPPED, Commands
from semblance.embedding.report import Report
from semblance.native.store import FILE
from semblance.parts.paths import data_dir
from semblance.records import CollectionInfo
from semblance.wording import count


def add(commands: Commands) -> None:
    """Add the commands to the parser."""
    parser = commands.add_parser("collections", help="List, delete, locate collections, or embed one again.")
    parser.set_defaults(function=listed, database=None, json=False)
    actions = parser.add_subparsers(metavar="ACTION")
    listing = actions.add_parser("list", help=listed.__doc__, description=listed.__doc__)
    listing.add_argument("--json", action="store_true", help="as JSON")
    add_place(listing, model=False)
    listing.set_defaults(function=listed)
    deleting = actions.add_parser("delete", help=delete.__doc__, description=delete.__doc__)
    deleting.add_argument("collection", metavar="COLLECTION", help="its name")
    add_place(deleting, model=False)
    deleting.set_defaults(function=delete)
    again = actions.add_parser("embed-again", help=embed_again.__doc__, description=embed_again.__doc__)
    again.add_argument("collection", metavar="COLLECTION", help="its name")
    add_place(again)
    again.set_defaults(function=embed_again)
    path = actions.add_parser("path", help=located.__doc__, description=located.__doc__)
    path.set_defaults(function=located)


def listed(options: argparse.Namespace) -> int:
    """List the collections with their models and numbers of items."""

    async def infos() -> list[CollectionInfo]:
        async with opened(options) as place:
            return await place.library.collections()

    found = asyncio.run(infos())
    if options.json:
        rows = [{"name": info.name, "model": info.model, "num_embeddings": info.count} for info in found]
        print(json.dumps(rows, indent=4, ensure_ascii=False))
    else:
        for info in found:
            print(f"{info.name}: {info.model}\n  {count(info.count, 'embedding')}")
    return DONE


def delete(options: argparse.Namespace) -> int:
    """Delete a collection with all its items."""

    async def drop() -> None:
        async with opened(options) as place:
            await place.library.drop(options.collection)

    asyncio.run(drop())
    return DONE


def embed_again(options: argparse.Namespace) -> int:
    """Embed all items of a collection again: with another model, or after a new version of its model."""
    bar = Bar(sys.stderr)

    async def run() -> Report:
        async with opened(options) as place:
            collection = await place.library.collection(options.collection, create=False)
            if place.model and place.model != collection.info.model:
                return await place.library.embed_again(options.collection, place.model, bar.show)
            place.require_model(collection)
            return await collection.reembed(bar.show)

    try:
        report = asyncio.run(run())
    finally:
        bar.clear()
    tell(report, report.failed)
    return SKIPPED if report.failed else DONE


def located(options: argparse.Namespace) -> int:
    """Print the path of the database that holds the collections."""
    print(data_dir() / FILE)
    return DONE
