"""The pipeline of ``semblance site``: read posts, embed them, find related ones, write what readers load."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replace_fields
from pathlib import Path
from typing import Literal

from semblance.blog import inject
from semblance.blog.embedding import OTHER_LANGUAGES, Embedded, embed, joined, unknown_languages
from semblance.blog.files import find_files, unreadable
from semblance.blog.headings import Headings
from semblance.blog.output import (
    FORMAT,
    Engine,
    Indexed,
    ReaderFiles,
    write_index,
    write_lists,
    write_scripts,
)
from semblance.blog.posts import Place, Post
from semblance.blog.reader import index as reader_index
from semblance.blog.reader.index import Teachers
from semblance.blog.reader.kept_vectors import KeptVectors
from semblance.blog.reader.scripts import write_scripts as write_reader_scripts
from semblance.blog.reading import Reading
from semblance.blog.related import Choice, RelatedPosts, related
from semblance.blog.similarities import write_similarities
from semblance.blog.site import HTML, Selection, read_site
from semblance.blog.sources import read_feed, read_markdown
from semblance.blog.writing import dumps, replace, swapped, write
from semblance.documents import Failure
from semblance.embedding.batches import OnProgress
from semblance.embedding.recipe import DOCUMENT_PROMPT, QUERY_PROMPT
from semblance.errors import NoPosts, SiteError, StoreError
from semblance.ingest.items import failure_of
from semblance.parts.errors import BuildError
from semblance.ports import Encoders, PieceTokenizer, VectorStore
from semblance.version import __version__
from semblance.wording import count

FOLDER = "semblance"
DATA = "semblance_related.json"
SOURCE = "source.txt"
"""The file among the results that tells what they were made of; see `digest`."""
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
    headings : Headings, optional
        What stands over the links that are written into pages; None to write no links.
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
    headings: Headings | None = None
    data: Sequence[Path] = ()
    sqlite: Path | None = None

    @property
    def folder(self) -> Path:
        """The folder of the results."""
        return self.site / FOLDER


# Python 3.11's `asyncio.run` asks for the repr of a task and its result at its end. That of 10,000 posts took 35 s, 400 MB.
@dataclass(frozen=True, slots=True, repr=False)
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
    def hydrated(self) -> int:
        """The number of posts that got no links, since a script draws their pages again."""
        return len(self.reading.hydrated)

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
    load_multilingual, load_multilingual_tokenizer : async callable
        Load the encoders for posts in languages that the first model does not know, and their tokenizer.
    """

    load_encoders: Callable[[], Awaitable[Encoders]]
    open_cache: Callable[[Path], VectorStore]
    load_tokenizer: Callable[[], Awaitable[PieceTokenizer]]
    tokens: Path
    write_engine: Callable[[Path], Engine]
    load_multilingual: Callable[[], Awaitable[Encoders]]
    load_multilingual_tokenizer: Callable[[], Awaitable[PieceTokenizer]]


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
    reading = read(task, on_page)
    with swapped(task.folder) as aside:
        encoders = await adapters.load_encoders()
        unknown = unknown_languages(reading.posts, encoders.text.languages)
        others = await adapters.load_multilingual() if unknown else None
        embedded = await _embed(task, reading.posts, encoders, others, adapters, unknown, on_progress)
        related_posts = related(embedded.posts, embedded.records, task.choice)
        indexed = Indexed(embedded.posts, embedded.records, related_posts.lists)
        write_lists(aside, indexed)
        write_scripts(aside)
        no_engine = await _write_search(task, aside, indexed, encoders, others, adapters, unknown)
        write(aside / SOURCE, digest(task, reading))
        for folder in task.data:
            folder.mkdir(parents=True, exist_ok=True)
            replace(folder / DATA, dumps(indexed.related()))
        if task.sqlite:
            write_similarities(task.sqlite, indexed)
    injected, unplaced = _inject(task, indexed, reading) if task.headings else (0, [])
    return Outcome(reading, embedded, related_posts, injected, unplaced, no_engine)


async def _write_search(
    task: Task,
    aside: Path,
    indexed: Indexed,
    encoders: Encoders,
    others: Encoders | None,
    adapters: Adapters,
    unknown: Collection[str],
) -> str:
    """Write the files that a search needs, or an index without a search. Gives the reason why there is no engine."""
    reader, engine, problem = ReaderFiles(), Engine(), ""
    if task.search:
        reader = await _write_reader(task, aside, indexed, encoders, others, adapters, unknown)
    if task.search and task.engine:
        try:
            engine = adapters.write_engine(aside)
        except BuildError as error:
            problem = str(error)
    write_index(aside, indexed, encoders.text, reader, engine, by_words=unknown)
    return problem


