"""``semblance mcp``: collections for agents."""

from __future__ import annotations

import argparse

from semblance import wiring
from semblance.commands.places import add_place, open_store
from semblance.commands.statuses import DONE, Commands
from semblance.errors import SemblanceError
from semblance.library import Library
from semblance.native.blocking import wait
from semblance.parts.arguments import whole_number

PORT = 8010


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("mcp", help=mcp.__doc__, description=mcp.__doc__)
    parser.set_defaults(function=mcp, usage=parser.error)
    parser.add_argument("--write", action="store_true", help="agents may add and delete items, too")
    parser.add_argument(
        "--http",
        action="store_true",
        help="serve streamable HTTP on this machine (default: standard input and output)",
    )
    parser.add_argument(
        "--port",
        type=whole_number(0, 65_535),
        default=PORT,
        metavar="N",
        help="of --http; 0 for a free one (default: %(default)s)",
    )
    parser.add_argument(
        "--site",
        metavar="SITE",
        help="serve the posts of a site instead: a folder or an address whose semblance/ is what `semblance site` wrote",
    )
    add_place(parser)


def mcp(options: argparse.Namespace) -> int:
    """Serve collections to agents by the Model Context Protocol: search, related items and the items themselves."""
    if options.site and (options.write or options.database or options.model):
        options.usage(
            "--site can only be read, and brings its own collections: leave --write, --database and --model out"
        )
    try:
        from semblance.ecosystem.mcp_server import make_server
    except ImportError as error:
        remedy = "Install it: pip install 'semblance[mcp]'."
        raise SemblanceError(
            "the SDK of the Model Context Protocol is not installed", remedy=remedy
        ) from error

    async def library() -> Library:
        if options.site:
            return await wiring.open_site(options.site)
        return wiring.open_library(open_store(options, create=True), model=options.model)

    server = make_server(wait(library()), write=options.write)
    if options.http:
        server.run("streamable-http", host="127.0.0.1", port=options.port)
    else:
        server.run("stdio")
    return DONE
