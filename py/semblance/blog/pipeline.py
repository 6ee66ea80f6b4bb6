"""``semblance site``: from what a site's author has to the files that its readers load."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from semblance.blog import inject
from semblance.blog.embedding import Embedded, embed
from semblance.blog.files import unreadable
from semblance.blog.output import Indexed, write_index, write_lists, write_scripts
from semblance.blog.posts import Post, Posts
from semblance.blog.related import Choice, Lists, related
from semblance.blog.similarities import write_similarities
from semblance.blog.site import Selection, read_site
from semblance.blog.sources import read_feed, read_markdown
from semblance.blog.writing import dumps, replace, swapped
from semblance.documents import Failure
from semblance.embedding.batches import OnProgress
from semblance.errors import NoPosts, SiteError, StoreError
from semblance.ingest.items import failure_of
from semblance.parts.errors import BuildError
from semblance.ports import Encoders, VectorStore

FOLDER = "semblance"
DATA = "semblance_related.json"


@dataclass(frozen=True, slots=True)
class Task:
    """What to do.

    Parameters
    ----------
    site : Path
        The folder that is published; what is written goes into its ``semblance/``.
    cache : Path
        Where vectors are kept.
    kind : str
        What posts are read from: the ``site`` itself, a ``feed`` or ``markdown``.
    source : Path
        The site, the feed's file or the folder of Markdown.
    selection : Selection
    choice : Choice
    search : bool
        Whether what a search needs is written too.
    heading : str
        Over the links that are written into pages; empty to write none.
    data : sequence of Path
        Folders that get all lists in one file, for templates.
    sqlite : Path, optional
        A database that gets the table ``similarities``.
    """

    site: Path
    cache: Path
    kind: Literal["site", "feed", "markdown"]
    source: Path
    selection: Selection = field(default_factory=Selection)
    choice: Choice = field(default_factory=Choice)
    search: bool = True
    heading: str = ""
    data: Sequence[Path] = ()
    sqlite: Path | None = None

    @property
    def folder(self) -> Path:
        return self.site / FOLDER


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it.

    ``injected`` counts the pages that got other links; ``unplaced`` are those that have no place for them.
    ``no_engine`` says why there is no search; empty if all is well.
    """

    found: Posts
    embedded: Embedded
    lists: Lists
    injected: int
    unplaced: Sequence[Failure]
    no_engine: str

    @property
    def problems(self) -> Sequence[Failure]:
        """Everything that was skipped because something is wrong with it."""
        return [*self.found.problems, *self.embedded.failures, *self.unplaced]


@dataclass(frozen=True, slots=True)
class Parts:
    """What the command is wired with.

    Parameters
    ----------
    load_encoders : async callable
        Awaited once there are posts.
    open_cache : callable
        Opens the store in a folder.
    write_engine : callable
        Writes what readers search with into a folder; gives its name and what a reader loads of it, in bytes.
    """

    load_encoders: Callable[[], Awaitable[Encoders]]
    open_cache: Callable[[Path], VectorStore]
    write_engine: Callable[[Path], tuple[str, int]]


async def run(
    task: Task,
    parts: Parts,
    *,
    on_page: Callable[[int], None] | None = None,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Read, embed, compare, write.

    Raises
    ------
    SiteError
        If there is no site, no post in it, or no place to write to; what was written before stays.
    BuildError, ModelError
        If the model can't be had or used.
    """
    if not task.site.is_dir():
        message = "there is no such folder. Build your site first, then name the folder that holds it"
        raise SiteError(message, where=str(task.site))
    with swapped(task.folder) as aside:
        found = _read(task, on_page)
        if not found.posts:
            raise NoPosts(_none(found), where=str(task.source))
        encoders = await parts.load_encoders()
        embedded = await _embed(task, found.posts, encoders, parts.open_cache, on_progress)
        lists = related(embedded.posts, embedded.records, task.choice)
        indexed = Indexed(embedded.posts, embedded.records, lists.of)
        write_lists(aside, indexed)
        write_scripts(aside)
        no_engine = _write_search(task, aside, indexed, encoders, parts)
        for folder in task.data:
            folder.mkdir(parents=True, exist_ok=True)
            replace(folder / DATA, dumps(indexed.related()))
        if task.sqlite:
            write_similarities(task.sqlite, indexed)
    injected, unplaced = _inject(task, indexed, found) if task.heading else (0, [])
    return Outcome(found, embedded, lists, injected, unplaced, no_engine)


def _write_search(task: Task, aside: Path, indexed: Indexed, encoders: Encoders, parts: Parts) -> str:
    """Write what a search needs, if it is wanted and can be had; else an index without, and why."""
    problem = ""
    if task.search:
        try:
            write_index(aside, indexed, encoders.text, *parts.write_engine(aside))
            return ""
        except BuildError as error:
            problem = str(error)
    write_index(aside, Indexed((), (), ()), encoders.text)
    return problem


def _read(task: Task, on_page: Callable[[int], None] | None) -> Posts:
    if task.kind == "feed":
        return read_feed(task.source, task.selection)
    if task.kind == "markdown":
        return read_markdown(task.source, task.selection)
    return read_site(task.source, task.selection, but=task.folder, on_page=on_page)


async def _embed(
    task: Task,
    posts: Sequence[Post],
    encoders: Encoders,
    open_cache: Callable[[Path], VectorStore],
    on_progress: OnProgress | None,
) -> Embedded:
    try:
        cache = open_cache(task.cache)
        try:
            return await embed(posts, encoders, cache, on_progress)
        finally:
            await cache.close()
    except StoreError as error:
        message = (
            f"the cache can't be used ({error.message}). Choose another folder with --cache, or remove this one:"
            " all in it can be made again"
        )
        raise SiteError(message, where=str(task.cache)) from error


def _inject(task: Task, indexed: Indexed, found: Posts) -> tuple[int, list[Failure]]:
    """Write each list into its page, and take away what stands in pages that are no posts any more."""
    markups = dict.fromkeys(found.stale, "")
    for post, listed in zip(indexed.posts, indexed.lists, strict=True):
        others = [indexed.posts[each.row] for each in listed]
        markups[post.file] = inject.links(post, others, task.heading)
    changed, failures = 0, list[Failure]()
    for file, markup in sorted(markups.items()):
        try:
            changed += inject.inject(task.site, file, markup)
        except OSError as error:
            failures.append(unreadable(file, error))
        except Exception as error:  # a page that can't be parsed keeps no other from its links
            failures.append(failure_of(file, error, file))
    return changed, failures


def _none(found: Posts) -> str:
    reasons = Counter(reason for _, reason in found.left_out)
    reasons["too short"] = len(found.too_short)
    reasons["of no use"] = len(found.problems)
    told = [f"{number} {reason}" for reason, number in reasons.items() if number]
    told += [str(problem.error) for problem in found.problems[:3]]
    return "no post was found in it" + (f" ({'; '.join(told)})" if told else "")