async def _write_reader(
    task: Task,
    aside: Path,
    indexed: Indexed,
    encoders: Encoders,
    others: Encoders | None,
    adapters: Adapters,
    unknown: Collection[str],
) -> ReaderFiles:
    """Write the reader's index, each language taught by the model that knows it, and the scripts that search it."""
    by_language = indexed.by_language()
    first = second = None
    if by_language.keys() - unknown:
        first = _teachers(task, encoders, await adapters.load_tokenizer(), adapters)
    if others and by_language.keys() & unknown:
        second = _teachers(task, others, await adapters.load_multilingual_tokenizer(), adapters)
    indexes = {}
    for language, rows in by_language.items():
        posts, records = [indexed.posts[row] for row in rows], [indexed.records[row] for row in rows]
        teachers = second if language in unknown else first
        name = await reader_index.write_index(aside, f"index-{language}", posts, records, teachers)
        indexes[language] = f"{name}/"
    for teachers in (first, second):
        if teachers:
            teachers.keep()
    return ReaderFiles(write_reader_scripts(aside), indexes)


def _teachers(task: Task, encoders: Encoders, tokenizer: PieceTokenizer, adapters: Adapters) -> Teachers:
    """What the query encoders of the languages that a model knows are taught by."""
    return Teachers(
        tokenizer,
        KeptVectors(task.cache / READER_CACHE, encoders.text, QUERY_PROMPT),
        KeptVectors(adapters.tokens, encoders.text, QUERY_PROMPT),
        KeptVectors(adapters.tokens, encoders.text, DOCUMENT_PROMPT),
    )


def read(task: Task, on_page: Callable[[int], None] | None = None) -> Reading:
    """Read the posts.

    Raises
    ------
    SiteError
        If there is no site, or no post in it.
    """
    if not task.site.is_dir():
        message = "there is no such folder. Build your site first, then name the folder that holds it"
        raise SiteError(message, where=str(task.site))
    if task.kind == "feed":
        reading = read_feed(task.source, task.selection)
    elif task.kind == "markdown":
        reading = read_markdown(task.source, task.selection)
    else:
        reading = read_site(task.source, task.selection, skip=task.folder, on_page=on_page)
    if not reading.posts:
        raise NoPosts(_why_no_posts(reading), where=str(task.source))
    return reading


def outdated(task: Task, reading: Reading) -> str:
    """Why the results of an earlier run are not what a run would write now; empty if they are."""
    source = task.folder / SOURCE
    if not source.is_file():
        return f"{task.folder} is not there yet"
    if source.read_bytes() != digest(task, reading):
        return f"{task.folder} is of other posts, options or another version"
    lists = json.loads((task.folder / "data" / "related.json").read_bytes())
    with_links = {*reading.with_links, *reading.hydrated}
    without = sum(
        bool(task.headings and lists.get(post.url) and post.file not in with_links) for post in reading.posts
    )
    return f"{count(without, 'post')} without links" if without else ""


def digest(task: Task, reading: Reading) -> bytes:
    """What tells whether a run would write the same again: all that it depends on, but for the model's files."""
    digest = hashlib.sha256(repr((task.choice, task.search, task.engine, __version__, FORMAT)).encode())
    for post in reading.posts:  # one at a time: their texts together are large
        digest.update(repr(replace_fields(post, place=None, linked=0)).encode())
    return digest.hexdigest()[:16].encode() + b"\n"


def remove(task: Task) -> tuple[int, list[Failure]]:
    """Take away the links that earlier runs wrote into pages. Gives how many pages changed, and those that can't be."""
    files = [file for file in find_files(task.site, HTML, skip=task.folder) if isinstance(file, str)]
    return _write_links(task.site, dict.fromkeys(files, ("", None)))


async def _embed(
    task: Task,
    posts: Sequence[Post],
    encoders: Encoders,
    others: Encoders | None,
    adapters: Adapters,
    unknown: Collection[str],
    on_progress: OnProgress | None,
) -> Embedded:
    """Embed the posts; those in languages that the model does not know by another one."""
    try:
        cache = adapters.open_cache(task.cache)
        try:
            known = [post for post in posts if post.language not in unknown]
            embedded = await embed(known, encoders, cache, on_progress)
            if others is None:
                return embedded
            foreign = [post for post in posts if post.language in unknown]
            return joined(posts, embedded, await embed(foreign, others, cache, on_progress, OTHER_LANGUAGES))
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
    hydrated, headings = set(reading.hydrated), task.headings or Headings()
    places: dict[str, tuple[str, Place | None]] = dict.fromkeys(
        [*reading.stale, *reading.hydrated], ("", None)
    )
    for post, listed in zip(indexed.posts, indexed.lists, strict=True):
        if post.file and post.file not in hydrated:
            others = [indexed.posts[neighbour.row] for neighbour in listed]
            markup = inject.links(post, others, headings.over(post.language), reading.base)
            places[post.file] = markup, post.place
    return _write_links(task.site, places)


def _write_links(site: Path, places: Mapping[str, tuple[str, Place | None]]) -> tuple[int, list[Failure]]:
    changed, failures = 0, list[Failure]()
    for file, (markup, place) in sorted(places.items()):
        try:
            changed += inject.inject(site, file, markup, place)
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
    reasons += [*(str(problem.error) for problem in reading.problems[:3]), *reading.remarks]
    return "no post was found in it" + (f" ({'; '.join(reasons)})" if reasons else "")
