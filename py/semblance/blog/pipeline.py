"""The pipeline of ``semblance site``: read posts, embed them, find related ones, write what readers load."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from semblance.blog import inject
from semblance.blog.embedding import Embedded, embed
from semblance.blog.files import unreadable
from semblance.blog.output import Engine, Indexed, ReaderFiles, write_index, write_lists, write_scripts
from semblance.blog.posts import Post, Reading
from semblance.blog.reader import index as reader_index
from semblance.blog.reader.index import Teachers
from semblance.blog.reader.kept_vectors import KeptVectors
from semblance.blog.reader.scripts import write_scripts as write_reader_scripts
from semblance.blog.related import Choice, RelatedPosts, related
from semblance.blog.similarities import write_similarities
from semblance.blog.site import Selection, read_site
from semblance.blog.sources import read_feed, read_markdown
from semblance.blog.writing import dumps, replace, swapped
from semblance.documents import Failure
from semblance.embedding.batches import OnProgress
from semblance.embedding.recipe import QUERY_PROMPT
from semblance.errors import NoPosts, SiteError, StoreError
from semblance.ingest.items import failure_of
from semblance.parts.errors import BuildError
from semblance.ports import Encoders, Tokenizer, VectorStore

FOLDER = "semblance"
DATA = "semblance_related.json"
READER_CACHE = "reader"
"""The folder of the cache that keeps vectors of sentences."""


@dataclass(frozen=True, slots=True)
class Task:
    """What one run does, and with which files.

    Parameters
    ----------
    site : Path
        The folder that is published. The results go into its folder ``semblance/``.
    cache : Path
        The folder that keeps vectors between runs.
    kind : str
        Where posts are read from: the ``site`` itself, a ``feed`` or ``markdown``.
    source : Path
        The site, the feed's file or the folder of Markdown.
    selection : Selection
        Which pages are posts.
    choice : Choice
        Which posts are related.
    search : bool
        Whether to write the reader's index too, which a search needs.
    engine : bool
        Whether to write the engine too, which searches with the full model and reads feeds.
    heading : str
        The heading over the links that are written into pages; empty to write no links.
    data : sequence of Path
        Folders that each get one file with all lists, for templates.
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
    engine: bool = False
    heading: str = ""
    data: Sequence[Path] = ()
    sqlite: Path | None = None

    @property
    def folder(self) -> Path:
        """The folder of the results."""
        return self.site / FOLDER


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a run.

    Parameters
    ----------
    reading : Reading
    embedded : Embedded
    related : RelatedPosts
    injected : int
        Number of pages whose links changed.
    unplaced : sequence of Failure
        Pages that have no place for links.
    no_engine : str
        Why there is no engine; empty if there is one, or if none was wanted.
    """

    reading: Reading
    embedded: Embedded
    related: RelatedPosts
    injected: int
    unplaced: Sequence[Failure]
    no_engine: str

    @property
    def problems(self) -> Sequence[Failure]:
        """All files and posts that were skipped because something is wrong with them."""
        return [*self.reading.problems, *self.embedded.failures, *self.unplaced]


@dataclass(frozen=True, slots=True)
class Adapters:
    """The adapters that a run uses.

    Parameters
    ----------
    load_encoders : async callable
        Loads the encoders; awaited once there are posts.
    open_cache : callable
        Opens the store in a folder.
    load_tokenizer : async callable
        Loads the tokenizer of the text encoder.
    tokens : Path
        The folder that keeps vectors of single tokens, for all sites.
    write_engine : callable
        Writes the engine, which searches with the full model, into a folder.
    """

    load_encoders: Callable[[], Awaitable[Encoders]]
    open_cache: Callable[[Path], VectorStore]
    load_tokenizer: Callable[[], Awaitable[Tokenizer]]
    tokens: Path
    write_engine: Callable[[Path], Engine]


async def run(
    task: Task,
    adapters: Adapters,
    *,
    on_page: Callable[[int], None] | None = None,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Read, embed, compare, write.

    Raises
    ------
    SiteError
        If there is no site, no post in it, or no place to write to. The results of an earlier run stay.
    BuildError, ModelError
        If the model can't be fetched or used.
    """
    if not task.site.is_dir():
        message = "there is no such folder. Build your site first, then name the folder that holds it"
        raise SiteError(message, where=str(task.site))
    with swapped(task.folder) as aside:
        reading = _read(task, on_page)
        if not reading.posts:
            raise NoPosts(_why_no_posts(reading), where=str(task.source))
        encoders = await adapters.load_encoders()
        embedded = await _embed(task, reading.posts, encoders, adapters.open_cache, on_progress)
        related_posts = related(embedded.posts, embedded.records, task.choice)
        indexed = Indexed(embedded.posts, embedded.records, related_posts.lists)
        write_lists(aside, indexed)
        write_scripts(aside)
        no_engine = await _write_search(task, aside, indexed, encoders, adapters)
        for folder in task.data:
            folder.mkdir(parents=True, exist_ok=True)
            replace(folder / DATA, dumps(indexed.related()))
        if task.sqlite:
            write_similarities(task.sqlite, indexed)
    injected, unplaced = _inject(task, indexed, reading) if task.heading else (0, [])
    return Outcome(reading, embedded, related_posts, injected, unplaced, no_engine)


