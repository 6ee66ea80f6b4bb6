"""The command line: ``semblance site public/``."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from semblance import wiring
from semblance.blog.pipeline import DATA, Adapters, Task, run
from semblance.blog.related import Choice
from semblance.blog.report import ProgressLine, summary
from semblance.blog.site import Selection
from semblance.errors import SemblanceError
from semblance.native.store import DirectoryStore
from semblance.parts.arguments import cosine, share, whole_number
from semblance.parts.errors import BuildError
from semblance.ports import Tokenizer
from semblance.version import __version__

DONE, FAILED, USAGE, SKIPPED = 0, 1, 2, 3

CACHE = ".semblance-cache"
MOST = 1000
"""Of related posts, and of the words that a post has to have."""

_EPILOG = """\
exit status:
  0  written
  1  stopped: no post was found, or the model, a folder or a file can't be used;
     semblance/ is as it was before
  2  the command was not understood
  3  written, but what is wrong was skipped: each such file is named
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives its exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.function(options))
    except (SemblanceError, BuildError) as error:
        print(f"semblance: {error}", file=sys.stderr)
    except OSError as error:
        print(f"semblance: stopped: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nsemblance: stopped; what was embedded so far is kept in the cache", file=sys.stderr)
        return 130
    return FAILED


def site(options: argparse.Namespace) -> int:
    """Write related posts, and what a search by meaning needs, into a built site."""
    kind, source = _source(options)
    task = Task(
        site=options.site or Path(),
        cache=options.cache or (options.site.resolve().parent if options.site else Path()) / CACHE,
        kind=kind,
        source=source,
        selection=Selection(
            include=options.include,
            exclude=options.exclude,
            base_url=options.base_url,
            min_words=options.min_words,
            language=options.language,
        ),
        choice=Choice(
            number=options.number,
            threshold=options.threshold,
            diversity=options.diversity,
            same_series=options.same_series,
            not_older_than=options.not_older_than,
        ),
        search=not options.no_search,
        engine=options.engine,
        heading=options.heading if options.inject else "",
        data=options.data,
        sqlite=options.sqlite,
    )
    progress, started = ProgressLine(sys.stderr), time.monotonic()

    async def load_tokenizer() -> Tokenizer:
        progress.writing_search()
        return await wiring.load_tokenizer()

    adapters = Adapters(
        load_encoders=wiring.load_encoders,
        open_cache=DirectoryStore,
        load_tokenizer=load_tokenizer,
        tokens=wiring.token_vectors(),
        write_engine=wiring.write_engine,
    )
    outcome = asyncio.run(run(task, adapters, on_page=progress.reading, on_progress=progress.embedding))
    progress.clear()
    for line in summary(task, outcome, time.monotonic() - started, verbose=options.verbose):
        print(line)
    for problem in outcome.problems:
        print(f"  skipped: {problem.error}", file=sys.stderr)
    if outcome.no_engine:
        print("  there will be no search with the full model: its engine can't be made", file=sys.stderr)
        print(f"  {outcome.no_engine}", file=sys.stderr)
    return SKIPPED if outcome.problems or outcome.no_engine else DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="semblance", description="Related posts and search by meaning for any static site."
    )
    parser.add_argument("--version", action="version", version=f"semblance {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser(
        "site",
        help=site.__doc__,
        description=site.__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(function=site, usage=command.error)
    command.add_argument(
        "site",
        type=Path,
        nargs="?",
        metavar="FOLDER",
        help="the built site, such as public/ or _site/; it gets a folder semblance/",
    )
    _add_sources(command.add_argument_group("where there is no built site"))
    _add_selection(command.add_argument_group("which pages are posts"))
    _add_choice(command.add_argument_group("which posts are related"))
    _add_places(command.add_argument_group("where things go"))
    command.add_argument("--verbose", action="store_true", help="name every page that is no post, and why")
    return parser


def _source(options: argparse.Namespace) -> tuple[Literal["site", "feed", "markdown"], Path]:
    if options.feed:
        return "feed", options.feed
    if options.markdown:
        return "markdown", options.markdown
    if options.site is None:
        options.usage("name the folder of the built site, or --feed, or --markdown")
    return "site", options.site


def _add_sources(group: argparse._ArgumentGroup) -> None:
    sources = group.add_mutually_exclusive_group()
    sources.add_argument(
        "--feed",
        type=Path,
        metavar="FILE",
        help="read posts from an RSS or Atom feed; semblance/ goes into FOLDER",
    )
    sources.add_argument(
        "--markdown",
        type=Path,
        metavar="DIR",
        help="read posts from Markdown files; semblance/ goes into FOLDER",
    )


def _add_selection(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--include",
        metavar="GLOB",
        action="append",
        default=[],
        help="only these files, such as 'posts/**'; may be given several times",
    )
    group.add_argument("--exclude", metavar="GLOB", action="append", default=[], help="not these files")
    group.add_argument(
        "--base-url",
        metavar="URL",
        default="",
        help="the address of the site's root, if its pages don't tell",
    )
    group.add_argument(
        "--min-words",
        metavar="N",
        type=whole_number(0, MOST),
        default=10,
        help="fewer are too short (default: %(default)s)",
    )
    group.add_argument(
        "--language", metavar="CODE", default="", help="of pages that don't tell theirs, such as en"
    )


def _add_choice(group: argparse._ArgumentGroup) -> None:
    defaults = Choice()
    group.add_argument(
        "--number",
        metavar="N",
        type=whole_number(0, MOST),
        default=defaults.number,
        help="at most (default: %(default)s)",
    )
    group.add_argument(
        "--threshold",
        metavar="COSINE",
        type=cosine,
        default=defaults.threshold,
        help="lowest cosine of a related post (default: %(default)s)",
    )
    group.add_argument(
        "--diversity",
        metavar="D",
        type=share,
        default=defaults.diversity,
        help="from 0, the nearest posts, to below 1: posts that differ from each other (default: %(default)s)",
    )
    group.add_argument(
        "--same-series", action="store_true", help="a post of a series lists only others of that series"
    )
    group.add_argument(
        "--not-older-than",
        metavar="AGE",
        default="",
        help="a date, or an age before the newest post such as 18m or 5y",
    )


def _add_places(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--cache",
        type=Path,
        metavar="DIR",
        help="keeps the vectors (default: .semblance-cache beside the site)",
    )
    group.add_argument(
        "--inject",
        action="store_true",
        help="write the lists into the pages too, as links that need no JavaScript",
    )
    group.add_argument(
        "--heading", metavar="TEXT", default="Related posts", help="over those links (default: %(default)s)"
    )
    group.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        action="append",
        default=[],
        help=f"a folder of data for templates, which gets {DATA}",
    )
    group.add_argument(
        "--sqlite", type=Path, metavar="FILE", help="a database that gets the table similarities"
    )
    group.add_argument(
        "--engine",
        action="store_true",
        help="write the full model too: readers may search more thoroughly (31 MB), and feeds be read",
    )
    group.add_argument("--no-search", action="store_true", help="write related posts only")


if __name__ == "__main__":
    sys.exit(main())
