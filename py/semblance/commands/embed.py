"""``semblance embed`` and ``semblance embed-multi``: texts and pictures into a collection."""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from semblance.arrays import FloatArray
from semblance.commands import columns
from semblance.commands.inputs import (
    FORMATS,
    STDIN,
    Read,
    content_of,
    files_of,
    input_bytes,
    rows_of_file,
    rows_of_query,
    with_prefix,
)
from semblance.commands.places import add_place, opened
from semblance.commands.progress import Bar, tell
from semblance.commands.statuses import DONE, SKIPPED, Commands
from semblance.documents import Document, Failure, ImageBytes
from semblance.errors import EmptyDocument
from semblance.ranking.vectors import mean_vector


def add(commands: Commands) -> None:
    """Add the commands to the parser."""
    one = commands.add_parser("embed", help=embed.__doc__, description=embed.__doc__)
    one.set_defaults(function=embed, usage=one.error)
    one.add_argument("collection", nargs="?", metavar="COLLECTION", help="keep it here, under an id")
    one.add_argument("id", nargs="?", metavar="ID", help="the id that it gets there")
    one.add_argument("-c", "--content", metavar="TEXT", help="the text")
    one.add_argument(
        "-i", "--input", metavar="FILE", help="a file with the text or the picture; - is the standard input"
    )
    one.add_argument("--binary", action="store_true", help="the file is a picture, whatever it begins with")
    one.add_argument(
        "-f",
        "--format",
        choices=["json", "blob", "base64", "hex"],
        help="print the vector, also where it is kept",
    )
    _add_kept(one)
    several = commands.add_parser("embed-multi", help=embed_multi.__doc__, description=embed_multi.__doc__)
    several.set_defaults(function=embed_multi, usage=several.error)
    several.add_argument("collection", metavar="COLLECTION", help="its name")
    several.add_argument(
        "input",
        nargs="?",
        metavar="FILE",
        help="CSV, TSV, JSON or NDJSON, or an SQLite database for --sql; - is the standard input",
    )
    several.add_argument(
        "--format", choices=list(FORMATS), help="of the file (default: by its name or its first bytes)"
    )
    several.add_argument(
        "--files",
        nargs=2,
        action="append",
        default=[],
        metavar=("DIR", "GLOB"),
        help="files of a folder, such as --files notes '**/*.md'; may be given several times",
    )
    several.add_argument(
        "--binary", action="store_true", help="the files are pictures, whatever their names are"
    )
    several.add_argument(
        "--encoding",
        action="append",
        default=[],
        metavar="NAME",
        help="of the files; may be given several times",
    )
    several.add_argument("--sql", metavar="QUERY", help="rows of a database: the first column is the id")
    several.add_argument(
        "--attach",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "FILE"),
        help="a database that the query may use; may be given several times",
    )
    several.add_argument("--prefix", default="", metavar="TEXT", help="what the ids begin with")
    _add_kept(several)
    columns.add(several)


def _add_kept(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--metadata", type=_object, default={}, metavar="JSON", help="an object that is kept with each item"
    )
    parser.add_argument(
        "--store",
        action="store_true",
        help="with --database: keep the texts there too, not only their vectors",
    )
    add_place(parser)


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not JSON ({error})") from None
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError(f"{text!r} is not a JSON object")
    return value


def embed(options: argparse.Namespace) -> int:
    """Embed a text or a picture: keep it in a collection, or print its vector."""
    if options.collection and not options.id:
        options.usage("name an id too")
    if options.store and not options.collection:
        options.usage("--store needs a collection")
    content = _content(options)
    vector = asyncio.run(_embed(options, content))
    if options.format or not options.collection:
        _print(vector, options.format or "json")
    return DONE


def _content(options: argparse.Namespace) -> str | ImageBytes:
    if options.content:
        return str(options.content)
    source = options.input or STDIN
    content = content_of(input_bytes(source), source, binary=options.binary)
    if isinstance(content, str) and not content.strip():
        raise EmptyDocument("there is no text to embed", where="" if source == STDIN else source)
    return content


async def _embed(options: argparse.Namespace, content: str | ImageBytes) -> FloatArray:
    async with opened(options, create=bool(options.collection)) as place:
        if not options.collection:
            return np.asarray((await place.library.vectors([content], model=place.model))[0])
        collection = await place.collection(options.collection, create=True)
        place.require_model(collection)
        if isinstance(content, str):
            document = Document(options.id, content, metadata=options.metadata)
        else:
            document = Document(options.id, "", metadata=options.metadata, image=content)
        report = await collection.embed_multi([document])
        if report.failed:
            raise report.failed[0].error
        (record,) = await collection.get([options.id])
        return mean_vector(record.vectors)


def _print(vector: FloatArray, format: str) -> None:
    blob = vector.astype("<f4").tobytes()
    if format == "blob":
        sys.stdout.buffer.write(blob)
    elif format == "base64":
        print(base64.b64encode(blob).decode("ascii"))
    elif format == "hex":
        print(blob.hex())
    else:
        print(json.dumps(vector.tolist()))


def embed_multi(options: argparse.Namespace) -> int:
    """Embed many texts and pictures into a collection: those that are new or changed."""
    items = list(with_prefix(_items(options), options.prefix, options.metadata))
    return asyncio.run(_embed_multi(options, items))


def _items(options: argparse.Namespace) -> Iterator[Read]:
    if options.files:
        if options.input or options.sql or options.format:
            options.usage("--files can't be used with a file, --sql or --format")
        for folder, pattern in options.files:
            yield from files_of(Path(folder).expanduser(), pattern, options.encoding, binary=options.binary)
    elif options.sql:
        file = Path(options.input) if options.input else options.database
        yield from rows_of_query(options.sql, file, options.attach)
    elif options.input:
        yield from rows_of_file(options.input, options.format or "", columns.Answers(options))
    else:
        options.usage("name a file, or --files, or --sql")


async def _embed_multi(options: argparse.Namespace, items: list[Read]) -> int:
    documents = [item for item in items if isinstance(item, Document)]
    failures = [item for item in items if isinstance(item, Failure)]
    bar = Bar(sys.stderr)
    async with opened(options, create=True) as place:
        collection = await place.collection(options.collection, create=True)
        place.require_model(collection)
        try:
            report = await collection.embed_multi(documents, on_progress=bar.show)
        finally:
            bar.clear()
    tell(report, failures + report.failed, documents)
    return SKIPPED if failures or report.failed else DONE