async def _write_search(
    task: Task, aside: Path, indexed: Indexed, encoders: Encoders, adapters: Adapters
) -> str:
    """Write the files that a search needs, or an index without a search. Gives the reason why there is no engine."""
    reader, engine, problem = ReaderFiles(), Engine(), ""
    if task.search:
        reader = await _write_reader(task, aside, indexed, encoders, adapters)
    if task.search and task.engine:
        try:
            engine = adapters.write_engine(aside)
        except BuildError as error:
            problem = str(error)
    write_index(aside, indexed, encoders.text, reader, engine)
    return problem


async def _write_reader(
    task: Task, aside: Path, indexed: Indexed, encoders: Encoders, adapters: Adapters
) -> ReaderFiles:
    """Write the reader's index, each language apart, and the scripts that search it."""
    teachers = Teachers(
        await adapters.load_tokenizer(),
        KeptVectors(task.cache / READER_CACHE, encoders.text, QUERY_PROMPT),
        KeptVectors(adapters.tokens, encoders.text, QUERY_PROMPT),
    )
    indexes = {}
    for language, rows in indexed.by_language().items():
        posts, records = [indexed.posts[row] for row in rows], [indexed.records[row] for row in rows]
        name = await reader_index.write_index(aside, f"index-{language}", posts, records, teachers)
        indexes[language] = f"{name}/"
    teachers.sentences.write()
    teachers.tokens.write(all=True)
    return ReaderFiles(write_reader_scripts(aside), indexes)


def _read(task: Task, on_page: Callable[[int], None] | None) -> Reading:
    if task.kind == "feed":
        return read_feed(task.source, task.selection)
    if task.kind == "markdown":
        return read_markdown(task.source, task.selection)
    return read_site(task.source, task.selection, skip=task.folder, on_page=on_page)


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


def _inject(task: Task, indexed: Indexed, reading: Reading) -> tuple[int, list[Failure]]:
    """Write each list into its page, and remove old links from pages that are no longer posts."""
    markups = dict.fromkeys(reading.stale, "")
    for post, listed in zip(indexed.posts, indexed.lists, strict=True):
        others = [indexed.posts[neighbour.row] for neighbour in listed]
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


def _why_no_posts(reading: Reading) -> str:
    counts = Counter(reason for _, reason in reading.left_out)
    counts["too short"] = len(reading.too_short)
    counts["of no use"] = len(reading.problems)
    reasons = [f"{number} {reason}" for reason, number in counts.items() if number]
    reasons += [str(problem.error) for problem in reading.problems[:3]]
    return "no post was found in it" + (f" ({'; '.join(reasons)})" if reasons else "")
