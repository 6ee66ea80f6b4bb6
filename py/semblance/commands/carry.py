"""``semblance export`` and ``semblance import``: collections as files, for other programs and back."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TypeVar

from semblance.commands.places import Place, add_place, opened
from semblance.commands.statuses import DONE, Commands
from semblance.commands.writers import WRITERS
from semblance.errors import StoreUnavailable
from semblance.storage.llm_file import SUFFIXES, open_database
from semblance.wording import count

Way = TypeVar("Way")


def add(commands: Commands) -> None:
    """Add the commands to the parser."""
    out = commands.add_parser("export", help=export.__doc__, description=export.__doc__)
    out.set_defaults(function=export, usage=out.error)
    out.add_argument("collection", metavar="COLLECTION", help="its name")
    out.add_argument("file", type=Path, metavar="FILE", help=f"its name ends in {', '.join(WRITERS)}")
    add_place(out, model=False)
    back = commands.add_parser("import", help=import_file.__doc__, description=import_file.__doc__)
    back.set_defaults(function=import_file, usage=back.error)
    back.add_argument("file", type=Path, metavar="FILE", help=f"its name ends in {', '.join(_READERS)}")
    add_place(back, model=False)


def export(options: argparse.Namespace) -> int:
    """Write a collection to a file: a backup for Semblance, or what another program reads."""
    write = _for_suffix(WRITERS, options)

    async def run() -> list[str]:
        async with opened(options) as place:
            collection = await place.collection(options.collection)
            notes = await write(place.library, collection, options.file)
            return [f"{options.file}: {count(collection.count(), 'item')}", *notes]

    for line in asyncio.run(run()):
        print(line)
    return DONE


def import_file(options: argparse.Namespace) -> int:
    """Read the collections of a file. Each gets its own name, with a number where that is taken."""
    read = _for_suffix(_READERS, options)
    if not options.file.is_file():
        raise StoreUnavailable("there is no such file", where=str(options.file), remedy="Check the path.")

    async def run() -> list[str]:
        async with opened(options, create=True) as place:
            return await read(place, options.file)

    for line in asyncio.run(run()):
        print(line)
    return DONE


def _for_suffix(ways: Mapping[str, Way], options: argparse.Namespace) -> Way:
    suffix = options.file.suffix.lower()
    if suffix not in ways:
        options.usage(f"the file's name must end in {', '.join(ways)}")
    return ways[suffix]


# --- ways in ----------------------------------------------------------------------------------------


async def _read_backup(place: Place, file: Path) -> list[str]:
    data = await asyncio.to_thread(file.read_bytes)
    info = await place.library.restore(data, file.name)
    (counted,) = [known.count for known in await place.library.collections() if known.key == info.key]
    return [f"{info.name}: {count(counted, 'item')}"]


async def _read_database(place: Place, file: Path) -> list[str]:
    infos = await open_database(place.library, await asyncio.to_thread(file.read_bytes))
    return [f"{info.name}: {count(info.count, 'item')}" for info in infos]


_READERS: dict[str, Callable[[Place, Path], Awaitable[list[str]]]] = {
    ".semblance": _read_backup,
    **dict.fromkeys(SUFFIXES, _read_database),
}
