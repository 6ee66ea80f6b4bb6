"""``semblance site public/``: related posts and search by meaning for a built site."""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Literal

from semblance import wiring
from semblance.blog.config import FILE, FOLDER, arguments_from
from semblance.blog.headings import Headings
from semblance.blog.neighbours import LEAST, LEAST_CONTRASTED
from semblance.blog.parts.folder import Compute, Parts, Share, at_once
from semblance.blog.pipeline import (
    DATA,
    PARTS,
    Adapters,
    Outcome,
    Task,
    look,
    outdated,
    remove,
    run,
    run_share,
)
from semblance.blog.preview import preview
from semblance.blog.related import Choice
from semblance.blog.report import ProgressLine, refusals, summary, warnings
from semblance.blog.site import Selection
from semblance.commands.statuses import DONE, SKIPPED, Commands
from semblance.errors import SiteError
from semblance.native.store import DirectoryStore
from semblance.parts.arguments import cosine, nth, share, whole_number
from semblance.ports import PieceTokenizer
from semblance.wording import count

OUTDATED = 4

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
  4  with --check: a run is needed
"""


def site(options: argparse.Namespace) -> int:
    """Write related posts, and what a search by meaning needs, into a built site."""
    task = _task(options)
    if options.remove:
        return _remove(task, quiet=options.quiet)
    progress = ProgressLine(io.StringIO() if options.quiet else sys.stderr)
    if options.dry_run or options.check:
        return _look(task, options, progress)
    return _run_share(task, options, progress) if options.part else _run(task, options, progress)


def _run(task: Task, options: argparse.Namespace, progress: ProgressLine) -> int:
    started = time.monotonic()

    async def work() -> Outcome:
        async with _computing(options.dask) as compute:
            adapters = _adapters(progress, compute)
            return await run(task, adapters, on_page=progress.reading, on_progress=progress.embedding)

    outcome = asyncio.run(work())
    progress.clear()
    if not options.quiet:
        for line in summary(task, outcome, time.monotonic() - started, verbose=options.verbose):
            print(line)
        if options.dask or options.parts or options.merge:
            print(f"  {_counts(outcome.parts)}")
    for line in warnings(task, outcome):
        print(line, file=sys.stderr)
    not_written = task.headings and outcome.hydrated
    return SKIPPED if outcome.problems or outcome.no_engine or not_written else DONE


def _run_share(task: Task, options: argparse.Namespace, progress: ProgressLine) -> int:
    share = Share(*options.part)

    async def work() -> Parts:
        async with _computing(options.dask) as compute:
            adapters = _adapters(progress, compute)
            return await run_share(
                task, adapters, share, on_page=progress.reading, on_progress=progress.embedding
            )

    parts = asyncio.run(work())
    progress.clear()
    if not options.quiet:
        print(f"{parts.folder}: share {share.number} of {share.of}, {_counts(parts)}")
    for line in refusals(parts):
        print(line, file=sys.stderr)
    return DONE


def _counts(parts: Parts) -> str:
    return f"{count(parts.computed, 'part')} computed, {parts.read} there already"


@asynccontextmanager
async def _computing(address: str) -> AsyncIterator[Compute]:
    """What computes parts: this process on all of its cores, or the workers of a Dask cluster."""
    if not address:
        yield at_once(_cores())
        return
    try:
        from semblance.ecosystem.dask_cluster import workers
    except ImportError as error:
        remedy = "Install it: pip install 'semblance[dask]'."
        raise SiteError("Dask is not installed", remedy=remedy) from error
    async with workers(address) as compute:
        yield compute


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _adapters(progress: ProgressLine, compute: Compute) -> Adapters:
    async def load_tokenizer() -> PieceTokenizer:
        progress.writing_search()
        return await wiring.load_tokenizer()

    async def load_multilingual_tokenizer() -> PieceTokenizer:
        progress.writing_search()
        return await wiring.load_multilingual_tokenizer()

    return Adapters(
        load_encoders=partial(wiring.load_encoders, threads=1),  # several parts are embedded at once
        open_cache=DirectoryStore,
        load_tokenizer=load_tokenizer,
        tokens=wiring.token_vectors(),
        write_engine=wiring.write_engine,
        load_multilingual=partial(wiring.load_multilingual, threads=1),
        load_multilingual_tokenizer=load_multilingual_tokenizer,
        load_metric=wiring.load_metric,
        compute=compute,
    )


def _look(task: Task, options: argparse.Namespace, progress: ProgressLine) -> int:
    """Say what a run would do, or whether one is needed. Nothing is written."""
    reading = asyncio.run(look(task, progress.reading))
    progress.clear()
    if options.dry_run and not options.quiet:
        for line in preview(reading, task.choice.number, verbose=options.verbose):
            print(line)
    for remark in reading.remarks:
        print(f"  note: {remark}", file=sys.stderr)
    for problem in reading.problems:
        print(f"  would be skipped: {problem.error}", file=sys.stderr)
    if options.check and (reason := outdated(task, reading)):
        print(f"semblance: {reason}: run semblance site again", file=sys.stderr)
        return OUTDATED
    return SKIPPED if reading.problems else DONE


def _remove(task: Task, *, quiet: bool) -> int:
    changed, failures = remove(task)
    if not quiet:
        print(f"{task.site}: links removed from {count(changed, 'page')}")
    for failure in failures:
        print(f"  skipped: {failure.error}", file=sys.stderr)
    return SKIPPED if failures else DONE


def _task(options: argparse.Namespace) -> Task:
    kind, source = _source(options)
    return Task(
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
            all_pages=options.all_pages,
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
        headings=Headings.parse(options.heading) if options.inject else None,
        data=options.data,
        sqlite=options.sqlite,
        parts=options.parts,
        merged=options.merge,
    )


def with_file(
    parser: argparse.ArgumentParser, arguments: Sequence[str], options: argparse.Namespace
) -> argparse.Namespace:
    """The options on the command line, and for what does not stand there, those of the file."""
    file = options.config or Path(FILE)
    if not options.config and not file.is_file():
        return options
    from_file = arguments_from(file, options.names)
    if options.site:
        from_file = from_file[: from_file.index("--")] if "--" in from_file else from_file
    return parser.parse_args(
        [arguments[0], *from_file[: _end(from_file)], *arguments[1:], *from_file[_end(from_file) :]]
    )


def _end(arguments: Sequence[str]) -> int:
    """Where the options end and the folder follows."""
    return arguments.index("--") if "--" in arguments else len(arguments)


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    command = commands.add_parser(
        "site",
        help=site.__doc__,
        description=site.__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(function=site, complete=with_file, usage=command.error)
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
    _add_machines(command.add_argument_group("on more than one machine"))
    _add_manner(command.add_argument_group("how it runs"))
    names = {
        option[2:]
        for action in command._actions
        for option in action.option_strings
        if option.startswith("--")
    }
    command.set_defaults(names=names - {"help", "config"})


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
    group.add_argument(
        "--all-pages",
        action="store_true",
        help="every page with a text of its own is a post: lists, documentation, pages without the mark of others",
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
        default=None,
        help=f"lowest cosine of a related post (default: {LEAST}; {LEAST_CONTRASTED} where the model knows many languages)",
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
        "--heading",
        metavar="[LANGUAGE=]TEXT",
        action="append",
        default=[],
        help="over those links, or over those in one language; may be given several times (default: “Related posts”, "
        "in the language of the page)",
    )
    group.add_argument(
        "--remove", action="store_true", help="only take away the links that --inject wrote into pages"
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
        help="write the full model too: readers may search more thoroughly (32 MB), and feeds be read",
    )
    group.add_argument("--no-search", action="store_true", help="write related posts only")


def _add_machines(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--dask",
        metavar="ADDRESS",
        default="",
        help="read, split, embed and encode on the workers of a Dask cluster, such as tcp://10.0.0.1:8786; "
        "local: on a cluster of this machine",
    )
    group.add_argument(
        "--part",
        type=nth,
        metavar="I/N",
        help="only compute every Nth of all parts, from the Ith on; semblance/ stays as it is",
    )
    group.add_argument(
        "--parts",
        type=Path,
        metavar="DIR",
        help=f"keeps the parts that are computed (default: {PARTS}/ in the cache, which keeps what the next run needs)",
    )
    group.add_argument(
        "--merge",
        type=Path,
        metavar="DIR",
        action="append",
        default=[],
        help="use the parts in this folder too, which were computed elsewhere; may be given several times",
    )


def _add_manner(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--dry-run",
        action="store_true",
        help="only show what is a post, what is none and why, and a few lists",
    )
    group.add_argument(
        "--check", action="store_true", help="only tell, by the exit status, whether a run is needed"
    )
    group.add_argument("--quiet", action="store_true", help="print nothing but what is wrong")
    group.add_argument("--verbose", action="store_true", help="name every page that is no post, and why")
    group.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help=f"options under the names that they have here, and {FOLDER} (default: {FILE}, if there is one)",
    )
